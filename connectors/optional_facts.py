"""Facts of sources that cost more than they usually tell: alerts, outgoing email, extensions."""

from connectors.readings import Readings
from rules.evidence import Cause, Evidence
from rules.facts import Alerts, EmailExtensions, Emails
from rules.unknown import Unknown


def optional_facts(readings: Readings) -> dict[type, object]:
    """The facts of each optional source by their type; unknown where no reader reads it."""
    return {
        Alerts: _unread(Alerts, "dynamics.tracelogs", "the alerts", readings),
        Emails: _unread(Emails, "dynamics.emails", "outgoing email", readings),
        EmailExtensions: _unread(
            EmailExtensions,
            "dynamics.sdkmessageprocessingsteps",
            "third-party steps on email",
            readings,
        ),
    }


def _unread(kind: type, source: str, what: str, readings: Readings) -> object:
    reading = readings.get(source)
    unknown = (
        reading.state.unknown()
        if reading is not None
        else Unknown(
            reason=f"This release of the auditor does not read {what}.",
            remedy=f"Look at {what} in Dynamics 365.",
            cause=Cause("source", source, "not-read"),
        )
    )
    names = [name for name in kind.__struct_fields__ if name != "origins"]  # type: ignore[attr-defined]
    evidence = (Evidence(source, "", "createdon"),)
    return kind(**dict.fromkeys(names, unknown), origins=dict.fromkeys(names, evidence))
