"""What is behind a host of two services is decided by the mailboxes that use the profile."""

from typing import Any

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from auditor.judging.judge_all import Verdicts
from connectors.dns.rows import MailDomainRow
from connectors.normalisation.mail_domains import MAIL_DOMAINS
from rules.email_systems import Product
from rules.facts import EmailServerProfile
from rules.unknown import Unknown
from rules.verdict import outcome
from tests.auditor.recorded import Recorded, verdicts
from tests.auditor.rows import mailbox, profile, tables, told, user

MAILBOXES, PROFILES = "dynamics.mailboxes", "dynamics.emailserverprofiles"
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
