"""Which users have a time zone that Exchange may refuse: the users' settings, by code and name."""

from collections.abc import Iterable

from msgspec import Struct

from connectors.dynamics.tables import timezonedefinitions, usersettings
from connectors.dynamics.time_zones import is_listed_as_refused
from connectors.normalisation.records import hidden
from connectors.normalisation.unknowns import left_out_column, not_read_yet
from connectors.sources.readings import Reading, Readings
from connectors.sources.source import SourceState
from rules.evidence import OF_ITS_OWNER, Evidence
from rules.unknown import Unknown

ZONES = timezonedefinitions.TABLE.source
SETTINGS = usersettings.TABLE.source
COLUMN = "timezonecode"

_REMEDY = "Look at the time zone in the user's personal options in Dynamics 365."


class TimeZones(Struct, frozen=True):
    """The names of time zones by code, and what is known of users whose settings did not come.

    `of_others` is None where no such user has a zone that Exchange may refuse.
    """

    names: dict[int, frozenset[str]]
    of_others: Unknown | None
    read_at: str = ""
    shown: dict[int, tuple[Evidence, ...]] = {}
    """The names as evidence, by code."""

    def refused(self, code: int | None) -> str | None | Unknown:
        """The name of a user's zone where Exchange may refuse it; None: it is another zone.

        `code` is None for a user whose settings did not come.
        """
        if code is None:
            return self.of_others
        names = sorted(self.names.get(code, ()))
        listed = [each for each in names if is_listed_as_refused(each)]
        if listed:
            return listed[0]
        return Unknown(
            reason=f"The time zone with the code {code} has a name that this release of the "
            f"auditor does not know: {', '.join(names) or 'none'}.",
            remedy=_REMEDY,
            evidence=self.evidence(code),
        )

    def evidence(self, code: int | None) -> tuple[Evidence, ...]:
        """The column, without a value where the user's settings did not come, and the names."""
        own = Evidence(SETTINGS, OF_ITS_OWNER, COLUMN, code, self.read_at)
        return (own, *(self.shown.get(code, ()) if code is not None else ()))


UNREAD = TimeZones(names={}, of_others=not_read_yet(SETTINGS, _REMEDY))


def time_zones(readings: Readings, read_at: str) -> TimeZones:
    """What the two tables tell. `read_at` is when the users' settings were read."""
    zones, settings = readings.get(ZONES), readings.get(SETTINGS)
    if zones is None or settings is None:
        return UNREAD
    names: dict[int, set[str]] = {}
    shown: dict[int, tuple[Evidence, ...]] = {}
    for row, at in zones.records:
        code, name = row.timezonecode, row.standardname
        if isinstance(code, int) and isinstance(name, str):
            names.setdefault(code, set()).add(name)
            told = Evidence(ZONES, row.timezonedefinitionid, "standardname", name, at)
            shown[code] = (*shown.get(code, ()), told)
    return TimeZones(
        names={code: frozenset(each) for code, each in names.items()},
        of_others=_untold(zones, settings.state),
        read_at=read_at,
        shown=shown,
    )


def _untold(zones: Reading, settings: SourceState) -> Unknown | None:
    """Why a user whose settings did not come may have any zone; None: all of a listed one came."""
    for state in (zones.state, settings):
        if not state.whole:
            return state.unknown()
    if not zones.records:
        return hidden(zones.state, COLUMN) or Unknown(
            reason="The organisation lists no time zone.", remedy=_REMEDY
        )
    for column in (COLUMN, "standardname"):
        if not _has_every(zones.records, column):
            return hidden(zones.state, column) or left_out_column(ZONES, column)
    return hidden(settings, COLUMN)


def _has_every(records: Iterable[tuple[object, str]], column: str) -> bool:
    return all(isinstance(getattr(row, column), int | str) for row, _ in records)
