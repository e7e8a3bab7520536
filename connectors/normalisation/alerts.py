"""From alerts to facts: errors of the organisation, what they tell, and of which records."""

from collections import Counter

from connectors.columnar.dates import age_s, is_date
from connectors.dynamics.tables import tracelogs
from connectors.dynamics.tables.tracelogs import DAYS, ERROR, UNREADABLE, AlertRow
from connectors.normalisation.records import hidden
from connectors.normalisation.unknowns import not_read_yet
from connectors.sources.readings import Reading
from rules.alert_causes import AlertCause
from rules.evidence import Cause, Evidence, Scalar
from rules.facts import Alerts
from rules.unknown import Unknown

SOURCE = tracelogs.TABLE.source
DAY_S = 86400
_REGARDING = "_regardingobjectid_value"
_EXAMPLES = 5


class AlertIndex:
    """The alert wall as it was read. `window_s`: how long ago an alert may be to count.

    `gap` is why alerts may be missing, None where none is. `with_errors` are the mailboxes and
    profiles, by id, that errors are about, each with the cause that the newest telling one names.
    `alerts` tells for a mailbox or profile, a field and its value, which alert holds it.
    `no_error` and `no_conflict` are what is known of a record whose alerts show neither: False,
    or why that cannot be told; `no_cause` is None then, or the same. `unsettled` tells why it is
    open for some records whether a success can end their errors, `no_detail` why the cause is
    that the errors of any record name; None: it is not. `undated` are the records, by id, of
    errors that do not say when they were written: old ones do not count.
    """

    def __init__(self, reading: Reading | None, window_s: int) -> None:
        self.errors: dict[str, str] = {}
        self.causes: Counter[AlertCause] = Counter()
        self.with_errors: dict[str, AlertCause | None] = {}
        self.mailboxes_in_conflict: set[str] = set()
        self.newest_error: dict[str, str] = {}
        self.without_subject = 0
        self.undated: set[str | None] = set()
        self._not_receiving: set[str] = set()
        self._unsettled: set[str] = set()
        self.alerts: dict[tuple[str, str, Scalar], str] = {}
        self.oldest_s: int | None = None
        gap = _gap(reading, window_s)
        self.gap = gap
        self.no_error: bool | Unknown = _gap_of_one(reading, gap, _REGARDING) or False
        self.no_cause = self.no_error if isinstance(self.no_error, Unknown) else None
        self.no_conflict: bool | Unknown = _gap_of_one(reading, gap, _REGARDING, "text") or False
        self._no_text = _gap_of_one(reading, None, "text")
        self.unsettled = gap or self._no_text or undated()
        self.no_detail = _gap_of_one(reading, None, "text", "errordetails", "traceparameterxml")
        records = () if reading is None else reading.records
        self.read_at = reading.read_at if reading is not None else ""
        self._weights: dict[str, tuple[bool, str, str]] = {}
        self._newest: dict[tuple[str, str, Scalar], tuple[str, str]] = {}
        unreadable = 0
        for row, read_at in records:
            age = age_s(read_at, row.modifiedon)
            if age is not None:
                self.oldest_s = age if self.oldest_s is None else max(age, self.oldest_s)
                if age > window_s:
                    continue
            regarding = row.regarding.lower() if row.regarding else None
            cause = row.cause
            if age is None:
                if row.level == ERROR:
                    self.undated.add(regarding)
                    self._unsettled.add(regarding or "")
                continue
            if cause is AlertCause.ANOTHER_ORGANIZATION and regarding:
                self.mailboxes_in_conflict.add(regarding)
                self._show(row, regarding, "text", cause.id)
            if row.level == ERROR and row.tracelogid not in self.errors:
                self.errors[row.tracelogid] = read_at
                unreadable += row.text == UNREADABLE or not row.text
                if cause is not None:
                    self.causes[cause] += 1
                if regarding:
                    self._note(regarding, cause, row, age)
                else:
                    self.without_subject += 1
        if gap is None and unreadable * 2 > len(self.errors):
            self.no_conflict = _unreadable()

    def _note(
        self, regarding: str, cause: AlertCause | None, row: AlertRow, age: int | None
    ) -> None:
        """Keeps the newest cause, one of the whole mailbox rather than of a single message."""
        self.with_errors.setdefault(regarding, None)
        self._note_end(regarding, row, age)
        self._show(row, regarding, "level", ERROR)
        if cause is None:
            return
        weight = (not cause.of_one_message, row.modifiedon or "", row.tracelogid)
        if weight > self._weights.get(regarding, (False, "", "")):
            self._weights[regarding] = weight
            self.with_errors[regarding] = cause
        self._show(row, regarding, "text", cause.id)

    def _note_end(self, regarding: str, row: AlertRow, age: int | None) -> None:
        """Keeps what must be known to tell whether a success ended the error."""
        if not row.is_about_receiving:
            is_told = row.text or self._no_text is None
            (self._not_receiving if is_told else self._unsettled).add(regarding)
        moment = row.modifiedon
        # Clocks differ by some hours at most: an alert from later than that bears no true date.
        if not moment or age is None or age < -DAY_S or not is_date(moment):
            self._unsettled.add(regarding)
            moment = ""
        self.newest_error[regarding] = max(self.newest_error.get(regarding, ""), moment)

    def _show(self, row: AlertRow, regarding: str, column: str, value: Scalar) -> None:
        """Notes which alert shows it, the newest, whatever the order in which they come."""
        key = (regarding, column, value)
        newest = (row.modifiedon or "", row.tracelogid)
        if newest > self._newest.get(key, ("", "")):
            self._newest[key] = newest
            self.alerts[key] = row.tracelogid

    def may_pass(self) -> dict[str, str]:
        """When the newest error of each record was written, where a later success may end all.

        The text is empty where no error of the record bears a date.
        """
        return {
            id: moment for id, moment in self.newest_error.items() if id not in self._not_receiving
        }

    def is_settled(self, id: str) -> bool:
        """Whether a success after the newest error of the record surely ends all its errors."""
        return self.gap is None and id not in self._unsettled

    def of(self, id: str) -> tuple[bool | Unknown, AlertCause | None | Unknown]:
        """Whether errors are about the mailbox or profile, and the cause that they name."""
        if id in self.with_errors:
            return True, self.with_errors[id]
        if id in self.undated:
            return undated(), undated()
        return self.no_error, self.no_cause

    def origins(self, id: str) -> dict[str, tuple[Evidence, ...]]:
        """What both of these facts of a profile were established from."""
        is_there, cause = self.of(id)
        level = ERROR if is_there is True else None
        told = cause.id if isinstance(cause, AlertCause) else None
        return {
            fact: (
                Evidence(
                    SOURCE, self.alerts.get((id, column, value), id), column, value, self.read_at
                ),
            )
            for fact, column, value in (
                ("open_error_alert", "level", level),
                ("alert_cause", "text", told),
            )
        }


def alerts(reading: Reading | None, window_s: int) -> Alerts:
    """The facts of the alert wall."""
    index = AlertIndex(reading, window_s)
    whole = _gap(reading, 0)
    no_subject = _gap_of_one(reading, index.gap, _REGARDING)
    read_at = reading.read_at if reading is not None else ""
    gap = index.gap or (undated() if index.undated else None)
    examples = list(index.errors.items())[:_EXAMPLES]
    return Alerts(
        # An error that was seen is there, whatever else may be missing.
        open_errors=len(index.errors) if index.errors else gap or 0,
        counted_all=gap or True,
        subjects=no_subject or len(index.with_errors) or gap or 0,
        without_subject=_without_subject(reading, index),
        causes=tuple(
            sorted(index.causes.items(), key=lambda each: (-each[1], each[0].id)),
        ),
        oldest_age_days=(
            whole
            if whole is not None
            else None
            if index.oldest_s is None
            else index.oldest_s // DAY_S
        ),
        origins={
            "open_errors": tuple(Evidence(SOURCE, id, "level", ERROR, at) for id, at in examples)
            or (Evidence(SOURCE, "", "level", None, read_at),),
            "counted_all": (Evidence(SOURCE, "", "level", None, read_at),),
            "subjects": (Evidence(SOURCE, "", _REGARDING, None, read_at),),
            "without_subject": (Evidence(SOURCE, "", _REGARDING, None, read_at),),
            "causes": (Evidence(SOURCE, "", "text", None, read_at),),
            "oldest_age_days": (Evidence(SOURCE, "", "modifiedon", None, read_at),),
        },
    )


def _without_subject(reading: Reading | None, index: AlertIndex) -> int | Unknown:
    """How many errors name no record: where that column is hidden, each seems to name none."""
    hidden_subject = _gap_of_one(reading, None, _REGARDING)
    is_open = undated() if None in index.undated else None
    return hidden_subject or index.without_subject or index.gap or is_open or 0


def _gap(reading: Reading | None, window_s: int) -> Unknown | None:
    """Why an alert within the window may be missing from what was read; None: none is."""
    if reading is None:
        return not_read_yet(SOURCE, "Look at the alerts in Dynamics 365.")
    if not reading.state.whole:
        return reading.state.unknown()
    gap = hidden(reading.state, "level", "modifiedon")
    if gap is not None:
        return gap
    if window_s > DAYS * DAY_S:
        return Unknown(
            reason=f"Alerts are read of the last {DAYS} days, fewer than `alert_window` names.",
            remedy=f"Set the threshold `alert_window` to {DAYS} days or less.",
            cause=Cause("source", SOURCE, "window-too-long"),
        )
    return None


def _gap_of_one(reading: Reading | None, gap: Unknown | None, *columns: str) -> Unknown | None:
    """Why an alert of one mailbox may be missing, or not be known to be of that mailbox."""
    if gap is not None or reading is None:
        return gap
    return hidden(reading.state, *columns)


def undated() -> Unknown:
    """Why an alert without a date shows nothing."""
    return Unknown(
        reason="An alert does not say when it was written.",
        remedy="Look at the alerts in Dynamics 365.",
    )


def _unreadable() -> Unknown:
    return Unknown(
        reason="Most alerts are not in English, so a conflict of two organisations may hide there.",
        remedy="Read the alerts of the mailbox in Dynamics 365.",
        cause=Cause("source", SOURCE, "text-not-recognised"),
    )
