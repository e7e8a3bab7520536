"""What probes saw, by host and port, with its evidence.

Tested in `tests/connectors/normalisation/mail_servers/test_facts.py`.
"""

from typing import Any

from connectors.mail_servers.rows import NAMES_UNANSWERED, NO_WAY_OUT, PROBE
from connectors.normalisation.unknowns import scalar
from connectors.sources.readings import Reading, Readings
from connectors.sources.source import SourceState, not_configured
from rules.evidence import Cause, Evidence
from rules.unknown import Unknown


class Probes:
    """What was seen of hosts and ports, asked fact by fact."""

    def __init__(self, readings: Readings) -> None:
        reading = readings.get(PROBE)
        self.state: SourceState = (
            reading.state if reading is not None else not_configured(PROBE, "mail_servers")
        )
        self._rows = {row.id: (row, at) for row, at in (reading or _NOTHING).records}

    def row(self, id: str) -> tuple[Any, str] | None:
        """The row of a lower-case `host:port` with the time it was read; None: none."""
        return self._rows.get(id)

    def unseen(self) -> Unknown:
        """Why nothing was seen of a host."""
        if not self.state.whole:
            return self.state.unknown()
        return Unknown(
            reason="The mail server was not among those that were looked at.",
            remedy="Run the audit again.",
        )

    def unknown(self, row: Any) -> Unknown:
        """Why a host's row leaves something open."""
        reason = row.problem or f"{row.id}: its answers do not show this."
        cause = None
        if row.code in (NAMES_UNANSWERED, NO_WAY_OUT):
            # What is wrong around this computer leaves every host open alike.
            cause = Cause("source", PROBE, row.code)
            reason = reason.removeprefix(f"{row.id}: ").capitalize()
        return Unknown(
            reason=reason,
            remedy=row.remedy or "Look at the mail server itself.",
            cause=cause,
            evidence=self.evidence(row.id, "resolution", "connected", "greeting"),
        )

    def evidence(self, id: str, *columns: str) -> tuple[Evidence, ...]:
        """The values of a host's columns; nothing where there is no row."""
        found = self._rows.get(id)
        if found is None:
            return ()
        row, at = found
        return tuple(
            Evidence(PROBE, id, column, _told(getattr(row, column)), at) for column in columns
        )


_NOTHING = Reading(SourceState(PROBE, "failed"))


def outside_fips(row: Any, unknown: Unknown) -> bool | Unknown:
    """Whether a server accepted nothing that FIPS 140-2 approves; without TLS it did not."""
    if row.encryption == "none":
        return True
    return unknown if row.outside_fips is None else bool(row.outside_fips)


def _told(value: object) -> str | int | float | bool | None:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else scalar(value)
