"""What other tables say of single mailboxes: a few bits for each mailbox id that they name.

Mailboxes that no such table names, nearly all, have no bit set and share their facts.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from msgspec import UNSET

from connectors.dynamics.tables import emails, mailboxes, mailboxtrackingfolders, tracelogs
from connectors.dynamics.tables.emails import PENDING_SEND
from connectors.dynamics.tables.tracelogs import ERROR
from connectors.normalisation.alerts import AlertIndex, undated
from connectors.normalisation.emails import untold, waiting
from connectors.normalisation.records import hidden
from connectors.normalisation.unknowns import left_out_column, not_read_yet
from connectors.sources.readings import Reading, Readings
from rules.alert_causes import AlertCause
from rules.evidence import OF_THE_SUBJECT, THE_SUBJECT, Evidence, Value
from rules.unknown import Unknown

FOLDERS = mailboxtrackingfolders.TABLE.source
ALERTS = tracelogs.TABLE.source
EMAILS = emails.TABLE.source
MAILBOXES = mailboxes.TABLE.source

OPEN_ERROR, ANOTHER_ORGANIZATION = 1, 2
HAS_FOLDERS, AT_LIMIT, WITHOUT_REGARDING = 4, 8, 16
EMAIL_WAITS = 32
MAY_PASS, UNSETTLED, FOLLOWED = 64, 128, 256
"""Nothing seen keeps a success from ending the errors; something not seen may; one followed."""
UNDATED = 512
"""An error of the mailbox does not say when it was written."""
CAUSE_AT = 10
"""The bits from here on number the cause that its alerts name; 0: none."""
CAUSES = (None, *AlertCause)

MOST_FOLDERS = 25
"""Folder tracking rules of one mailbox where the organisation names no limit (documented most)."""


class MailboxFlags:
    """The bits of each mailbox by its id, and the facts that bits stand for.

    `most_folders` is the organisation's limit, None where it names none; `alert_index` the alerts,
    `pending_send_age_s` how long email must have waited to count.

        >>> flags.by_id
        {'m-1': OPEN_ERROR | MAY_PASS, 'm-2': EMAIL_WAITS}
        >>> flags.facts(EMAIL_WAITS, since_success_s)["email_waits"]
        True
    """

    def __init__(
        self,
        readings: Readings,
        most_folders: int | None | Unknown,
        alert_index: AlertIndex,
        pending_send_age_s: int,
    ) -> None:
        self.by_id: dict[str, int] = {}
        self.may_pass = alert_index.may_pass()
        self._records: dict[tuple[str, str, str, Value], str] = {
            (ALERTS, *key): record for key, record in alert_index.alerts.items()
        }
        self._most_folders = most_folders
        self.no_error, self.no_cause = alert_index.no_error, alert_index.no_cause
        self.no_conflict = alert_index.no_conflict
        self.unsettled, self.no_detail = alert_index.unsettled, alert_index.no_detail
        for id, cause in alert_index.with_errors.items():
            self._add(id, OPEN_ERROR | CAUSES.index(cause) << CAUSE_AT)
            if id in self.may_pass:
                self._add(id, MAY_PASS if alert_index.is_settled(id) else MAY_PASS | UNSETTLED)
        for undated_one in alert_index.undated:
            if undated_one is not None:
                self._add(undated_one, UNDATED)
        for id in alert_index.mailboxes_in_conflict:
            self._add(id, ANOTHER_ORGANIZATION)
        self.no_email = self._add_senders(readings.get(EMAILS), pending_send_age_s)
        self.no_folders = self._add_folders(readings.get(FOLDERS))
        self._read_at = {
            source: reading.records[0][1]
            for source in (ALERTS, EMAILS, FOLDERS)
            if (reading := readings.get(source)) is not None and reading.records
        }
        flags = {0, *self.by_id.values()}
        flags |= {bits | FOLLOWED for bits in flags if bits & MAY_PASS}
        self._origins = {bits: self._origins_of(bits) for bits in flags}

    def facts(self, bits: int, since_success_s: int | None | Unknown) -> dict[str, Any]:
        """The facts of a mailbox, by name, that the bits stand for.

        `since_success_s` is the fact of that name: while it is open when the mailbox last
        succeeded, it is open whether that ended its errors.
        """
        found = {row.name: row.read(self, bits) for row in _FACTS}
        if bits & MAY_PASS and isinstance(since_success_s, Unknown):
            found["alert_has_passed"] = since_success_s
        return found

    def record_of(self, evidence: Evidence, mailbox_id: str) -> str | None:
        """The record of another table that shows this of the mailbox; None: none does."""
        key = (evidence.source, mailbox_id.lower(), evidence.field, evidence.value)
        return self._records.get(key)

    def origins(self, bits: int) -> dict[str, tuple[Evidence, ...]]:
        """What each of the facts was established from; the value is None where no row says so.

        Many mailboxes share bits: `record_of` tells which row of the table is about one of them.
        """
        return self._origins[bits]

    def _origins_of(self, bits: int) -> dict[str, tuple[Evidence, ...]]:
        subject = Evidence(MAILBOXES, OF_THE_SUBJECT, "mailboxid")
        return {
            row.name: (
                subject,
                Evidence(
                    row.source,
                    "",
                    row.column,
                    row.shown(bits) if bits & row.bit else None,
                    self._read_at.get(row.source, ""),
                ),
            )
            for row in _FACTS
        }

    def _add(self, id: str, bits: int) -> None:
        self.by_id[id] = self.by_id.get(id, 0) | bits

    def _note(self, source: str, id: str, column: str, value: Value, record: str) -> None:
        """Notes the record with the smallest id, whatever the order in which they come."""
        key = (source, id, column, value)
        self._records[key] = min(record, self._records.get(key, record))

    def _add_senders(self, reading: Reading | None, age_s: int) -> bool | Unknown:
        """Marks mailboxes for which email waits; gives what is known of those that show none."""
        if reading is None:
            return not_read_yet(EMAILS, "Look at the emails in Pending Send in Dynamics 365.")
        for row, _ in waiting(reading, age_s):
            if row.statuscode == PENDING_SEND and row.sender:
                id = row.sender.lower()
                self._add(id, EMAIL_WAITS)
                self._note(EMAILS, id, "_sendermailboxid_value", THE_SUBJECT, row.activityid)
        if not reading.state.whole:
            return reading.state.unknown()
        columns = ("statuscode", "modifiedon", "_sendermailboxid_value")
        return (
            hidden(reading.state, *columns)
            or untold(reading)
            or _left_out(reading, "sender", columns[-1])
            or False
        )

    def _add_folders(self, reading: Reading | None) -> bool | Unknown:
        """Marks mailboxes that have rules; gives what is known of those that show none."""
        remedy = "Look at the folder tracking rules of the mailbox in Dynamics 365."
        self._regarding_hidden: Unknown | None = None
        if reading is None:
            return not_read_yet(FOLDERS, remedy)
        for column in ("_mailboxid_value", "_regardingobjectid_value"):
            why = hidden(reading.state, column)
            if why is not None and column == "_mailboxid_value":
                return why
            self._regarding_hidden = why
        if self._regarding_hidden is None:
            self._regarding_hidden = _left_out(reading, "regarding", "_regardingobjectid_value")
        counts: Counter[str] = Counter()
        for row, _ in reading.records:
            if not row.mailbox:
                continue
            id = row.mailbox.lower()
            counts[id] += 1
            record = row.mailboxtrackingfolderid
            self._note(FOLDERS, id, "_mailboxid_value", THE_SUBJECT, record)
            if row.regarding is None and self._regarding_hidden is None:
                self._add(id, WITHOUT_REGARDING)
                self._note(FOLDERS, id, "_regardingobjectid_value", None, record)
        limit = self._most_folders
        for id, count in counts.items():
            reached = not isinstance(limit, Unknown) and count >= (limit or MOST_FOLDERS)
            self._add(id, HAS_FOLDERS | (AT_LIMIT if reached else 0))
        if not reading.state.whole:
            return reading.state.unknown()
        return _left_out(reading, "mailbox", "_mailboxid_value") or False

    def at_limit(self, bits: int) -> bool | Unknown:
        """Whether a mailbox has as many rules as the organisation allows."""
        if bits & AT_LIMIT:
            return True
        if bits & HAS_FOLDERS and isinstance(self._most_folders, Unknown):
            return self._most_folders
        return self.no_folders

    def error_alert(self, bits: int) -> bool | Unknown:
        """Whether an error is about the mailbox that is not too old to count."""
        if bits & OPEN_ERROR:
            return True
        return undated() if bits & UNDATED else self.no_error

    def has_passed(self, bits: int) -> bool | Unknown:
        """Whether a success ended the errors of a mailbox."""
        if not bits & OPEN_ERROR:
            return self.error_alert(bits)
        if bits & FOLLOWED and bits & UNSETTLED:
            return self.unsettled
        return bool(bits & FOLLOWED)

    def cause(self, bits: int) -> AlertCause | None | Unknown:
        """What the errors of a mailbox are about; where they ended, nothing else may matter."""
        if not bits & OPEN_ERROR:
            return undated() if bits & UNDATED else self.no_cause
        if bits & FOLLOWED and self.no_detail is not None:
            return self.no_detail
        return _cause(bits)

    def all_regard(self, bits: int) -> bool | Unknown:
        """What is known of a mailbox of which no rule without a record was seen."""
        if bits & HAS_FOLDERS and self._regarding_hidden is not None:
            return self._regarding_hidden
        return self.no_folders


def _left_out(reading: Reading, field: str, column: str) -> Unknown | None:
    """Why a row may be about any mailbox; None: each one says what it is about."""
    if all(getattr(row, field) is not UNSET for row, _ in reading.records):
        return None
    return left_out_column(reading.state.name, column)


class _Row(NamedTuple):
    """One fact: the bit that another table sets, what of that table shows it, and its value.

    `shown` gives the value of the column where the bit is set.
    """

    name: str
    bit: int
    source: str
    column: str
    shown: Callable[[int], Value]
    read: Callable[[MailboxFlags, int], Any]


def _cause(bits: int) -> AlertCause | None:
    cause: AlertCause | None = CAUSES[bits >> CAUSE_AT]
    return cause


def _cause_id(bits: int) -> str | None:
    cause = _cause(bits)
    return cause and cause.id


_FACTS = (
    _Row(
        "open_error_alert",
        OPEN_ERROR,
        ALERTS,
        "level",
        lambda bits: ERROR,
        lambda flags, bits: flags.error_alert(bits),
    ),
    _Row(
        "alert_has_passed",
        OPEN_ERROR,
        ALERTS,
        "level",
        lambda bits: ERROR,
        lambda flags, bits: flags.has_passed(bits),
    ),
    _Row(
        "alert_cause",
        OPEN_ERROR,
        ALERTS,
        "text",
        _cause_id,
        lambda flags, bits: flags.cause(bits),
    ),
    _Row(
        "another_organization_alert",
        ANOTHER_ORGANIZATION,
        ALERTS,
        "text",
        lambda bits: AlertCause.ANOTHER_ORGANIZATION.id,
        lambda flags, bits: True if bits & ANOTHER_ORGANIZATION else flags.no_conflict,
    ),
    _Row(
        "email_waits",
        EMAIL_WAITS,
        EMAILS,
        "_sendermailboxid_value",
        lambda bits: THE_SUBJECT,
        lambda flags, bits: True if bits & EMAIL_WAITS else flags.no_email,
    ),
    _Row(
        "has_folder_tracking_rules",
        HAS_FOLDERS,
        FOLDERS,
        "_mailboxid_value",
        lambda bits: THE_SUBJECT,
        lambda flags, bits: True if bits & HAS_FOLDERS else flags.no_folders,
    ),
    _Row(
        "folder_tracking_rules_at_limit",
        AT_LIMIT,
        FOLDERS,
        "_mailboxid_value",
        lambda bits: THE_SUBJECT,
        lambda flags, bits: flags.at_limit(bits),
    ),
    _Row(
        "folder_tracking_without_regarding",
        WITHOUT_REGARDING,
        FOLDERS,
        "_regardingobjectid_value",
        lambda bits: None,
        lambda flags, bits: True if bits & WITHOUT_REGARDING else flags.all_regard(bits),
    ),
)
