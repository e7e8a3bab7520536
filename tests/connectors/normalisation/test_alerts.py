"""Alerts become counts of the organisation, and marks of mailboxes."""

import pytest

from connectors.dynamics.tables.tracelogs import AlertRow
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


def test_no_alerts_at_all():
    facts = alerts(reading(SOURCE), WEEK_S)
    assert (facts.open_errors, facts.oldest_age_days) == (0, None)
    assert facts.evidence("open_errors")


def test_what_was_not_wholly_read_is_known_only_where_errors_were_seen():
    assert alerts(reading(SOURCE, alert(), status="partial"), WEEK_S).open_errors == 1
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
