"""Alerts become counts of the organisation, and marks of mailboxes."""

import pytest

from connectors.dynamics.tables.tracelogs import DAYS, UNREADABLE, AlertRow
from connectors.normalisation.alerts import DAY_S, AlertIndex, alerts
from rules.alert_causes import AlertCause
from rules.unknown import Unknown
from tests.connectors.dynamics.readings import reading

SOURCE = "dynamics.tracelogs"
WEEK_S = 7 * DAY_S


def alert(id="1", level=3, at="2026-11-23T07:00:00Z", text="The server returned 401.", of="AB"):
    return AlertRow(tracelogid=id, level=level, modifiedon=at, text=text, regarding=of)


def test_errors_within_the_window_count_once_each():
    rows = [
        alert("1"),
        alert("1"),
        alert("2", at="2026-11-16T12:00:00Z"),
        alert("3", at="2026-11-16T11:59:59Z"),
        alert("4", level=2),
    ]
    facts = alerts(reading(SOURCE, *rows), WEEK_S)
    assert facts.open_errors == 2
    assert facts.oldest_age_days == 7
    assert [each.record for each in facts.evidence("open_errors")] == ["1", "2"]


@pytest.mark.parametrize("at", [None, "not a date"])
def test_an_alert_without_a_date_may_be_an_old_one(at):
    rows = [alert("1", at=at, of="AB")]
    found = alerts(reading(SOURCE, *rows), WEEK_S)
    assert isinstance(found.open_errors, Unknown)
    assert isinstance(found.subjects, Unknown)
    index = AlertIndex(reading(SOURCE, *rows), WEEK_S)
    assert all(isinstance(each, Unknown) for each in index.of("ab"))
    assert index.of("cd") == (False, None)
    seen = alerts(reading(SOURCE, *rows, alert("2", of="EF")), WEEK_S)
    assert (seen.open_errors, seen.subjects, seen.without_subject) == (1, 1, 0)


def test_no_alerts_at_all():
    facts = alerts(reading(SOURCE), WEEK_S)
    assert (facts.open_errors, facts.oldest_age_days) == (0, None)
    assert facts.evidence("open_errors")


def test_what_was_not_wholly_read_is_known_only_where_errors_were_seen():
    of_a_part = alerts(reading(SOURCE, alert(), status="partial"), WEEK_S)
    assert of_a_part.open_errors == 1
    assert isinstance(of_a_part.counted_all, Unknown)
    assert alerts(reading(SOURCE, alert()), WEEK_S).counted_all is True
    none_seen = alerts(reading(SOURCE, alert(level=2), status="partial"), WEEK_S)
    assert isinstance(none_seen.open_errors, Unknown)
    assert isinstance(none_seen.oldest_age_days, Unknown)
    assert none_seen.open_errors.remedy == "Clear up."


@pytest.mark.parametrize("reading_of", [None, reading(SOURCE, absent=("level",))])
def test_without_the_table_or_its_level_nothing_is_known(reading_of):
    assert isinstance(alerts(reading_of, WEEK_S).open_errors, Unknown)


def test_a_window_longer_than_what_is_read_leaves_the_absence_of_errors_open():
    assert AlertIndex(reading(SOURCE), 30 * DAY_S).no_error is False
    wall = AlertIndex(reading(SOURCE), 30 * DAY_S + 1)
    assert isinstance(wall.no_error, Unknown)
    assert "alert_window" in wall.no_error.remedy


def test_a_conflict_counts_as_a_warning_too():
    conflict = alert(level=2, text="It is configured with another organization.")
    wall = AlertIndex(reading(SOURCE, conflict), WEEK_S)
    assert wall.mailboxes_in_conflict == {"ab"}
    assert wall.with_errors == {}


def test_alerts_in_another_language_may_hide_a_conflict():
    foreign = alert("2", text="Die E-Mail kann nicht empfangen werden.")
    assert AlertIndex(reading(SOURCE, alert("1"), foreign), WEEK_S).no_conflict is False
    wall = AlertIndex(reading(SOURCE, foreign), WEEK_S)
    assert isinstance(wall.no_conflict, Unknown)
    assert wall.no_error is False


def test_errors_are_told_by_what_they_are_about():
    rows = [
        alert("1", text="ErrorQuotaExceeded: Exchange server returned 403"),
        alert("2", text="The mailbox is full: ErrorQuotaExceeded"),
        alert("3", text="8005E273"),
        alert("4", text="The server said something."),
        alert("5", text="8005E273", level=2),
    ]
    facts = alerts(reading(SOURCE, *rows), WEEK_S)
    assert facts.open_errors == 4
    assert facts.causes == ((AlertCause.MAILBOX_FULL, 2), (AlertCause.ACCOUNT_DISABLED, 1))


def test_the_newest_cause_of_a_mailbox_counts_and_one_of_a_single_message_last():
    older = alert("1", at="2026-11-22T07:00:00Z", text="ErrorQuotaExceeded")
    newer = alert("2", at="2026-11-23T07:00:00Z", text="8005E273")
    message = alert("3", at="2026-11-23T08:00:00Z", text="InvalidSender")
    unread = alert("4", at="2026-11-23T09:00:00Z", text="The server said something.")
    for rows in ([older, newer, message, unread], [unread, message, newer, older]):
        wall = AlertIndex(reading(SOURCE, *rows), WEEK_S)
        assert wall.of("ab") == (True, AlertCause.ACCOUNT_DISABLED)
    assert AlertIndex(reading(SOURCE, message), WEEK_S).of("ab") == (
        True,
        AlertCause.SENDER_INVALID,
    )
    assert AlertIndex(reading(SOURCE, unread), WEEK_S).of("ab") == (True, None)


def test_of_a_record_without_alerts_nothing_is_told():
    assert AlertIndex(reading(SOURCE, alert()), WEEK_S).of("other") == (False, None)
    is_there, cause = AlertIndex(reading(SOURCE, alert(), status="partial"), WEEK_S).of("other")
    assert isinstance(is_there, Unknown)
    assert cause is is_there


RECEIVED = "Email cannot be received. UnknownIncomingEmailIntegrationError -2147220970"
SENT = "Email cannot be sent. UnknownOutgoingEmailIntegrationError -2147220970"


@pytest.mark.parametrize(
    ("texts", "moment"),
    [
        ([RECEIVED], "2026-11-23T07:00:00Z"),
        ([SENT], None),
        ([RECEIVED, SENT], None),
        (["ErrorServerBusy"], None),
    ],
)
def test_a_success_can_end_alerts_about_receiving_alone(texts, moment):
    rows = [alert(str(number), text=text) for number, text in enumerate(texts)]
    wall = AlertIndex(reading(SOURCE, *rows), WEEK_S)
    assert wall.may_pass().get("ab") == moment


def test_where_alerts_may_be_missing_a_newer_one_may_be_too():
    wall = AlertIndex(reading(SOURCE, alert(text=RECEIVED), status="partial"), WEEK_S)
    assert not wall.is_settled("ab")
    assert isinstance(wall.unsettled, Unknown)
    assert isinstance(alerts(reading(SOURCE, alert(), status="partial"), WEEK_S).subjects, Unknown)


def test_an_alert_whose_date_and_direction_are_read_is_settled():
    wall = AlertIndex(reading(SOURCE, alert(text=RECEIVED)), WEEK_S)
    assert wall.is_settled("ab")
    assert wall.no_detail is None


@pytest.mark.parametrize("at", [None, "soon", "2999-01-01T00:00:00Z"])
def test_an_alert_without_a_true_date_may_be_newer_than_any_success(at):
    rows = [alert("1", text=RECEIVED), alert("2", text=RECEIVED, at=at)]
    wall = AlertIndex(reading(SOURCE, *rows), WEEK_S)
    assert wall.may_pass() == {"ab": "2026-11-23T07:00:00Z"}
    assert not wall.is_settled("ab")


def test_an_alert_whose_text_is_hidden_may_be_about_sending():
    wall = AlertIndex(reading(SOURCE, alert(text=None), secured=("text",)), WEEK_S)
    assert wall.may_pass().keys() == {"ab"}
    assert not wall.is_settled("ab")


@pytest.mark.parametrize("column", ["text", "errordetails", "traceparameterxml"])
def test_where_a_text_is_hidden_it_may_name_another_cause(column):
    wall = AlertIndex(reading(SOURCE, alert(text=RECEIVED), absent=(column,)), WEEK_S)
    assert isinstance(wall.no_detail, Unknown)


def test_where_the_subject_is_hidden_it_is_open_which_alerts_have_one():
    rows = reading(SOURCE, alert(of=None), secured=("_regardingobjectid_value",))
    facts = alerts(rows, WEEK_S)
    assert isinstance(facts.subjects, Unknown)
    assert isinstance(facts.without_subject, Unknown)


def test_alerts_without_a_subject_are_counted_apart():
    facts = alerts(reading(SOURCE, alert("1"), alert("2", of=None)), WEEK_S)
    assert (facts.subjects, facts.without_subject) == (1, 1)


def test_the_first_five_errors_are_shown():
    facts = alerts(reading(SOURCE, *(alert(str(at)) for at in range(7))), WEEK_S)
    assert [each.record for each in facts.evidence("open_errors")] == list("01234")


def test_the_oldest_alert_counts_whatever_its_level_and_order():
    days = ("2026-11-21T12:00:00Z", "2026-11-01T12:00:00Z", "2026-11-22T12:00:00Z")
    rows = [alert(str(at), level=2, at=day) for at, day in enumerate(days)]
    assert alerts(reading(SOURCE, *rows), WEEK_S).oldest_age_days == 22


@pytest.mark.parametrize(
    ("readable", "unreadable", "is_open"),
    [(1, 1, False), (1, 2, True), (2, 2, False), (0, 1, True)],
)
def test_where_most_alerts_cannot_be_read_a_conflict_may_hide(readable, unreadable, is_open):
    rows = [alert(f"a{at}") for at in range(readable)]
    rows += [alert(f"b{at}", text=UNREADABLE if at else "") for at in range(unreadable)]
    found = AlertIndex(reading(SOURCE, *rows), WEEK_S).no_conflict
    assert isinstance(found, Unknown) is is_open


def test_a_conflict_is_of_the_mailbox_that_it_names_within_the_window():
    text = "This mailbox is configured with another organization"
    rows = [alert("1", level=2, text=text), alert("2", level=2, text=text, of=None)]
    rows.append(alert("3", level=2, text=text, of="CD", at="2026-11-01T00:00:00Z"))
    assert rows[0].cause is AlertCause.ANOTHER_ORGANIZATION
    assert AlertIndex(reading(SOURCE, *rows), WEEK_S).mailboxes_in_conflict == {"ab"}


def test_the_newest_alert_shows_an_error_and_its_cause():
    rows = [
        alert("1", at="2026-11-22T07:00:00Z", text="ErrorQuotaExceeded"),
        alert("2", at="2026-11-23T07:00:00Z", text="ErrorQuotaExceeded"),
        alert("3", at="2026-11-21T07:00:00Z", text="ErrorQuotaExceeded"),
    ]
    found = AlertIndex(reading(SOURCE, *rows), WEEK_S).origins("ab")
    (error,), (cause,) = found["open_error_alert"], found["alert_cause"]
    assert (error.record, error.field, error.value) == ("2", "level", 3)
    assert (cause.record, cause.field, cause.value) == ("2", "text", AlertCause.MAILBOX_FULL.id)


def test_what_shows_nothing_is_shown_as_such():
    for own in (reading(SOURCE), reading(SOURCE, alert(at=None)), None):
        found = AlertIndex(own, WEEK_S).origins("ab")
        assert [(each.record, each.value) for (each,) in found.values()] == [("ab", None)] * 2


def test_of_causes_met_as_often_the_names_decide_the_order():
    rows = [alert("1", text="8005E273"), alert("2", text="ErrorQuotaExceeded")]
    for each in (rows, rows[::-1]):
        found = [cause for cause, _ in alerts(reading(SOURCE, *each), WEEK_S).causes]
        assert found == [AlertCause.ACCOUNT_DISABLED, AlertCause.MAILBOX_FULL]


@pytest.mark.parametrize(
    ("at", "settled"),
    [
        ("2026-11-24T12:00:00Z", True),
        ("2026-11-24T12:00:01Z", False),
        ("2026-11-23T12:00:00", True),
    ],
)
def test_an_alert_from_more_than_a_day_ahead_bears_no_true_date(at, settled):
    index = AlertIndex(reading(SOURCE, alert(text=RECEIVED, at=at)), WEEK_S)
    assert index.is_settled("ab") is settled
    assert index.may_pass() == {"ab": at if settled else ""}


@pytest.mark.parametrize(("days", "is_open"), [(DAYS, False), (DAYS + 1, True)])
def test_a_window_is_no_longer_than_what_is_read(days, is_open):
    found = AlertIndex(reading(SOURCE), days * DAY_S).gap
    assert (found is not None) is is_open


def test_the_newest_error_of_a_record_stays_the_newest():
    days = ("2026-11-22T07:00:00Z", "2026-11-23T07:00:00Z", "2026-11-21T07:00:00Z")
    rows = [alert(str(at), text=RECEIVED, at=day) for at, day in enumerate(days)]
    assert AlertIndex(reading(SOURCE, *rows), WEEK_S).newest_error == {"ab": days[1]}
