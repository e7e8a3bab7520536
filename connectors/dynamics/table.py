"""Reads one table whole, or says why what was read is not the whole of it."""

import re
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from connectors.columnar.page import Page
from connectors.columnar.repeats import Repeats
from connectors.dynamics import privileges
from connectors.dynamics.client import Dynamics
from connectors.dynamics.narrowing import narrowed
from connectors.dynamics.ranges import Ranges, counted, ranges_of
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import NARROWED, Progress, Reader
from connectors.transport.errors import SourceFailed

# A refusal names the privilege, which may be one on the table's definition and not on its rows.
_MISSING = re.compile(r"(?<=is missing )prv\w+(?= privilege)")

PROBED_ROWS = 50
"""Rows that a probe asks for: enough profiles to know mail servers, and addresses for domains."""


class Table(Struct, frozen=True, kw_only=True):
    """One table of the Web API: logical name, entity set, row type, and how it is asked for.

    `privilege` shows all of it at organisation depth; `one_row`: at any depth. It is empty where
    every user is shown the whole table.
    """

    source: str
    logical_name: str
    entity_set: str
    privilege: str
    one_row: bool = False
    row: type[Struct]
    query: str = ""
    title: str
    large: bool = False
    """Whether it may have so many rows that it is worth reading in ranges."""

    def reader(self) -> Reader:
        """The reader of this table."""
        privilege, depth = self._needed()
        grant = (
            f"The privilege {privilege} at {depth}, by a security role of the user."
            if privilege
            else "No privilege: every user of the organisation may read it, with any security role."
        )
        return Reader(
            source=self.source,
            section="dynamics",
            row=self.row,
            read=self.read_once,
            grant=grant,
            privilege="" if self.one_row else self.privilege,
            probe=self.probe,
        )

    def probe(
        self, dynamics: Dynamics, progress: Progress, earlier: EarlierReadings
    ) -> Iterator[Page]:
        """A few rows, and whether all would be shown. Raises `SourceFailed`."""
        self._ask_depth_ahead(dynamics)
        try:
            # Servers ignore $top where a page size is preferred too, so one page is taken.
            yield from islice(
                dynamics.rows(
                    self.logical_name,
                    self.entity_set,
                    self.row,
                    progress,
                    source=self.source,
                    query=f"$top={PROBED_ROWS}",
                ),
                1,
            )
        except SourceFailed as failure:
            raise self._explained(failure) from failure
        self._check_depth(dynamics, progress)

    def read(
        self, dynamics: Dynamics, progress: Progress, earlier: EarlierReadings
    ) -> Iterator[Page]:
        """All pages. A role of too little depth is told in `progress`, never as an error."""
        wanted = narrowed(dynamics, self.entity_set)
        ranges = None
        if self.large and not wanted:
            # What columns there are is told while the table is measured.
            dynamics.ahead(lambda: dynamics.columns(self.logical_name, source=self.source))
            ranges = dynamics.decided_once(
                f"ranges of {self.entity_set}",
                Ranges,
                lambda: ranges_of(dynamics, self.entity_set, source=self.source),
            )
        self._ask_depth_ahead(dynamics)
        rows = 0
        try:
            for page in dynamics.rows(
                self.logical_name,
                self.entity_set,
                self.row,
                progress,
                source=self.source,
                query=f"$filter={wanted}" if wanted else self.query,
                filters=ranges.filters if ranges else (),
                side_by_side=ranges.side_by_side if ranges else 1,
                is_kept=self.large and not wanted,
            ):
                rows += len(page.rows)
                yield page
                del page
            if ranges is not None and not progress.code:
                self._prove(dynamics, ranges, rows, progress)
        except SourceFailed as failure:
            raise self._explained(failure) from failure
        self._check_depth(dynamics, progress)
        if wanted and not progress.code:
            progress.shorten(
                NARROWED,
                f"Of {self.title} only those were read that are named, with what they need.",
                "Run the audit without `--only`.",
            )

    def read_once(
        self, dynamics: Dynamics, progress: Progress, earlier: EarlierReadings
    ) -> Iterator[Page]:
        """As `read`, each row once; where the server gave one twice, `progress` tells of it."""
        repeats = Repeats(self.row)
        for page in self.read(dynamics, progress, earlier):
            yield repeats.without(page)
            del page
        if repeats.dropped and not progress.code:
            progress.shorten(
                "rows-repeated",
                f"The server gave {repeats.dropped:,} rows of {self.title} twice, so others may be"
                " missing.",
                "Run the audit again; if it stays, report it with the version of the server.",
            )

    def _prove(self, dynamics: Dynamics, ranges: Ranges, rows: int, progress: Progress) -> None:
        """Says so where the ranges gave other rows than the server counts in them.

        Rows may come and go meanwhile, so it is asked again where the count differs.
        """
        counts = [ranges.rows]
        if rows != ranges.rows:
            counts.append(counted(dynamics, self.entity_set, ranges, source=self.source))
        if not min(counts) <= rows <= max(counts):
            progress.shorten(
                "ranges-incomplete",
                f"{rows:,} rows of {self.title} were read in ranges where the server counts"
                f" {counts[-1]:,}.",
                "Run the audit again; if it stays, report it with the version of the server.",
            )

    def _needed(self) -> tuple[str, str]:
        """The privilege to read the table, and at which depth it shows every row."""
        return self.privilege, "any depth" if self.one_row else "organisation depth"

    def _explained(self, failure: SourceFailed) -> SourceFailed:
        if failure.status != 403:
            return failure
        privilege, depth = self._needed()
        told = _MISSING.search(failure.reason)
        if told and told[0] != privilege:
            privilege, depth = told[0], "organisation depth"
        if not privilege:
            return failure.but(
                remedy=f"Give the auditor's user a security role: any lets it read {self.title}."
            )
        return failure.but(
            remedy=f"Give the auditor's user a security role with {privilege} at {depth}."
        )

    def _ask_depth_ahead(self, dynamics: Dynamics) -> None:
        """Has the depth asked for while rows come, so that the end of the table waits for none."""
        if not self.one_row:
            dynamics.ahead(lambda: privileges.depths_of(dynamics))

    def _check_depth(self, dynamics: Dynamics, progress: Progress) -> None:
        privilege = self.privilege
        if self.one_row or progress.code or not progress.columns:
            return
        try:
            depth = privileges.depths_of(dynamics)[privilege]
        except SourceFailed as failure:
            progress.shorten(
                "privilege-depth-unknown",
                f"It is not known whether all rows of {self.title} were shown: {failure.reason}",
                failure.remedy,
            )
            return
        if depth != privileges.ORGANIZATION_DEPTH:
            shown = "none" if depth == "None" else f"depth {depth}"
            progress.shorten(
                "privilege-depth",
                f"The user has {privilege} at {shown}, not organisation-wide, so rows of "
                f"{self.title} may be hidden.",
                f"Give the auditor's user a security role with {privilege} at organisation depth; "
                "without it Dynamics 365 leaves rows out silently.",
            )
