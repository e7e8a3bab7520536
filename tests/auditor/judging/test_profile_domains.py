"""What is behind a host of two services is decided by the mailboxes that use the profile."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

import auditor.audit
from auditor.audit import audit, verdicts_of
from auditor.judging.judge_all import Verdicts
from auditor.judging.mailbox_group import is_individual
from connectors.dns.rows import MailDomainRow
from connectors.dynamics.tables.mailboxtrackingfolders import TrackingFolderRow
from connectors.graph.message_rules import MessageRulesRow
from connectors.graph.organization import OrganizationRow as TenantRow
from connectors.normalisation.facts import Facts
from connectors.normalisation.mail_domains import MAIL_DOMAINS
from connectors.sources.source import SourceState, columns_of
from rules.email_systems import Product
from rules.facts import EmailServerProfile
from rules.rule import catalogue
from rules.unknown import Unknown
from rules.verdict import outcome
from tests.auditor.random_organisations import Chance, Made, made
from tests.auditor.recorded import READ_AT, Recorded, Told, request, verdicts
from tests.auditor.rows import TENANT, mailbox, profile, tables, told, user
from tests.auditor.test_random_organisations import InPages, audited, said

MAILBOXES, PROFILES = "dynamics.mailboxes", "dynamics.emailserverprofiles"
FOLDERS, RULES = "dynamics.mailboxtrackingfolders", "graph.message-rules"
HOST = "outlook.office365.com"
POP3: dict[str, Any] = {
    "servertype": 1,
    "incomingserverlocation": HOST,
    "outgoingserverlocation": HOST,
    "incomingauthenticationprotocol": 3,
}
OWN = MailDomainRow(
    domain="contoso.example",
    addresses=9,
    resolution="found",
    exchangers=("contoso-example.mail.protection.outlook.com",),
)
CONSUMER = MailDomainRow(
    domain="outlook.com",
    addresses=1,
    resolution="found",
    exchangers=("outlook-com.olc.protection.outlook.com",),
)
NOT_FOUND_OUT = MailDomainRow(
    domain="fabrikam.example", addresses=1, resolution="unknown", exchangers=()
)


def reader(id: str = "mailbox-1", **changes: Any) -> Any:
    return mailbox(id, actdeliverymethod=2, **changes)


def outside(*mailboxes: Any, domains: Any = (OWN, CONSUMER)) -> Recorded:
    read = tables(mailboxes, profiles=[profile(**POP3)])
    return read.but(MAIL_DOMAINS, told(MAIL_DOMAINS, *domains))


def judged(read: Recorded) -> Verdicts:
    return verdicts(read, {})


def product(found: Verdicts) -> Product | None | Unknown:
    return found.facts.profiles["profile-1"].incoming.product


def outcomes(found: Verdicts) -> dict[tuple[str, str], str]:
    of_others = {(each.rule.id, each.id): outcome(each.verdict) for each in found.others}
    of_mailboxes = {
        (id, str(group.number)): outcome(each)
        for group in found.groups
        for id, each in group.verdicts.items()
    }
    return of_others | of_mailboxes


@pytest.mark.parametrize("other", [CONSUMER, NOT_FOUND_OUT])
def test_an_organisation_with_several_domains_is_judged_as_with_that_of_the_mailboxes(
    other: MailDomainRow,
) -> None:
    alone = judged(outside(reader(), domains=[OWN]))
    among = judged(outside(reader(), domains=[OWN, other]))
    assert product(among) is Product.EXCHANGE_ONLINE
    assert outcomes(among) == outcomes(alone)
    shown = among.facts.profiles["profile-1"].incoming.evidence("product")
    assert [each.record for each in shown if each.source == MAIL_DOMAINS] == ["contoso.example"]


def test_mailboxes_of_outlook_com_are_told_by_their_domain() -> None:
    found = judged(outside(reader(emailaddress="ann@Outlook.com. ")))
    assert product(found) is Product.OUTLOOK_COM
    assert outcomes(found)["outlook-com-basic-authentication", "profile-1"] == "fail"


@pytest.mark.parametrize(
    "mailboxes",
    [
        [reader(), reader("mailbox-2", emailaddress="ann@outlook.com")],
        [reader(), reader("mailbox-2", emailaddress="ann@fabrikam.example")],
        [reader(emailaddress="ann@not-looked-up.example")],
        [reader(emailaddress="ann@mail.contoso.example")],
        [reader(emailaddress="Ann <ann@contoso.example>")],
        [reader(emailaddress="contoso.example")],
        [reader(), reader("mailbox-2", emailaddress=UNSET)],
        [reader(), reader("mailbox-2", profile=UNSET)],
        [reader(), reader("mailbox-2", statecode=UNSET, emailaddress="ann@outlook.com")],
        [],
    ],
)
def test_mailboxes_that_do_not_agree_or_are_not_known_leave_it_open(mailboxes: list[Any]) -> None:
    found = judged(outside(*mailboxes, domains=(OWN, CONSUMER, NOT_FOUND_OUT)))
    assert isinstance(product(found), Unknown)
    assert found.facts.mail_domains == {}


@pytest.mark.parametrize(
    "other",
    [
        {"emailaddress": "ann@outlook.com", "statecode": 1},
        {"emailaddress": "ann@outlook.com", "profile": None},
        {"emailaddress": None},
    ],
)
def test_mailboxes_that_do_not_read_by_the_profile_do_not_count(other: dict[str, Any]) -> None:
    found = judged(outside(reader(), reader("mailbox-2", **other)))
    assert product(found) is Product.EXCHANGE_ONLINE


@pytest.mark.parametrize("source", [MAILBOXES, MAIL_DOMAINS])
def test_what_was_not_all_read_decides_nothing(source: str) -> None:
    read = outside(reader(), reader("mailbox-2"))
    state = replace(read.told[source].state, status="partial", code="cut", reason="It was cut.")
    found = judged(read.but(source, replace(read.told[source], state=state)))
    assert isinstance(product(found), Unknown)


def test_an_address_that_column_security_may_hide_leaves_it_open() -> None:
    read = outside(reader(), reader("mailbox-2", emailaddress=None))
    state = replace(read.told[MAILBOXES].state, secured=("emailaddress",))
    found = judged(read.but(MAILBOXES, replace(read.told[MAILBOXES], state=state)))
    assert isinstance(product(found), Unknown)


def test_each_profile_is_decided_by_its_own_mailboxes() -> None:
    read = tables(
        [
            reader(),
            reader("mailbox-2", profile="profile-2", emailaddress="ann@outlook.com"),
            reader("mailbox-3", profile="profile-3"),
        ],
        profiles=[profile(**POP3), profile("profile-2", **POP3), profile("profile-3")],
        users=[user()],
    ).but(MAIL_DOMAINS, told(MAIL_DOMAINS, OWN, CONSUMER))
    facts = judged(read).facts
    assert [facts.profiles[f"profile-{each}"].incoming.product for each in (1, 2)] == [
        Product.EXCHANGE_ONLINE,
        Product.OUTLOOK_COM,
    ]
    assert set(facts.mail_domains) == {"profile-1", "profile-2"}
    of_the_mailbox = facts.mailboxes.configurations[0].mailbox.profile
    assert isinstance(of_the_mailbox, EmailServerProfile)
    assert of_the_mailbox.incoming.product is Product.EXCHANGE_ONLINE


def test_mailboxes_of_which_a_failure_shows_only_then_are_kept() -> None:
    """What is told of a mailbox in the report rests on rows that were kept before."""
    (group,) = judged(outside(reader())).groups
    assert group.kept


def test_a_failure_of_a_mailbox_itself_that_shows_only_then_is_told() -> None:
    by_imap = {
        "servertype": 4,
        "incomingauthenticationprotocol": 4,
        "incomingcredentialretrieval": 0,
        "outgoingserverlocation": "smtp.gmail.com",
        "usesamesettingsforoutgoingconnections": False,
    }
    own = {"allowemailconnectortousecredentials": True, "ispasswordset": True}
    read = tables(
        [reader(outgoingemaildeliverymethod=0, **own)],
        profiles=[profile(**{**POP3, **by_imap})],
        users=[user(outgoingemaildeliverymethod=0)],
    )
    folders = SourceState(FOLDERS, "read", 0, columns=columns_of(TrackingFolderRow))
    rules = MessageRulesRow("mailbox-1@contoso.example", 200, None, True)
    read = (
        read.but(MAIL_DOMAINS, told(MAIL_DOMAINS, OWN, CONSUMER))
        .but(FOLDERS, Told([], folders))
        .but(RULES, told(RULES, rules))
        .but("graph.organization", told("graph.organization", TenantRow(TENANT, [], None)))
    )
    asked = replace(request(catalogue(), {}), edition="customer-engagement-9")
    failed = [
        each for each in audit(asked, read, lambda: READ_AT).findings() if each.verdict == "fail"
    ]
    assert [each.rule for each in failed if each.subject.id == "mailbox-1"] == [
        "inbox-rules-move-email"
    ]


MSN = MailDomainRow(
    domain="msn.com",
    addresses=1,
    resolution="found",
    exchangers=("msn-com.olc.protection.outlook.com",),
)
BEHIND_A_FILTER = MailDomainRow(
    domain="messe.example", addresses=1, resolution="found", exchangers=("mx.filter.example",)
)
DOMAINS = (OWN, CONSUMER, MSN, NOT_FOUND_OUT, BEHIND_A_FILTER)
BY_CHANCE: tuple[dict[str, Any], ...] = (
    {"servertype": 1, "incomingserverlocation": HOST, "outgoingserverlocation": HOST},
    {"servertype": 4, "incomingserverlocation": HOST, "outgoingserverlocation": "smtp.gmail.com"},
    {
        "servertype": 4,
        "incomingserverlocation": "outlook.office.com",
        "outgoingserverlocation": "smtp.messe.example",
        "usesamesettingsforoutgoingconnections": False,
    },
    {
        "servertype": 1,
        "incomingserverlocation": "pop.messe.example",
        "outgoingserverlocation": HOST,
        "usesamesettingsforoutgoingconnections": False,
    },
)


def organisation(seed: int) -> Made:
    """One by chance, whose profiles use hosts of two services, mostly each for one domain."""
    usual, chance = made(seed), Chance(seed + 1)
    outside = usual.outside
    domains = {
        each.emailserverprofileid: chance.one("contoso.example", "outlook.com", "msn.com")
        for each in outside.told[PROFILES].rows
    }

    def moved(row: Any) -> Any:
        domain = domains.get(row.profile, "contoso.example")
        other = chance.one("contoso.example", "outlook.com", "fabrikam.example", "messe.example")
        at = f"{row.mailboxid}@{chance.odd(domain, domain, domain.upper(), other)}"
        return replace(row, emailaddress=at) if isinstance(row.emailaddress, str) else row

    return Made(
        _with_rows(
            _with_rows(outside, MAILBOXES, moved),
            PROFILES,
            lambda row: replace(row, **chance.one({}, *BY_CHANCE, *BY_CHANCE)),
        ).but(MAIL_DOMAINS, told(MAIL_DOMAINS, *DOMAINS)),
        usual.request,
    )


def _with_rows(outside: Recorded, source: str, change: Any) -> Recorded:
    read = outside.told[source]
    return outside.but(source, replace(read, rows=[*map(change, read.rows)]))


def known_before(organisation: Made, domains: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    """What is said where the domains of profiles are known before the first mailbox is read."""
    usual = auditor.audit.normalise

    def decided(*asked: Any) -> Facts:
        facts = usual(*asked).decided_by(domains)
        return replace(facts, mailboxes=facts.mailboxes.again(facts.profiles))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auditor.audit, "normalise", decided)
        return said(audited(organisation))


by_chance = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@by_chance
@given(st.integers(0, 2**32))
def test_what_is_decided_late_is_judged_as_if_it_had_been_known(seed: int) -> None:
    late = organisation(seed)
    found, _ = verdicts_of(late.request, late.outside)
    for group in found.groups:
        assert group.kept or not any(map(is_individual, group.verdicts.values()))
    whole = said(audited(late))
    assert whole == known_before(late, found.facts.mail_domains)
    paged = Made(InPages(late.outside.told), late.request)
    assert said(audited(paged)) == whole
