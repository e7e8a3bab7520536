"""Reads one table whole, or says why what was read is not the whole of it."""

from collections.abc import Iterator

from msgspec import Struct

from connectors.dynamics import privileges
from connectors.dynamics.client import Dynamics
from connectors.errors import SourceFailed
from connectors.readings import Before
from connectors.sources import Page, Progress, Reader

PROBED_ROWS = 50
"""Rows that a probe asks for: enough profiles to know mail servers, and addresses for domains."""


class Table(Struct, frozen=True, kw_only=True):
    """One table of the Web API: logical name, entity set, row type, and how it is asked for."""

    source: str
    logical_name: str
    entity_set: str
    row: type[Struct]
    query: str = ""
    title: str

    def reader(self) -> Reader:
        """The reader of this table."""
        privilege = privileges.PRIVILEGES.get(self.source)
        grant = (
            f"The privilege {privilege} at organisation depth, by a security role of the user."
            if privilege
            else "Nothing beyond the sign-in."
        )
        return Reader(
            source=self.source,
            section="dynamics",
            row=self.row,
            read=self.read,
            grant=grant,
            probe=self.probe,
        )

    def probe(self, dynamics: Dynamics, progress: Progress, before: Before) -> Iterator[Page]:
        """A few rows, and whether all would be shown. Raises `SourceFailed`."""
        try:
            yield from dynamics.rows(
                self.logical_name,
                self.entity_set,
                self.row,
                progress,
                source=self.source,
                query=f"$top={PROBED_ROWS}",
            )
        except SourceFailed as failure:
            raise self._explained(failure) from failure
        self._check_depth(dynamics, progress)

    def read(self, dynamics: Dynamics, progress: Progress, before: Before) -> Iterator[Page]:
        """All pages. A role of too little depth is told in `progress`, never as an error."""
        pages = dynamics.rows(
            self.logical_name,
            self.entity_set,
            self.row,
            progress,
            source=self.source,
            query=self.query,
        )
        try:
            yield from pages
        except SourceFailed as failure:
            raise self._explained(failure) from failure
        self._check_depth(dynamics, progress)

    def _explained(self, failure: SourceFailed) -> SourceFailed:
        privilege = privileges.PRIVILEGES.get(self.source)
        if failure.status == 403 and privilege:
            failure.remedy = (
                f"Give the auditor's user a security role with {privilege} at organisation depth."
            )
        return failure

    def _check_depth(self, dynamics: Dynamics, progress: Progress) -> None:
        privilege = privileges.PRIVILEGES.get(self.source)
        if privilege is None or progress.code:
            return
        remedy = (
            f"Give the auditor's user a security role with {privilege} at organisation depth; "
            "without it Dynamics 365 leaves rows out silently."
        )
        try:
            depth = privileges.depths_of(dynamics)[privilege]
        except SourceFailed as failure:
            progress.shorten(
                "privilege-depth-unknown",
                f"It is not known whether all rows of {self.title} were shown: {failure.reason}",
                remedy,
            )
            return
        if depth != privileges.ORGANIZATION_DEPTH:
            shown = "none" if depth == "None" else f"depth {depth}"
            progress.shorten(
                "privilege-depth",
                f"The user has {privilege} at {shown}, not organisation-wide, so rows of "
                f"{self.title} may be hidden.",
                remedy,
            )
