"""From outgoing messages that were not sent to the facts of the organisation's email."""

from collections.abc import Callable
from typing import Any

from msgspec import UNSET

from connectors.columnar.dates import age_s
from connectors.dynamics.tables import activityparties
from connectors.dynamics.tables import emails as email_table
from connectors.dynamics.tables.emails import FAILED, PENDING_SEND, SENDING
from connectors.normalisation.fact_rows import Established
from connectors.normalisation.records import hidden
from connectors.normalisation.unknowns import left_out_column, not_read_yet
from connectors.sources.readings import Reading, Readings
from rules.evidence import Evidence
from rules.facts import Emails
from rules.unknown import Unknown

SOURCE = email_table.TABLE.source
PARTIES = activityparties.TABLE.source
_EXAMPLES = 5
_DECISIVE = ("statuscode", "createdon", "modifiedon", "_activityid_value")
"""Columns without which a message, or a recipient of one, may go uncounted."""
_TOLD = ("statuscode", "createdon", "modifiedon", "delayedemailsendtime")
"""Columns without which a message neither counts nor is known not to."""
_LOOK = "Look at the emails in status Pending Send, Sending and Failed in Dynamics 365."

Found = tuple[Any, str]
"""A row with the time it was read."""


def emails(readings: Readings, limit_of: Callable[[str], int]) -> Emails:
    """The facts of outgoing email; `limit_of` tells a threshold by its name."""
    reading, parties = readings.get(SOURCE), readings.get(PARTIES)
    stuck = waiting(reading, limit_of("pending_send_age"))
    pending = [each for each in stuck if each[0].statuscode == PENDING_SEND]
    failed = [each for each in stuck if each[0].statuscode in (SENDING, FAILED)]
    lately = [each for each in failed if _is_new(*each, limit_of("email_failed_window"))]
    unresolved = _unresolved(parties, {row.activityid for row, _ in failed})
    most = limit_of("email_sending_failed")
    found = {
        "pending_send": _messages(reading, pending, 1),
        "sending_or_failed": _messages(reading, failed, most),
        "sending_or_failed_lately": _messages(reading, lately, most),
        "failed_for_unresolved_recipients": Established(
            _count_of_parties(reading, parties, unresolved), _evidence_of_parties(unresolved)
        ),
        "from_campaigns": Established(
            not_read_yet(SOURCE, "Look at the regarding record of outgoing email."),
            _evidence(reading, []),
        ),
    }
    return Emails(
        **{name: value for name, (value, _) in found.items()},
        origins={name: evidence for name, (_, evidence) in found.items()},
    )


def _messages(reading: Reading | None, found: list[Found], fewest: int) -> Established:
    """How many messages were found, and some of them."""
    return Established(_count(reading, found, fewest), _evidence(reading, found))


def waiting(reading: Reading | None, age_limit_s: int) -> list[Found]:
    """The outgoing messages that have waited, or failed, for at least so long."""
    records = () if reading is None else reading.records
    return [
        each
        for each in records
        if _untold(reading, each[0]) is None and _waits_s(*each) >= age_limit_s
    ]


def untold(reading: Reading) -> Unknown | None:
    """Why a message may wait that `waiting` does not give; None: none does."""
    found = (_untold(reading, row) for row, _ in reading.records)
    return next((each for each in found if each is not None), None)


def _untold(reading: Reading | None, row: Any) -> Unknown | None:
    """What the answer did not hold of a message, though it was asked for."""
    if reading is None:
        return None
    for name in _TOLD:
        if getattr(row, name, None) is UNSET and hidden(reading.state, name) is None:
            return left_out_column(reading.state.name, name)
    return None


def _waits_s(row: Any, read_at: str) -> int:
    """How long a message has waited.

    Each attempt to deliver changes it, so after a second one only its creation tells how long; a
    draft may be old before it is sent, so until then its last change tells.
    """
    retried = isinstance(row.deliveryattempts, int) and row.deliveryattempts > 1
    waits = age_s(read_at, row.createdon if retried else row.modifiedon)
    planned = age_s(read_at, row.delayedemailsendtime)
    return min(each for each in (waits or 0, planned) if each is not None)


def _is_new(row: Any, read_at: str, window_s: int) -> bool:
    """Whether a message still is on its way, or failed within the window or who knows when."""
    age = age_s(read_at, row.modifiedon)
    return row.statuscode != FAILED or age is None or age <= window_s


def _unresolved(reading: Reading | None, failed: set[str]) -> list[Found]:
    """A recipient without a record for each of the failed messages that has one."""
    records = () if reading is None else reading.records
    found = {row.email: (row, read_at) for row, read_at in records if row.email in failed}
    return list(found.values())


def _count(reading: Reading | None, found: list[Found], fewest: int) -> int | Unknown:
    """How many were found; unknown where more may be there and these are not yet too many."""
    if reading is None:
        return not_read_yet(SOURCE, _LOOK)
    if len(found) < fewest:
        if not reading.state.whole:
            return reading.state.unknown()
        silent = untold(reading)
        if silent is not None:
            return silent
        state = reading.state
        asked = {*state.columns, *state.absent, *state.refused}
        gap = hidden(reading.state, *(each for each in _DECISIVE if each in asked))
        if gap is not None:
            return gap
    return len(found)


def _count_of_parties(
    reading: Reading | None, parties: Reading | None, found: list[Found]
) -> int | Unknown:
    """How many failed messages have such a recipient: both tables must have been read for none."""
    if not found and isinstance(messages := _count(reading, [], 1), Unknown):
        return messages
    return _count(parties, found, 1)


def _evidence(reading: Reading | None, found: list[Found]) -> tuple[Evidence, ...]:
    read_at = reading.read_at if reading is not None else ""
    return tuple(
        Evidence(SOURCE, row.activityid, "statuscode", row.statuscode, at)
        for row, at in found[:_EXAMPLES]
    ) or (Evidence(SOURCE, "", "statuscode", None, read_at),)


def _evidence_of_parties(found: list[Found]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(PARTIES, row.activitypartyid, "_activityid_value", row.email, at)
        for row, at in found[:_EXAMPLES]
    ) or (Evidence(PARTIES, "", "_activityid_value"),)
