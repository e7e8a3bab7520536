"""What each source says of one address: a value, nothing, or why it is open."""

from typing import Any

import pytest
from msgspec import UNSET

from connectors.graph.plans import UNLISTED
from connectors.normalisation.exchange.address_books import (
    AMBIGUOUS,
    CAS,
    FORWARDING,
    MAILBOXES,
    OPENED,
    RULES,
    SECTIONS,
    SETTINGS,
    USERS,
    Account,
    AddressBooks,
    ClientAccess,
    Forwarding,
    InboxRules,
    Opened,
)
from connectors.normalisation.exchange.answers import Told
from connectors.sources.source import SAMPLED, SourceState
from rules.evidence import OF_THE_SUBJECT, Evidence
from rules.unknown import Unknown

AT = "2026-11-23T12:00:00Z"
ACCOUNT = Account(True, True, True, None, "Member")
FORWARDS = Forwarding("UserMailbox", None, False, False, None)


def failed(source: str, code: str = "forbidden") -> SourceState:
    return SourceState(source, "failed", code=code, reason="refused", remedy="grant it")


def told(entries: Any = None, *states: SourceState, server: str | None = "mail.a.example") -> Told:
    directory = AddressBooks()
    directory.describe({source: SourceState(source, "read") for source in SECTIONS})
    directory.describe({each.name: each for each in states})
    directory.asked_server = server
    for book in directory.books.values():
        book.read_at = AT
    return Told(directory, {**dict.fromkeys(SECTIONS), **(entries or {})})


def open_(found: Any) -> Unknown:
    assert isinstance(found.value, Unknown)
    return found.value


def shown(found: Any) -> list[tuple[str, str, Any]]:
    assert {(each.record, each.read_at) for each in found.evidence} == {(OF_THE_SUBJECT, AT)}
    return [(each.source, each.field, each.value) for each in found.evidence]


def test_a_source_lists_an_address_or_not_or_leaves_it_open() -> None:
    assert told({USERS: ACCOUNT}).presence(USERS) == "listed"
    assert told({USERS: AMBIGUOUS}).presence(USERS) == "listed"
    assert told().presence(USERS) == "not-listed"
    assert told(None, failed(USERS)).presence(USERS) == "open"
    assert told({USERS: ACCOUNT}, failed(USERS)).presence(USERS) == "listed"


def test_an_ambiguous_entry_is_no_clear_one() -> None:
    assert told({USERS: ACCOUNT}).entry(USERS) is ACCOUNT
    assert told({USERS: AMBIGUOUS}).entry(USERS) is None
    assert told().entry(USERS) is None


def test_why_a_source_does_not_say() -> None:
    differ = told({USERS: AMBIGUOUS}, failed(USERS)).unknown(USERS)
    assert differ.reason == "Several records of graph.users have the address, and they differ."
    assert differ.evidence == (Evidence(USERS, OF_THE_SUBJECT, "address", None, AT),)
    assert told().unknown(USERS).reason == (
        "No source that was read lists the address; graph.users was not asked for it."
    )
    refused = told(None, failed(USERS)).unknown(USERS)
    assert refused.cause is not None
    assert refused.cause.code == "forbidden"


@pytest.mark.parametrize(
    ("value", "value_shown"), [(UNSET, None), (None, None), (True, True), (["a"], "['a']")]
)
def test_a_value_is_shown_as_evidence_holds_it(value: Any, value_shown: Any) -> None:
    (evidence,) = told().evidence(USERS, "x", value)
    assert evidence == Evidence(USERS, OF_THE_SUBJECT, "x", value_shown, AT)


@pytest.mark.parametrize("value", [True, False, None])
def test_what_the_account_says_is_given_as_it_is(value: bool | None) -> None:
    found = told({USERS: ACCOUNT._replace(is_enabled=value)}).of_account("is_enabled", "enabled")
    assert found.value is value
    assert shown(found) == [(USERS, "enabled", value)]


def test_an_account_that_is_not_there_says_none_and_one_that_was_not_read_nothing() -> None:
    nobody = told().of_account("is_enabled", "enabled")
    assert nobody.value is None
    assert shown(nobody) == [(USERS, "enabled", None)]
    for entries in ({}, {USERS: AMBIGUOUS}):
        found = told(entries, failed(USERS)).of_account("is_enabled", "enabled")
        assert isinstance(found.value, Unknown)
        assert shown(found) == [(USERS, "enabled", None)]
    unanswered = told({USERS: ACCOUNT._replace(is_enabled=UNSET)})
    assert "did not hold enabled" in open_(unanswered.of_account("is_enabled", "enabled")).reason


@pytest.mark.parametrize("value", [True, False, None])
def test_a_plan_is_a_licence(value: bool | None) -> None:
    assert told({USERS: ACCOUNT._replace(mailbox_plan=value)}).licensed().value is value


def test_a_plan_that_no_list_names_is_open_by_one_cause() -> None:
    found = told({USERS: ACCOUNT._replace(mailbox_plan=UNLISTED)}).licensed()
    cause = open_(found).cause
    assert cause is not None
    assert (cause.name, cause.code) == (USERS, "unlisted-plan")
    assert open_(found).evidence == found.evidence


@pytest.mark.parametrize(
    ("entry", "fields"),
    [
        (None, [("ForwardingSmtpAddress", None)]),
        (AMBIGUOUS, [("ForwardingSmtpAddress", None)]),
        (
            FORWARDS._replace(forwards_to="away.example", keeps_copy=True),
            [("ForwardingSmtpAddress", "away.example"), ("DeliverToMailboxAndForward", True)],
        ),
        (
            FORWARDS._replace(to_recipient=True),
            [("ForwardingAddress", "(a recipient)"), ("DeliverToMailboxAndForward", False)],
        ),
        (
            FORWARDS._replace(recipient_type="MailUser", external="away.example"),
            [("ExternalEmailAddress", "away.example")],
        ),
    ],
)
def test_where_email_goes_on_to_is_shown(entry: Any, fields: list[tuple[str, Any]]) -> None:
    found = told({FORWARDING: entry}).points_outside(True)
    assert found.value is True
    assert shown(found) == [(FORWARDING, *each) for each in fields]


def test_nothing_that_goes_on_is_none_only_where_the_listing_says_so() -> None:
    assert told({FORWARDING: FORWARDS}).points_outside(None).value is None
    assert told({FORWARDING: FORWARDS}, failed(FORWARDING)).points_outside(None).value is None
    assert told().points_outside(None).value is None
    open_(told(None, failed(FORWARDING)).points_outside(None))
    assert "differ" in open_(told({FORWARDING: AMBIGUOUS}).points_outside(None)).reason
    assert told(None, failed(FORWARDING)).points_outside(False).value is False


@pytest.mark.parametrize(("kind", "guest"), [("Guest", True), ("Member", False), ("guest", False)])
def test_an_account_of_the_kind_guest_is_one(kind: str, guest: bool) -> None:
    found = told({USERS: ACCOUNT._replace(user_type=kind)}).is_guest()
    assert found.value is guest
    assert shown(found) == [(USERS, "userType", kind)]


def test_who_has_no_account_is_no_guest_and_an_account_without_kind_is_open() -> None:
    assert told().is_guest().value is None
    open_(told(None, failed(USERS)).is_guest())
    silent = told({USERS: ACCOUNT._replace(user_type=None)}).is_guest()
    assert open_(silent).is_unlisted
    assert (
        "did not hold" in open_(told({USERS: ACCOUNT._replace(user_type=UNSET)}).is_guest()).reason
    )


@pytest.mark.parametrize(
    ("kind", "group"),
    [("MailUniversalDistributionGroup", True), ("GroupMailbox", True), ("UserMailbox", False)],
)
def test_the_kind_of_recipient_says_whether_it_is_a_group(kind: str, group: bool) -> None:
    found = told({FORWARDING: FORWARDS._replace(recipient_type=kind)}).is_group()
    assert found.value is group
    assert shown(found) == [(FORWARDING, "RecipientTypeDetails", kind)]


@pytest.mark.parametrize("kind", [None, UNSET, 7])
def test_a_recipient_of_no_told_kind_is_open(kind: Any) -> None:
    found = told({FORWARDING: FORWARDS._replace(recipient_type=kind)}).is_group()
    assert "did not hold RecipientTypeDetails" in open_(found).reason


def test_no_group_has_the_address_where_the_whole_listing_has_none() -> None:
    found = told().is_group()
    assert found.value is False
    assert shown(found) == [(FORWARDING, "RecipientTypeDetails", None)]
    open_(told(None, failed(FORWARDING)).is_group())
    open_(told({FORWARDING: AMBIGUOUS}).is_group())


@pytest.mark.parametrize("value", [True, False, None])
def test_the_switch_of_web_services_is_told_as_it_stands(value: bool | None) -> None:
    found = told({CAS: ClientAccess(value, None)}).ews_enabled()
    assert found.value is value
    assert shown(found) == [(CAS, "EwsEnabled", value)]


@pytest.mark.parametrize(
    ("policy", "value"), [("EnforceBlockList", "EnforceBlockList"), ("", None), (None, None)]
)
def test_the_policy_on_clients_is_told_and_an_empty_one_is_none(policy: Any, value: Any) -> None:
    assert told({CAS: ClientAccess(None, policy)}).client_policy().value == value


def test_switches_of_another_form_or_not_answered_are_open() -> None:
    odd = told({CAS: ClientAccess("yes", 7)})
    assert "The value yes of EwsEnabled" in open_(odd.ews_enabled()).reason
    assert "The value 7 of EwsApplication" in open_(odd.client_policy()).reason
    unanswered = told({CAS: ClientAccess(UNSET, UNSET)})
    assert "did not hold EwsEnabled" in open_(unanswered.ews_enabled()).reason
    assert "did not hold EwsApplication" in open_(unanswered.client_policy()).reason


def test_switches_of_a_mailbox_elsewhere_are_not_read() -> None:
    cause = open_(told().ews_enabled()).cause
    assert cause is not None
    assert (cause.name, cause.code) == ("exchange_server.cas-mailboxes", "not-read")
    assert shown(told().ews_enabled()) == [(CAS, "EwsEnabled", None)]
    refused = open_(told(None, failed(CAS)).ews_enabled()).cause
    assert refused is not None
    assert refused.code == "forbidden"
    assert "differ" in open_(told({CAS: AMBIGUOUS}).ews_enabled()).reason


@pytest.mark.parametrize("moves", [True, False])
def test_what_inbox_rules_do_is_told(moves: bool) -> None:
    found = told({RULES: InboxRules(200, None, moves)}).inbox_rules()
    assert found.value is moves
    assert shown(found) == [(RULES, "moves_email", moves)]


@pytest.mark.parametrize(
    ("status", "code", "reason", "field"),
    [
        (404, "MailboxNotEnabledForRESTAPI", "Exchange Online has no such mailbox", "code"),
        (404, "ErrorNonExistentMailbox", "Exchange Online has no such mailbox", "code"),
        (404, "ErrorItemNotFound", "answered 404 (ErrorItemNotFound) when asked", "status"),
        (403, "ErrorNonExistentMailbox", "answered 403 (ErrorNonExistentMailbox)", "status"),
        (500, None, "Microsoft Graph answered 500 when asked for the rules", "status"),
        (200, None, "Microsoft Graph does not show what a rule of the mailbox does.", "status"),
    ],
)
def test_why_inbox_rules_are_open(status: int, code: Any, reason: str, field: str) -> None:
    found = told({RULES: InboxRules(status, code, None)}).inbox_rules()
    assert reason in open_(found).reason
    assert shown(found) == [(RULES, field, code if field == "code" else status)]


@pytest.mark.parametrize(
    ("entries", "state", "code"),
    [
        ({}, None, "no-account"),
        ({USERS: ACCOUNT}, None, "of-no-owner"),
        ({USERS: ACCOUNT}, SourceState(RULES, "read", code=SAMPLED), "not-in-sample"),
        ({}, SourceState(RULES, "read", code=SAMPLED), "no-account"),
        ({USERS: ACCOUNT}, failed(RULES), "forbidden"),
        ({}, failed(RULES), "forbidden"),
    ],
)
def test_why_a_mailbox_was_not_asked_for_its_rules(entries: Any, state: Any, code: str) -> None:
    found = told(entries, *([state] if state else [])).inbox_rules()
    cause = open_(found).cause
    assert cause is not None
    assert (cause.name, cause.code) == (RULES, code)
    assert shown(found) == [(RULES, "moves_email", None)]


def test_rules_of_two_accounts_that_differ_are_open() -> None:
    assert "differ" in open_(told({RULES: AMBIGUOUS}).inbox_rules()).reason


def test_a_mailbox_that_opened_is_there_and_may_hold_undeliverable_email() -> None:
    for holds, value in ((True, "some"), (False, "none")):
        own = told({OPENED: Opened(None, holds)})
        assert own.opens_on_server().value is True
        assert shown(own.opens_on_server()) == [(OPENED, "code", None)]
        assert own.undeliverable_email().value is holds
        assert shown(own.undeliverable_email()) == [(OPENED, "undeliverable_items", value)]


def test_a_server_that_has_no_such_mailbox_is_believed_where_it_was_read_in_full() -> None:
    entries = {OPENED: Opened("ErrorNonExistentMailbox", False)}
    own = told(entries)
    assert own.opens_on_server().value is False
    assert own.undeliverable_email().value is False
    assert shown(own.undeliverable_email()) == [(OPENED, "code", "ErrorNonExistentMailbox")]
    partial = told(entries, failed(OPENED))
    open_(partial.opens_on_server())
    open_(partial.undeliverable_email())


def test_another_answer_of_the_server_leaves_it_open() -> None:
    found = told({OPENED: Opened("ErrorAccessDenied", False)}).opens_on_server()
    assert (
        open_(found).reason == "The Exchange Server did not open the mailbox (ErrorAccessDenied)."
    )
    assert open_(found).evidence == found.evidence


def test_a_mailbox_that_was_not_opened_is_open_by_one_cause() -> None:
    for own, code in ((told(), "not-in-sample"), (told(None, failed(OPENED)), "forbidden")):
        for found in (own.opens_on_server(), own.undeliverable_email()):
            cause = open_(found).cause
            assert cause is not None
            assert (cause.name, cause.code) == (OPENED, code)
    assert shown(told().undeliverable_email()) == [(OPENED, "undeliverable_items", None)]


def test_the_server_that_was_asked_is_named() -> None:
    assert told().server_asked().value == "mail.a.example"
    open_(told(server=None).server_asked())
    assert shown(told({OPENED: Opened("ErrorX", False)}).server_asked()) == [
        (OPENED, "code", "ErrorX")
    ]


@pytest.mark.parametrize(
    ("states", "source"),
    [
        ([failed(MAILBOXES), failed(USERS)], MAILBOXES),
        ([SourceState(MAILBOXES, "partial"), failed(USERS)], MAILBOXES),
        ([SourceState(MAILBOXES, "not-configured"), failed(USERS), failed(SETTINGS)], USERS),
        ([SourceState(MAILBOXES, "not-configured"), failed(SETTINGS)], SETTINGS),
        ([], SETTINGS),
    ],
)
def test_the_source_to_repair_is_the_first_that_would_say_where_it_lives(
    states: list[SourceState], source: str
) -> None:
    assert told(None, *states).to_repair() == source
