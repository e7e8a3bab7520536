"""What an address means in Exchange Online, from sources that may be silent or disagree."""

from typing import Any

import pytest
from msgspec import UNSET, Struct, structs

from connectors.columnar.id_index import digests
from connectors.columnar.page import Page
from connectors.exchange_online.accepted_domains import SOURCE as DOMAINS
from connectors.exchange_online.accepted_domains import AcceptedDomainRow
from connectors.exchange_online.cas_mailboxes import CasMailboxRow
from connectors.exchange_online.forwarding import ForwardingRow
from connectors.exchange_online.mailboxes import ExchangeMailboxRow
from connectors.exchange_server.mailboxes import OpenedRow
from connectors.graph.mailbox_settings import MailboxSettingsRow
from connectors.graph.message_rules import MessageRulesRow
from connectors.graph.organization import SOURCE as TENANT
from connectors.graph.organization import OrganizationRow
from connectors.graph.plans import FOUNDATION, MAILBOX_PLANS, Plan
from connectors.graph.users import UserRow
from connectors.normalisation.exchange.address_books import (
    CAS,
    FORWARDING,
    MAILBOXES,
    OPENED,
    RULES,
    SETTINGS,
    USERS,
    AddressBooks,
)
from connectors.normalisation.exchange.mailboxes import ExchangeMailboxes
from connectors.normalisation.tenants_read import TenantsRead
from connectors.sources.readings import Reading
from connectors.sources.source import SAMPLED, SourceState, not_configured
from rules.email_systems import Place, Purpose
from rules.facts import ExchangeMailbox
from rules.unknown import Unknown

ANN = "ann@contoso.example"
OWN = "11111111-1111-1111-1111-111111111111"
READ_AT = "2026-11-23T12:00:00Z"
PLAN = sorted(MAILBOX_PLANS)[0]
Told = dict[str, list[Any] | SourceState]


def plan(id: str, status: str = "Enabled", service: str = "exchange") -> Plan:
    return Plan(servicePlanId=id, capabilityStatus=status, service=service)


def user(**columns: Any) -> UserRow:
    usual = UserRow(
        id="1",
        mail=ANN,
        proxyAddresses=[f"SMTP:{ANN}"],
        accountEnabled=True,
        assignedPlans=[plan(PLAN)],
        onPremisesSyncEnabled=None,
        userType="Member",
    )
    return structs.replace(usual, **columns)


MAILBOX = ExchangeMailboxRow(
    PrimarySmtpAddress=ANN, EmailAddresses=[f"SMTP:{ANN}"], RecipientTypeDetails="UserMailbox"
)
SETTING = MailboxSettingsRow(ANN, 200, None, "user")
NO_MAILBOX = MailboxSettingsRow(ANN, 404, "MailboxNotEnabledForRESTAPI")
CAS_ROW = CasMailboxRow(PrimarySmtpAddress=ANN, EwsEnabled=None)
FORWARDS = ForwardingRow(
    PrimarySmtpAddress=ANN,
    RecipientTypeDetails="UserMailbox",
    ForwardingSmtpAddress=None,
    ForwardingAddress=None,
    DeliverToMailboxAndForward=False,
    ExternalEmailAddress=None,
)
DOMAIN = AcceptedDomainRow("Contoso.example", "Authoritative")
NO_RULES = MessageRulesRow(ANN, 200, None, moves_email=False)
OF_OWN = OrganizationRow(OWN, [{"name": "contoso.example"}])
WHOLE: Told = {
    USERS: [user()],
    SETTINGS: [],
    MAILBOXES: [MAILBOX],
    CAS: [CAS_ROW],
    FORWARDING: [FORWARDS],
    RULES: [NO_RULES],
    DOMAINS: [DOMAIN],
    TENANT: [OF_OWN],
}


def failed(source: str) -> SourceState:
    return SourceState(source, "failed", code="forbidden", reason="refused", remedy="grant it")


def mailboxes_of(told: Told) -> ExchangeMailboxes:
    directory = AddressBooks()
    takers = directory.takers()
    readings = {}
    for source, rows in told.items():
        if isinstance(rows, SourceState):
            readings[source] = Reading(rows)
            continue
        state = SourceState(source, "read", records=len(rows))
        if source in takers:
            takers[source](Page(rows, READ_AT, ""))
            readings[source] = Reading(state)
        else:
            readings[source] = Reading(state, tuple((row, READ_AT) for row in rows))
    return ExchangeMailboxes(readings, TenantsRead(readings, OWN), directory)


def fact(told: Told, address: str | None = ANN) -> ExchangeMailbox:
    mailboxes = mailboxes_of(told)
    return mailboxes.fact(number(mailboxes, address))


def number(mailboxes: ExchangeMailboxes, address: str | None) -> int:
    (found,) = mailboxes.numbers([address], digests([address]))
    return found


def without(*sources: str) -> Told:
    return {name: failed(name) if name in sources else rows for name, rows in WHOLE.items()}


def test_a_sound_mailbox_is_known_in_full() -> None:
    found = fact(WHOLE)
    assert found.place is Place.EXCHANGE_ONLINE
    assert found.purpose is Purpose.USER
    assert found.account_enabled is True
    assert found.has_exchange_license is True
    assert found.found_in_tenant is True
    assert found.address_is_primary is True
    assert found.points_outside is False
    assert found.ews_enabled is None
    assert found.inbox_rules_move_email is False


def test_every_fact_has_evidence_whatever_was_read() -> None:
    for told in (WHOLE, {}, without(USERS), without(MAILBOXES, SETTINGS)):
        for address in (ANN, None, "nobody@contoso.example"):
            found = fact(told, address)
            names = [name for name in ExchangeMailbox.__struct_fields__ if name != "origins"]
            assert all(found.evidence(name) for name in names)


def test_nothing_configured_leaves_everything_unknown_and_costs_one_configuration() -> None:
    mailboxes = mailboxes_of({})
    assert number(mailboxes, ANN) == number(mailboxes, "another@contoso.example")
    place = mailboxes.fact(number(mailboxes, ANN)).place
    assert isinstance(place, Unknown)
    assert place.cause is not None
    assert place.cause.name == USERS


def test_a_mailbox_without_address_is_unknown_by_itself() -> None:
    place = fact(WHOLE, None).place
    assert isinstance(place, Unknown)
    assert place.cause is None


@pytest.mark.parametrize(
    ("synchronized", "place"),
    [(True, Place.EXCHANGE_SERVER), (False, Place.ELSEWHERE), (None, Place.ELSEWHERE)],
)
def test_an_account_without_mailbox_here_has_it_on_premises_only_where_it_comes_from_there(
    synchronized: bool | None, place: Place
) -> None:
    told = WHOLE | {MAILBOXES: [], USERS: [user(onPremisesSyncEnabled=synchronized)]}
    found = fact(told)
    assert found.place is place
    assert found.purpose is None
    assert found.address_is_primary is None


def test_graph_alone_tells_the_place_too() -> None:
    graph_alone: Told = {USERS: [user()], SETTINGS: [SETTING], TENANT: [OF_OWN]}
    assert fact(graph_alone).place is Place.EXCHANGE_ONLINE
    assert fact(graph_alone).purpose is Purpose.USER
    synchronized: Told = {
        USERS: [user(onPremisesSyncEnabled=True)],
        SETTINGS: [NO_MAILBOX],
        TENANT: [OF_OWN],
    }
    assert fact(synchronized).place is Place.EXCHANGE_SERVER


@pytest.mark.parametrize("status", [403, 500, 404])
@pytest.mark.parametrize("synchronized", [True, None])
def test_a_refusal_is_never_a_place(status: int, synchronized: bool | None) -> None:
    refused = MailboxSettingsRow(ANN, status, "ErrorAccessDenied")
    told: Told = {
        USERS: [user(onPremisesSyncEnabled=synchronized)],
        SETTINGS: [refused],
        TENANT: [OF_OWN],
    }
    found = fact(told)
    assert isinstance(found.place, Unknown)
    assert str(status) in found.place.reason
    assert isinstance(found.purpose, Unknown)


def test_sources_that_contradict_each_other_leave_it_open_with_what_both_say() -> None:
    place = fact(WHOLE | {SETTINGS: [NO_MAILBOX]}).place
    assert isinstance(place, Unknown)
    assert {each.source for each in place.evidence} == {MAILBOXES, SETTINGS}
    purpose = fact(WHOLE | {SETTINGS: [structs.replace(SETTING, userPurpose="room")]}).purpose
    assert isinstance(purpose, Unknown)
    assert {each.value for each in purpose.evidence} == {"room", "UserMailbox"}
    primary = fact(WHOLE | {USERS: [user(mail="new@x.example", proxyAddresses=[f"smtp:{ANN}"])]})
    assert isinstance(primary.address_is_primary, Unknown)
    nobody = fact(WHOLE | {USERS: []}).found_in_tenant
    assert isinstance(nobody, Unknown)
    assert {each.source for each in nobody.evidence} == {USERS, MAILBOXES}


def test_two_accounts_with_one_address_leave_what_differs_open() -> None:
    found = fact(WHOLE | {USERS: [user(), user(id="2", accountEnabled=False)]})
    assert isinstance(found.account_enabled, Unknown)
    assert found.found_in_tenant is True


def test_an_address_that_nobody_has_is_elsewhere_only_outside_the_own_domains() -> None:
    nobody = WHOLE | {USERS: [], MAILBOXES: []}
    assert fact(nobody).found_in_tenant is False
    assert isinstance(fact(nobody).place, Unknown)
    assert fact(nobody).purpose is None
    assert fact(nobody, "ann@gmail.example").place is Place.ELSEWHERE


@pytest.mark.parametrize(
    ("plans", "licensed"),
    [
        ([plan(PLAN)], True),
        ([plan(PLAN, "Warning")], True),
        ([plan(PLAN, "Suspended")], False),
        ([plan(FOUNDATION)], False),
        ([plan(PLAN, service="crm")], False),
        ([], False),
        (None, None),
    ],
)
def test_a_licence_is_a_plan_in_force_that_brings_a_mailbox(
    plans: list[dict[str, str]] | None, licensed: bool | None
) -> None:
    assert fact(WHOLE | {USERS: [user(assignedPlans=plans)]}).has_exchange_license is licensed


def test_a_plan_of_exchange_that_is_not_listed_is_open() -> None:
    found = fact(WHOLE | {USERS: [user(assignedPlans=[plan("0" * 36)])]}).has_exchange_license
    assert isinstance(found, Unknown)


@pytest.mark.parametrize(
    ("columns", "outside"),
    [
        ({"ForwardingSmtpAddress": "smtp:a@away.example"}, True),
        ({"ForwardingSmtpAddress": "smtp:a@CONTOSO.example"}, False),
        (
            {
                "ForwardingSmtpAddress": "smtp:a@away.example",
                "DeliverToMailboxAndForward": True,
            },
            False,
        ),
        ({"ForwardingAddress": "A contact", "DeliverToMailboxAndForward": True}, False),
        (
            {"RecipientTypeDetails": "MailUser", "ExternalEmailAddress": "SMTP:a@away.example"},
            True,
        ),
    ],
)
def test_email_leaves_where_it_goes_to_another_domain_and_no_copy_stays(
    columns: dict[str, Any], outside: bool
) -> None:
    told = WHOLE | {FORWARDING: [structs.replace(FORWARDS, **columns)]}
    assert fact(told).points_outside is outside


@pytest.mark.parametrize(
    "columns",
    [
        {"ForwardingAddress": "A contact"},
        {"ForwardingAddress": UNSET},
        {"ForwardingAddress": "A contact", "ForwardingSmtpAddress": "smtp:a@contoso.example"},
        {"ForwardingAddress": "A colleague", "ForwardingSmtpAddress": "smtp:a@away.example"},
        {"ForwardingSmtpAddress": "smtp:a@away.example", "DeliverToMailboxAndForward": None},
        {"RecipientTypeDetails": "MailUser"},
    ],
)
def test_forwarding_that_is_not_told_in_full_is_open(columns: dict[str, Any]) -> None:
    told = WHOLE | {FORWARDING: [structs.replace(FORWARDS, **columns)]}
    assert isinstance(fact(told).points_outside, Unknown)


@pytest.mark.parametrize(
    ("columns", "keeps_nothing"),
    [
        ({}, False),
        ({"ForwardingSmtpAddress": "smtp:a@contoso.example"}, True),
        ({"ForwardingAddress": "A colleague"}, True),
        (
            {"ForwardingAddress": "A colleague", "ForwardingSmtpAddress": "smtp:a@away.example"},
            True,
        ),
        ({"ForwardingSmtpAddress": "smtp:a@away.example"}, True),
        ({"ForwardingSmtpAddress": "smtp:a@away.example", "ForwardingAddress": UNSET}, True),
        ({"ForwardingAddress": UNSET, "DeliverToMailboxAndForward": True}, False),
        (
            {
                "ForwardingSmtpAddress": "smtp:a@contoso.example",
                "DeliverToMailboxAndForward": True,
            },
            False,
        ),
        ({"RecipientTypeDetails": "MailUser", "ExternalEmailAddress": "a@away.example"}, None),
        ({"RecipientTypeDetails": "GroupMailbox"}, None),
    ],
)
def test_nothing_stays_where_all_is_forwarded(
    columns: dict[str, Any], keeps_nothing: bool | None
) -> None:
    told = WHOLE | {FORWARDING: [structs.replace(FORWARDS, **columns)]}
    assert fact(told).forwards_without_copy is keeps_nothing


@pytest.mark.parametrize(
    "forwards",
    [
        {"ForwardingAddress": "A colleague", "DeliverToMailboxAndForward": None},
        {"ForwardingAddress": UNSET},
    ],
)
def test_whether_a_copy_stays_must_be_told(forwards: dict[str, Any]) -> None:
    told = WHOLE | {FORWARDING: [structs.replace(FORWARDS, **forwards)]}
    assert isinstance(fact(told).forwards_without_copy, Unknown)


@pytest.mark.parametrize(("kind", "guest"), [("Guest", True), ("Member", False)])
def test_the_account_says_whether_it_is_a_guest(kind: str, guest: bool) -> None:
    assert fact(WHOLE | {USERS: [user(userType=kind)]}).account_is_guest is guest


def test_an_account_that_does_not_say_so_is_open() -> None:
    assert isinstance(fact(WHOLE | {USERS: [user(userType=None)]}).account_is_guest, Unknown)
    assert fact(WHOLE, "nobody@contoso.example").account_is_guest is None


@pytest.mark.parametrize("kind", ["MailUniversalDistributionGroup", "GroupMailbox"])
def test_the_address_of_a_group_is_told_and_lives_nowhere(kind: str) -> None:
    group = structs.replace(FORWARDS, RecipientTypeDetails=kind, PrimarySmtpAddress="g@x.example")
    found = fact(WHOLE | {FORWARDING: [group]}, "g@x.example")
    assert found.address_is_of_a_group is True
    assert found.points_outside is None


def test_that_no_group_has_the_address_takes_the_whole_listing() -> None:
    assert fact(WHOLE).address_is_of_a_group is False
    assert fact(WHOLE, "nobody@contoso.example").address_is_of_a_group is False
    assert isinstance(fact(without(FORWARDING)).address_is_of_a_group, Unknown)


def test_verified_domains_stand_in_for_accepted_ones() -> None:
    away = structs.replace(FORWARDS, ForwardingSmtpAddress="smtp:a@away.example")
    told = WHOLE | {FORWARDING: [away], DOMAINS: failed(DOMAINS), TENANT: failed(TENANT)}
    assert isinstance(fact(told).points_outside, Unknown)
    assert fact(told | {TENANT: [OF_OWN]}).points_outside is True


def test_verified_domains_of_another_tenant_do_not_stand_in_for_accepted_ones() -> None:
    away = structs.replace(FORWARDS, ForwardingSmtpAddress="smtp:a@new.example")
    other = OrganizationRow(OWN, [{"name": "elsewhere.example"}])
    told = WHOLE | {FORWARDING: [away], DOMAINS: failed(DOMAINS), TENANT: [other]}
    assert isinstance(fact(told).points_outside, Unknown)
    assert fact(told).forwards_without_copy is True


@pytest.mark.parametrize("name", [None, 7, "cont\ufffdso.example"])
def test_a_verified_domain_that_was_not_read_may_be_any(name: object) -> None:
    away = structs.replace(FORWARDS, ForwardingSmtpAddress="smtp:a@away.example")
    tenant = OrganizationRow("1", [{"name": "contoso.example"}, {"name": name}])
    told = WHOLE | {FORWARDING: [away], DOMAINS: failed(DOMAINS), TENANT: [tenant]}
    assert isinstance(fact(told).points_outside, Unknown)


@pytest.mark.parametrize("silent", [None, [], [{"id": "no name"}]])
def test_a_tenant_that_names_no_domain_proves_nothing(silent: list[Any] | None) -> None:
    nobody = WHOLE | {USERS: [], MAILBOXES: [], DOMAINS: failed(DOMAINS)}
    told = nobody | {TENANT: [OrganizationRow("1", silent)]}
    assert isinstance(fact(told, "ann@away.example").place, Unknown)
    empty: Told = {DOMAINS: [], TENANT: failed(TENANT)}
    assert isinstance(fact(nobody | empty, "ann@away.example").place, Unknown)


@pytest.mark.parametrize(
    ("kind", "outside"),
    [("Authoritative", False), ("ExternalRelay", True), ("InternalRelay", None), (None, None)],
)
def test_a_relayed_domain_has_mailboxes_outside(kind: str | None, outside: bool | None) -> None:
    on = structs.replace(FORWARDS, ForwardingSmtpAddress="smtp:a@contoso.example")
    found = fact(WHOLE | {FORWARDING: [on], DOMAINS: [AcceptedDomainRow("contoso.example", kind)]})
    value = found.points_outside
    if outside is None:
        assert isinstance(value, Unknown)
        assert "mailboxes may be outside" in value.reason
        assert (kind or "of a type that is not known") in value.reason
    else:
        assert value is outside


def test_a_recipient_whose_type_is_not_told_is_no_mailbox_and_no_group() -> None:
    silent = structs.replace(FORWARDS, RecipientTypeDetails=UNSET)
    found = fact(WHOLE | {FORWARDING: [silent]})
    assert isinstance(found.points_outside, Unknown)
    assert isinstance(found.forwards_without_copy, Unknown)
    assert isinstance(found.address_is_of_a_group, Unknown)


def test_a_subdomain_of_an_accepted_domain_may_be_accepted_too() -> None:
    def points_outside(address: str, *domains: str) -> bool | None | Unknown:
        away = structs.replace(FORWARDS, ForwardingSmtpAddress=f"smtp:{address}")
        accepted: list[Any] = [AcceptedDomainRow(each, "Authoritative") for each in domains]
        return fact(WHOLE | {FORWARDING: [away], DOMAINS: accepted}).points_outside

    found = points_outside("a@sales.contoso.example", "contoso.example")
    assert isinstance(found, Unknown)
    assert "accepts email to contoso.example" in found.reason
    both = ("contoso.example", "sales.contoso.example")
    assert points_outside("a@sales.contoso.example", *both) is False
    assert points_outside("a@notcontoso.example", "contoso.example") is True
    assert points_outside("a@contoso.example", "sales.contoso.example") is True


def test_domains_are_compared_as_name_servers_know_them() -> None:
    def points_outside(domain: str, accepted: str) -> bool | None | Unknown:
        away = structs.replace(FORWARDS, ForwardingSmtpAddress=f"smtp:a@{domain}")
        row = AcceptedDomainRow(accepted, "Authoritative")
        told: Told = {FORWARDING: [away], DOMAINS: [row]}
        return fact(WHOLE | told).points_outside

    assert points_outside("strasse.example", "straße.example") is True
    assert points_outside("xn--mnchen-3ya.example", "München.example") is False


def test_an_address_that_no_listing_shows_goes_nowhere() -> None:
    assert fact(WHOLE, "nobody@contoso.example").points_outside is None


@pytest.mark.parametrize("value", [True, False, None])
def test_the_switch_of_the_mailbox_is_told_as_it_stands(value: bool | None) -> None:
    told = WHOLE | {CAS: [structs.replace(CAS_ROW, EwsEnabled=value)]}
    assert fact(told).ews_enabled is value


@pytest.mark.parametrize(
    ("value", "policy"), [("EnforceBlockList", "EnforceBlockList"), (None, None)]
)
def test_the_own_policy_of_the_mailbox_on_client_names_is_told(
    value: str | None, policy: str | None
) -> None:
    told = WHOLE | {CAS: [structs.replace(CAS_ROW, EwsApplicationAccessPolicy=value)]}
    assert fact(told).client_policy == policy
    assert isinstance(fact(WHOLE).client_policy, Unknown)


REST_ON: dict[str, tuple[str, ...]] = {
    "account_enabled": (USERS,),
    "has_exchange_license": (USERS,),
    "points_outside": (FORWARDING,),
    "ews_enabled": (CAS,),
    "inbox_rules_move_email": (RULES,),
    "place": (MAILBOXES, SETTINGS),
    "purpose": (MAILBOXES, SETTINGS),
}


@pytest.mark.parametrize(("name", "sources"), REST_ON.items())
def test_a_source_that_is_refused_leaves_its_facts_open_and_no_others(
    name: str, sources: tuple[str, ...]
) -> None:
    whole, shortened = fact(WHOLE), fact(without(*sources))
    value = getattr(shortened, name)
    assert isinstance(value, Unknown)
    assert value.cause is not None
    assert value.cause.name in sources
    assert value.remedy == "grant it"
    untouched = [each for each, on in REST_ON.items() if not set(on) & set(sources)]
    for each in untouched:
        assert getattr(shortened, each) == getattr(whole, each)


def test_a_value_that_this_release_does_not_know_is_open() -> None:
    room = structs.replace(MAILBOX, RecipientTypeDetails="HologramMailbox")
    purpose = fact(WHOLE | {MAILBOXES: [room]}).purpose
    assert isinstance(purpose, Unknown)
    assert "HologramMailbox" in purpose.reason
    assert fact(WHOLE | {MAILBOXES: [room]}).place is Place.EXCHANGE_ONLINE


def test_a_thousand_addresses_with_few_forwarding_domains_share_few_configurations() -> None:
    def renamed(row: Struct, number: int, **columns: Any) -> Any:
        return structs.replace(row, PrimarySmtpAddress=f"p{number}@contoso.example", **columns)

    told: Told = {
        USERS: [
            user(id=str(n), mail=f"p{n}@contoso.example", proxyAddresses=None) for n in range(1000)
        ],
        MAILBOXES: [renamed(MAILBOX, n, EmailAddresses=None) for n in range(1000)],
        CAS: [renamed(CAS_ROW, n) for n in range(1000)],
        FORWARDING: [
            renamed(FORWARDS, n, ForwardingSmtpAddress=f"smtp:a{n}@away{n % 3}.example")
            for n in range(1000)
        ],
        SETTINGS: [],
        DOMAINS: [DOMAIN],
    }
    mailboxes = mailboxes_of(told)
    assert len({number(mailboxes, f"p{n}@contoso.example") for n in range(1000)}) == 3


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        (
            "ForwardingSmtpAddress",
            ("smtp:a@away.example", "smtp:a@gone.example"),
            ("away.example", "gone.example"),
        ),
        ("DeliverToMailboxAndForward", (True, False), (True, False)),
    ],
)
def test_each_mailbox_shows_its_own_forwarding_beside_one_that_is_judged_alike(
    column: str, values: tuple[Any, Any], expected: tuple[Any, Any]
) -> None:
    addresses = ("bob@contoso.example", "cid@contoso.example")
    told = WHOLE | {
        FORWARDING: [
            structs.replace(FORWARDS, PrimarySmtpAddress=address, **{column: value})
            for address, value in zip(addresses, values, strict=True)
        ]
    }
    mailboxes = mailboxes_of(told)
    found = [mailboxes.fact(number(mailboxes, address)) for address in addresses]
    assert found[0].points_outside == found[1].points_outside
    shown = [
        each.value
        for fact_of_one in found
        for each in fact_of_one.evidence("points_outside")
        if each.field == column
    ]
    assert tuple(shown) == expected


def test_only_wanted_addresses_that_no_listing_shows_are_asked_one_by_one() -> None:
    directory = AddressBooks(lambda: [ANN, "bob@contoso.example", "cid@contoso.example"])
    takers = directory.takers()
    takers[MAILBOXES](Page([MAILBOX], READ_AT, ""))
    people = [user(), user(id="2", mail="bob@contoso.example", proxyAddresses=None)]
    people.append(user(id="3", mail="else@contoso.example", proxyAddresses=None))
    takers[USERS](Page(people, READ_AT, ""))
    assert list(directory.without_mailbox()) == [("bob@contoso.example", "2")]


@pytest.mark.parametrize("moves", [True, False])
def test_what_the_inbox_rules_of_a_mailbox_do_is_told_with_evidence(moves: bool) -> None:
    found = fact(WHOLE | {RULES: [structs.replace(NO_RULES, moves_email=moves)]})
    assert found.inbox_rules_move_email is moves
    (evidence,) = found.evidence("inbox_rules_move_email")
    assert (evidence.source, evidence.field, evidence.value) == (RULES, "moves_email", moves)
    assert evidence.read_at == READ_AT


def rules_unknown(told: Told, address: str = ANN) -> Unknown:
    found = fact(told, address).inbox_rules_move_email
    assert isinstance(found, Unknown)
    return found


def test_a_rule_that_graph_does_not_show_in_full_leaves_that_mailbox_open() -> None:
    found = rules_unknown(WHOLE | {RULES: [structs.replace(NO_RULES, moves_email=None)]})
    assert found.cause is None
    assert "Outlook" in found.remedy
    assert [each.source for each in found.evidence] == [RULES]


@pytest.mark.parametrize(("status", "code"), [(403, "ErrorAccessDenied"), (500, None)])
def test_a_refusal_for_one_mailbox_leaves_its_rules_open(status: int, code: str | None) -> None:
    found = rules_unknown(WHOLE | {RULES: [MessageRulesRow(ANN, status, code)]})
    assert found.cause is None
    assert str(status) in found.reason
    assert [(each.field, each.value) for each in found.evidence] == [("status", status)]


def test_rules_of_mailboxes_outside_exchange_online_are_open_by_one_cause() -> None:
    for code in ("MailboxNotEnabledForRESTAPI", "ErrorNonExistentMailbox"):
        found = rules_unknown(WHOLE | {RULES: [MessageRulesRow(ANN, 404, code)]})
        assert found.cause is not None
        assert (found.cause.name, found.cause.code) == ("exchange_server.inbox-rules", "not-read")
        assert "Get-InboxRule" in found.remedy


def test_a_mailbox_that_was_not_asked_for_its_rules_is_open_by_one_cause() -> None:
    found = rules_unknown(WHOLE | {RULES: SourceState(RULES, "read", code=SAMPLED)})
    assert found.cause is not None
    assert (found.cause.name, found.cause.code) == (RULES, "not-in-sample")
    assert "Raise `inbox_rules` in the section `graph`" in found.remedy


def test_where_all_users_and_queues_were_asked_raising_the_number_is_no_remedy() -> None:
    found = rules_unknown(WHOLE | {RULES: []})
    assert found.cause is not None
    assert (found.cause.name, found.cause.code) == (RULES, "of-no-owner")
    assert "inbox_rules" not in found.remedy


def test_an_address_without_account_could_not_be_asked_however_many_are() -> None:
    found = rules_unknown(WHOLE, "nobody@contoso.example")
    assert found.cause is not None
    assert (found.cause.name, found.cause.code) == (RULES, "no-account")
    assert "inbox_rules" not in found.remedy


def test_two_accounts_with_one_address_and_different_rules_leave_it_open() -> None:
    found = rules_unknown(WHOLE | {RULES: [NO_RULES, structs.replace(NO_RULES, moves_email=True)]})
    assert "differ" in found.reason


def test_nobody_is_asked_for_inbox_rules_unless_the_configuration_says_so() -> None:
    found = rules_unknown(without() | {RULES: not_configured(RULES, "graph.inbox_rules")})
    assert found.cause is not None
    assert found.cause.code == "not-configured"
    assert "Set `inbox_rules` to how many mailboxes to ask in the section `graph`" in found.remedy


def accounts(count: int) -> list[UserRow]:
    return [
        user(id=str(n), mail=f"p{n}@contoso.example", proxyAddresses=None) for n in range(count)
    ]


def sampled(people: list[UserRow], most: int) -> list[tuple[str, str]]:
    directory = AddressBooks(lambda: [f"p{n}@contoso.example" for n in range(50)])
    directory.take_sample(most)
    directory.takers()[USERS](Page(people, READ_AT, ""))
    return list(directory.sampled())


def test_a_sample_of_the_wanted_accounts_is_the_same_in_whatever_order_they_come() -> None:
    people = accounts(80)
    found = sampled(people, 20)
    assert len(set(found)) == 20
    assert all(address == f"p{id}@contoso.example" and int(id) < 50 for address, id in found)
    assert sampled(people[::-1], 20) == found
    assert set(sampled(people, 10)) < set(found)
    assert len(sampled(people, 500)) == 50
    # A sample: not those that come first.
    assert {int(id) for _, id in found} != set(range(20))


def test_no_account_is_remembered_where_none_is_to_be_asked() -> None:
    assert sampled(accounts(80), 0) == []


HERE = "mail.contoso.example:443"
OF_SERVER: Told = {
    **WHOLE,
    USERS: [user(onPremisesSyncEnabled=True)],
    MAILBOXES: [],
    CAS: [],
    FORWARDING: [],
    OPENED: [OpenedRow(ANN, HERE, None, 7, 2)],
}


def test_a_mailbox_that_opens_on_the_server_lives_there_whatever_else_was_read() -> None:
    found = fact(OF_SERVER)
    assert found.place is Place.EXCHANGE_SERVER
    assert found.opens_on_server is True
    assert found.server_asked == "mail.contoso.example"
    assert found.undeliverable_email_waits is True
    alone = fact({name: failed(name) for name in OF_SERVER} | {OPENED: OF_SERVER[OPENED]})
    assert alone.place is Place.EXCHANGE_SERVER
    assert {each.source for each in alone.origins["place"]} == {OPENED}


def test_a_mailbox_in_both_places_is_a_contradiction_that_names_both() -> None:
    place = fact(WHOLE | {OPENED: OF_SERVER[OPENED]}).place
    assert isinstance(place, Unknown)
    assert "Exchange Online and Exchange Server contradict each other" in place.reason
    assert {each.source for each in place.evidence} == {MAILBOXES, OPENED}


def test_a_server_without_the_mailbox_says_nothing_of_other_places() -> None:
    found = fact(OF_SERVER | {OPENED: [OpenedRow(ANN, HERE, "ErrorNonExistentMailbox")]})
    assert found.opens_on_server is False
    assert found.undeliverable_email_waits is False
    assert found.place is Place.EXCHANGE_SERVER
    assert OPENED not in {each.source for each in found.origins["place"]}


@pytest.mark.parametrize("code", ["ErrorMailboxMoveInProgress", "ErrorAccessDenied"])
def test_another_refusal_of_one_mailbox_leaves_it_open(code: str) -> None:
    found = fact(OF_SERVER | {OPENED: [OpenedRow(ANN, HERE, code)]})
    assert isinstance(found.opens_on_server, Unknown)
    assert code in found.opens_on_server.reason
    assert isinstance(found.undeliverable_email_waits, Unknown)


def test_a_mailbox_that_was_not_in_the_sample_is_open_with_a_shared_cause() -> None:
    found = fact(OF_SERVER | {OPENED: [OpenedRow("bob@contoso.example", HERE, None, 1)]})
    assert found.server_asked == "mail.contoso.example"
    for each in (found.opens_on_server, found.undeliverable_email_waits):
        assert isinstance(each, Unknown)
        assert each.cause is not None
        assert each.cause.code == "not-in-sample"


def test_a_server_that_knows_nobody_is_not_believed() -> None:
    state = SourceState(OPENED, "partial", code="no-mailbox-opened", reason="none", remedy="see")
    directory = AddressBooks()
    rows = [OpenedRow(ANN, HERE, "ErrorNonExistentMailbox")]
    directory.takers()[OPENED](Page(rows, READ_AT, ""))
    readings = {OPENED: Reading(state)}
    mailboxes = ExchangeMailboxes(readings, TenantsRead(readings, OWN), directory)
    assert isinstance(mailboxes.fact(number(mailboxes, ANN)).opens_on_server, Unknown)


def test_the_tenant_of_a_domain_is_the_one_that_was_read_and_has_it() -> None:
    other = WHOLE | {TENANT: [OrganizationRow("2", [{"name": "contoso.example"}])]}
    assert fact(other).tenant_of_domain == "2"
    assert fact(WHOLE).tenant_of_domain == OWN
    assert isinstance(fact(WHOLE, "ann@away.example").tenant_of_domain, Unknown)
    assert isinstance(fact(other, "ann@away.example").tenant_of_domain, Unknown)
    assert isinstance(fact(other | {TENANT: failed(TENANT)}).tenant_of_domain, Unknown)
