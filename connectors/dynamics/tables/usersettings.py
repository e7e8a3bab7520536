"""Reads the table *usersettings*: users in a time zone that Exchange may refuse.

Users in any other zone are not asked for, so the listing is small. A zone whose name tells nothing
counts among those asked for. Source: Dataverse table reference *usersettings*.
"""

from collections.abc import Iterator

from msgspec import UNSET, Struct
from msgspec.structs import replace

from connectors.columnar.page import Page
from connectors.dynamics.client import Dynamics
from connectors.dynamics.column_types import Number
from connectors.dynamics.table import Table
from connectors.dynamics.tables import timezonedefinitions
from connectors.dynamics.time_zones import is_listed_as_refused
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader
from connectors.transport.errors import SourceFailed

_ZONES = timezonedefinitions.TABLE.source


class UserSettingsRow(Struct, frozen=True):
    """Table *usersettings*."""

    systemuserid: str
    timezonecode: Number = UNSET


class UserSettingsTable(Table, frozen=True, kw_only=True):
    """The settings of users in some time zones."""

    def reader(self) -> Reader:
        """The reader, which looks back at the time zones."""
        return replace(Table.reader(self), after=(_ZONES,))

    def read(
        self, dynamics: Dynamics, progress: Progress, earlier: EarlierReadings
    ) -> Iterator[Page]:
        """Pages of users; none where the organisation lists no zone that has to be asked for."""
        zones = earlier.readings[_ZONES]
        if not zones.state.whole:
            raise SourceFailed(
                f"Which code stands for which time zone is not known: {zones.state.reason}",
                zones.state.remedy,
                "time-zones-not-read",
            )
        codes = sorted(
            {
                row.timezonecode
                for row, _ in zones.records
                if isinstance(row.timezonecode, int)
                and is_listed_as_refused(row.standardname or "") is not False
            }
        )
        if not codes:
            return
        try:
            yield from dynamics.rows(
                self.logical_name,
                self.entity_set,
                self.row,
                progress,
                source=self.source,
                query="$filter=" + " or ".join(f"timezonecode eq {each}" for each in codes),
                optional=True,
            )
        except SourceFailed as failure:
            raise self._explained(failure) from failure
        self._check_depth(dynamics, progress)


TABLE = UserSettingsTable(
    source="dynamics.usersettings",
    logical_name="usersettings",
    entity_set="usersettingscollection",
    privilege="prvReadUserSettings",
    row=UserSettingsRow,
    title="the users' settings",
)
READER = TABLE.reader()
