"""Facts of sources that cost more than they usually tell: alerts, outgoing email, extensions.

A fact made of two sources is no such fact: it stands with its subject (CONTRIBUTING.md).
"""

from collections.abc import Callable

from connectors.dynamics.tables import sdkmessageprocessingsteps as steps
from connectors.dynamics.tables import tracelogs
from connectors.normalisation.alerts import alerts
from connectors.normalisation.emails import emails
from connectors.normalisation.unknowns import not_read_yet
from connectors.sources.readings import Reading, Readings
from rules.evidence import Evidence
from rules.facts import Alerts, EmailExtensions, Emails
from rules.unknown import Unknown

_STEPS = steps.TABLE.source


def optional_facts(readings: Readings, limit_of: Callable[[str], int]) -> dict[type, object]:
    """The facts of each optional source by their type. `limit_of` tells a threshold by name."""
    return {
        Alerts: alerts(readings.get(tracelogs.TABLE.source), limit_of("alert_window")),
        Emails: emails(readings, limit_of),
        EmailExtensions: _extensions(readings.get(_STEPS)),
    }


def _extensions(reading: Reading | None) -> EmailExtensions:
    count: int | Unknown
    if reading is None:
        count = not_read_yet(_STEPS, "Look at the plug-in steps on email messages.")
    else:
        whole = reading.state.whole
        count = len(reading.records) if whole or reading.records else reading.state.unknown()
    examples = reading.records[:5] if reading is not None else ()
    seen = tuple(
        Evidence(_STEPS, row.sdkmessageprocessingstepid, "mode", row.mode, at)
        for row, at in examples
    )
    return EmailExtensions(
        synchronous_steps=count,
        origins={"synchronous_steps": seen or (Evidence(_STEPS, "", "mode"),)},
    )
