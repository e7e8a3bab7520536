"""What Exchange and Microsoft Graph know of an address, as a small number of configurations."""

from connectors.readings import Readings
from connectors.sources import SourceState, not_configured
from rules.evidence import Cause, Evidence
from rules.facts import ExchangeMailbox
from rules.unknown import Unknown

USERS = "graph.users"


class ExchangeMailboxes:
    """Answers for addresses, case ignored."""

    def __init__(self, readings: Readings) -> None:
        reading = readings.get(USERS)
        state = reading.state if reading is not None else not_configured(USERS, "graph")
        self._facts = [_unread(state)]

    def number(self, address: str | None) -> int:
        """The number of the configuration that the address has; None: the mailbox has none."""
        return 0

    def fact(self, number: int) -> ExchangeMailbox:
        """The facts of one configuration."""
        return self._facts[number]


def _unread(state: SourceState) -> ExchangeMailbox:
    names = [name for name in ExchangeMailbox.__struct_fields__ if name not in ("origins",)]
    unknown = Unknown(
        reason="What Exchange and Microsoft 365 know of the address was not read.",
        remedy=state.remedy,
        cause=Cause("source", state.name, state.code or state.status),
    )
    evidence = (Evidence(state.name, "", "mail"),)
    return ExchangeMailbox(**dict.fromkeys(names, unknown), origins=dict.fromkeys(names, evidence))
