"""What alerts and folder tracking rules say of single mailboxes."""

import pytest
from msgspec import UNSET

from connectors.dynamics.tables.emails import EmailRow
from connectors.dynamics.tables.mailboxtrackingfolders import TrackingFolderRow
from connectors.dynamics.tables.tracelogs import AlertRow
from connectors.normalisation.alerts import AlertIndex
from connectors.normalisation.mailbox.mailbox_flags import FOLLOWED, MailboxFlags
from rules.alert_causes import AlertCause
from rules.unknown import Unknown
from tests.connectors.dynamics.readings import READ_AT, reading

ALERTS, FOLDERS = "dynamics.tracelogs", "dynamics.mailboxtrackingfolders"
EMAILS = "dynamics.emails"
LIMIT = Unknown(reason="Nobody knows the limit.", remedy="Ask.")


def folders(count, of="AB-1", regarding="C"):
    return [
        TrackingFolderRow(mailboxtrackingfolderid=str(n), mailbox=of, regarding=regarding)
        for n in range(count)
    ]


def email(id, **columns):
    usual = {"createdon": None, "delayedemailsendtime": None}
    waits = {"statuscode": 6, "modifiedon": "2026-11-23T08:00:00Z"}
    return EmailRow(activityid=id, **{**usual, **waits, **columns})


def marks(*rows, alerts=(), waiting=(), most=2, state=(), window_s=86400):
    readings = {
        ALERTS: reading(ALERTS, *alerts, **dict(state)),
        EMAILS: reading(EMAILS, *waiting, **dict(state)),
        FOLDERS: reading(FOLDERS, *rows, **dict(state)),
    }
    return MailboxFlags(readings, most, AlertIndex(readings[ALERTS], window_s), 3600)


def facts_of(found, id):
    return found.facts(found.by_id.get(id, 0), 0)


def test_a_mailbox_that_no_table_names_has_none_of_it():
    found = marks(*folders(3))
    assert set(facts_of(found, "other").values()) == {False, None}
    assert found.by_id.keys() == {"ab-1"}


def test_a_row_that_does_not_say_which_mailbox_may_be_of_any():
    found = marks(*folders(1), *folders(1, of=UNSET))
    assert facts_of(found, "ab-1")["has_folder_tracking_rules"] is True
    for name in (
        "has_folder_tracking_rules",
        "folder_tracking_rules_at_limit",
        "folder_tracking_without_regarding",
    ):
        assert isinstance(facts_of(found, "other")[name], Unknown), name


def test_a_folder_that_does_not_say_what_it_regards_is_open():
    facts = facts_of(marks(*folders(1, regarding=UNSET)), "ab-1")
    assert isinstance(facts["folder_tracking_without_regarding"], Unknown)


def test_without_any_row_nothing_is_marked():
    assert marks().by_id == {}


@pytest.mark.parametrize(
    ("most", "count", "reached"), [(2, 1, False), (2, 2, True), (None, 24, False), (None, 25, True)]
)
def test_rules_reach_the_limit_of_the_organisation(most, count, reached):
    facts = facts_of(marks(*folders(count), most=most), "ab-1")
    assert facts["has_folder_tracking_rules"] is True
    assert facts["folder_tracking_rules_at_limit"] is reached
    assert facts["folder_tracking_without_regarding"] is False


def test_without_the_limit_only_mailboxes_with_rules_are_open():
    found = marks(*folders(1), most=LIMIT)
    assert facts_of(found, "ab-1")["folder_tracking_rules_at_limit"] is LIMIT
    assert facts_of(found, "other")["folder_tracking_rules_at_limit"] is False


def test_a_rule_may_name_no_record():
    found = marks(*folders(1, regarding=None))
    assert facts_of(found, "ab-1")["folder_tracking_without_regarding"] is True


def test_a_hidden_record_is_not_taken_for_none():
    state = {"secured": ("_regardingobjectid_value",)}
    found = facts_of(marks(*folders(1, regarding=None), state=state), "ab-1")
    assert isinstance(found["folder_tracking_without_regarding"], Unknown)
    assert found["has_folder_tracking_rules"] is True


def test_rules_whose_mailbox_is_hidden_tell_nothing():
    found = marks(*folders(1), state={"absent": ("_mailboxid_value",)})
    assert isinstance(facts_of(found, "ab-1")["has_folder_tracking_rules"], Unknown)


def test_what_was_not_wholly_read_leaves_the_others_open():
    alert = AlertRow(tracelogid="1", level=3, modifiedon=READ_AT, text="english", regarding="AB-1")
    found = marks(*folders(2), alerts=[alert], state={"status": "partial"})
    named = facts_of(found, "ab-1")
    assert named["open_error_alert"] is named["folder_tracking_rules_at_limit"] is True
    assert all(isinstance(each, Unknown) for each in facts_of(found, "other").values())


def test_every_fact_tells_where_it_was_read():
    alert = AlertRow(tracelogid="1", level=3, modifiedon=READ_AT, text="english", regarding="AB-1")
    found = marks(alerts=[alert])
    mark = found.by_id["ab-1"]
    assert found.origins(mark).keys() == found.facts(mark, 0).keys()
    _, seen = found.origins(mark)["open_error_alert"]
    assert (seen.source, seen.field, seen.value, seen.read_at) == (ALERTS, "level", 3, READ_AT)


def test_a_mailbox_is_told_what_its_alerts_are_about():
    alert = AlertRow(tracelogid="1", level=3, modifiedon=READ_AT, text="8005E273", regarding="AB-1")
    found = marks(*folders(3), alerts=[alert])
    facts = facts_of(found, "ab-1")
    assert facts["alert_cause"] is AlertCause.ACCOUNT_DISABLED
    assert facts["open_error_alert"] is facts["folder_tracking_rules_at_limit"] is True
    _, seen = found.origins(found.by_id["ab-1"])["alert_cause"]
    assert (seen.source, seen.field, seen.value) == (ALERTS, "text", "account-disabled")


@pytest.mark.parametrize(
    ("status", "modified", "waits"),
    [
        (6, "2026-11-23T11:00:00Z", True),
        (6, "2026-11-23T11:00:01Z", False),
        (7, "2026-11-23T08:00:00Z", False),
        (8, "2026-11-23T08:00:00Z", False),
    ],
)
def test_email_that_has_long_waited_names_its_sender(status, modified, waits):
    row = email("1", statuscode=status, modifiedon=modified, sender="AB-1")
    found = marks(waiting=[row])
    assert facts_of(found, "ab-1")["email_waits"] is waits
    if waits:
        _, seen = found.origins(found.by_id["ab-1"])["email_waits"]
        assert (seen.source, seen.field) == (EMAILS, "_sendermailboxid_value")


def test_without_the_sender_of_email_it_is_open_for_whom_it_waits():
    row = email("1", sender=None)
    found = marks(waiting=[row], state={"absent": ("_sendermailboxid_value",)})
    assert isinstance(facts_of(found, "ab-1")["email_waits"], Unknown)


def test_an_alert_of_unknown_code_tells_no_cause():
    alert = AlertRow(tracelogid="1", level=3, modifiedon=READ_AT, text="english", regarding="AB-1")
    assert facts_of(marks(alerts=[alert]), "ab-1")["alert_cause"] is None


RECEIVED = "server-busy (receiving)"
SENT = "server-busy"


def passed(text, since_success_s=0, followed=FOLLOWED, **state):
    """The fact of a mailbox with one alert, where a success followed it or none did."""
    alert = AlertRow(tracelogid="1", level=3, modifiedon=READ_AT, text=text, regarding="ab")
    found = marks(alerts=[alert], state=state)
    return found.facts(found.by_id["ab"] | followed, since_success_s)


def test_a_success_after_the_alert_lets_it_pass():
    assert passed(RECEIVED)["alert_has_passed"] is True
    assert passed(RECEIVED, followed=0)["alert_has_passed"] is False


@pytest.mark.parametrize(("text", "expected"), [(RECEIVED, LIMIT), (SENT, False)])
def test_while_the_success_is_open_so_is_whether_the_alert_has_passed(text, expected):
    assert passed(text, LIMIT, followed=0)["alert_has_passed"] is expected


@pytest.mark.parametrize(
    ("text", "state"),
    [(RECEIVED, {"status": "partial"}), (UNSET, {"absent": ("text",)})],
)
def test_what_was_not_read_leaves_it_open_whether_the_alert_has_passed(text, state):
    assert isinstance(passed(text, **state)["alert_has_passed"], Unknown)
    assert passed(text, followed=0, **state)["alert_has_passed"] is False


def test_the_cause_of_what_has_passed_rests_on_every_text():
    assert passed(RECEIVED)["alert_cause"] is AlertCause.SERVER_BUSY
    hidden = {"absent": ("errordetails",)}
    assert isinstance(passed(RECEIVED, **hidden)["alert_cause"], Unknown)
    assert passed(RECEIVED, followed=0, **hidden)["alert_cause"] is AlertCause.SERVER_BUSY


def test_an_alert_without_a_date_leaves_its_mailbox_alone_open():
    undated = AlertRow(tracelogid="1", level=3, modifiedon=None, text="8005E273", regarding="AB")
    found = marks(alerts=[undated])
    for fact in ("open_error_alert", "alert_has_passed", "alert_cause"):
        assert isinstance(facts_of(found, "ab")[fact], Unknown)
        assert not facts_of(found, "cd")[fact]
    dated = AlertRow(tracelogid="2", level=3, modifiedon=READ_AT, text=RECEIVED, regarding="AB")
    found = marks(alerts=[undated, dated])
    assert facts_of(found, "ab")["open_error_alert"] is True
    followed = found.facts(found.by_id["ab"] | FOLLOWED, 0)
    assert isinstance(followed["alert_has_passed"], Unknown)


def test_without_the_sources_nothing_is_known():
    found = MailboxFlags({}, 25, AlertIndex(None, 86400), 3600)
    assert all(isinstance(each, Unknown) for each in found.facts(0, 0).values())


def test_the_row_that_shows_it_is_named_for_each_mailbox():
    alert = AlertRow(tracelogid="a", level=3, modifiedon=READ_AT, text="8005E273", regarding="AB-1")
    row = email("e", sender="AB-1")
    found = marks(*folders(3, regarding=None), alerts=[alert], waiting=[row])
    shown = {
        fact: found.record_of(origin[1], "AB-1")
        for fact, origin in found.origins(found.by_id["ab-1"]).items()
    }
    assert shown == {
        "open_error_alert": "a",
        "alert_has_passed": "a",
        "alert_cause": "a",
        "another_organization_alert": None,
        "email_waits": "e",
        "has_folder_tracking_rules": "0",
        "folder_tracking_rules_at_limit": "0",
        "folder_tracking_without_regarding": "0",
    }
