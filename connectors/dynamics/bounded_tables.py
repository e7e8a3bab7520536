"""Reads at most so many pages of a table that may be large, and says so where there are more."""

from collections.abc import Callable, Container, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from connectors.columnar.page import Page
from connectors.dynamics.client import PAGE_SIZE, Dynamics
from connectors.dynamics.table import Table
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress
from connectors.transport.answers import TIME_FORMAT
from connectors.transport.errors import SourceFailed


class BoundedTable(Table, frozen=True, kw_only=True):
    """A table of which the newest rows are read, and one page is asked for to see if more match.

    `days` leaves out rows last modified longer ago; None leaves none out. `condition` is a
    further `$filter`. Not every version has such a table.
    """

    condition: str
    days: int | None = None
    most_pages: int = 4

    def read(
        self, dynamics: Dynamics, progress: Progress, earlier: EarlierReadings
    ) -> Iterator[Page]:
        """The newest pages. More rows than the bound are told in `progress`, never as an error."""
        try:
            yield from self.newest(dynamics, progress)
        except SourceFailed as failure:
            raise self._explained(failure) from failure
        self._check_depth(dynamics, progress)

    def newest(self, dynamics: Dynamics, progress: Progress) -> Iterator[Page]:
        """The newest pages that meet the condition. Raises `SourceFailed`."""
        pages = self.asked(dynamics, progress, self.narrowed)
        yield from islice(pages, self.most_pages)
        if not progress.code and next(pages, None) is not None:
            progress.shorten(
                "too-many-records",
                f"More than {self.most_pages} pages, of up to {PAGE_SIZE} rows each, of "
                f"{self.title} are there; the newest were read.",
                f"Clear up {self.title} in Dynamics 365, then run the audit again.",
            )

    def narrowed(self, existing: Container[str]) -> str:
        """The query options that ask for the newest rows first, where rows have a time."""
        condition = self.condition
        if "modifiedon" not in existing:
            return f"$filter={condition}"
        if self.days is not None:
            since = datetime.now(UTC) - timedelta(days=self.days)
            condition = f"modifiedon ge {since.strftime(TIME_FORMAT)} and ({condition})"
        return f"$filter={condition}&$orderby=modifiedon desc"

    def asked(
        self,
        dynamics: Dynamics,
        progress: Progress,
        query: str | Callable[[Container[str]], str],
    ) -> Iterator[Page]:
        """All pages that a query answers; none where this version lacks the table.

        Raises `SourceFailed`.
        """
        return dynamics.rows(
            self.logical_name,
            self.entity_set,
            self.row,
            progress,
            source=self.source,
            query=query,
            optional=True,
        )
