"""Mail domains: counted, looked up within bounds, and what they tell of a shared host."""

import threading
import time
from collections.abc import Mapping

import pytest
import responses
from msgspec.structs import replace

from connectors.dns import mail_domains, tenants
from connectors.dns.lookups import Lookups
from connectors.dns.names import NameNotFound, NoAnswer
from connectors.dns.rows import MailDomainRow, TenantRow
from connectors.known_systems import known_systems
from connectors.normalisation.mail_domains import MAIL_DOMAINS, TENANTS, MailDomains
from connectors.sources.readings import EarlierReadings, Reading
from connectors.sources.source import Progress, SourceState
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Transport
from rules.email_systems import Product
from rules.unknown import Unknown
from tests.waiting import PATIENCE_S

AT = "2026-11-23T12:00:00Z"
ONLINE = "contoso-example.mail.protection.outlook.com"
CONSUMER = "outlook-com.olc.protection.outlook.com"


class FixedNames:
    """Exchangers by domain; an exception is raised instead."""

    def __init__(self, exchangers: Mapping[str, tuple[str, ...] | Exception]) -> None:
        self._exchangers = exchangers

    def mail_exchangers(self, domain: str) -> tuple[str, ...]:
        found = self._exchangers.get(domain, NameNotFound(domain))
        if isinstance(found, Exception):
            raise found
        return found


def before(*addresses: str, **readings: Reading) -> EarlierReadings:
    states = {
        name: Reading(SourceState(name, "read"))
        for name in ("dynamics.systemusers", "dynamics.queues")
    }
    named = {name.replace("__", "-").replace("_", "."): each for name, each in readings.items()}
    return EarlierReadings(readings=states | named, addresses=lambda: addresses)


def read(names: FixedNames, *addresses: str) -> tuple[list[MailDomainRow], Progress]:
    progress = Progress()
    lookups = Lookups(names, Transport())  # type: ignore[arg-type]
    (page,) = mail_domains.read(lookups, progress, before(*addresses))
    return page.rows, progress


def test_domains_come_by_frequency_and_odd_addresses_are_left_out() -> None:
    names = FixedNames({"contoso.example": (ONLINE,)})
    rows, progress = read(
        names,
        "a@contoso.example", "b@Contoso.example.", "c@fabrikam.example", "no address", "d@",
        "e@" + "x" * 300, "f@\u2603.example", "g@bad domain", "h@straße.example",
    )  # fmt: skip
    assert (rows[0].domain, rows[0].addresses) == ("contoso.example", 2)
    assert {row.domain for row in rows} == {
        "contoso.example", "fabrikam.example", "xn--strae-oqa.example",
    }  # fmt: skip
    assert rows[0].exchangers == (ONLINE,)
    assert rows[1].resolution == "not-found"
    assert progress.code == ""


def test_more_domains_than_are_looked_up_leave_the_source_partial() -> None:
    rows, progress = read(FixedNames({}), *(f"a@d{number}.example" for number in range(205)))
    assert len(rows) == mail_domains.MOST_DOMAINS
    assert progress.code == "too-many-domains"


def test_one_domain_without_an_answer_is_told_and_none_with_one_is_a_failure() -> None:
    names = FixedNames({"contoso.example": (ONLINE,), "slow.example": NoAnswer("too late")})
    rows, _ = read(names, "a@contoso.example", "b@slow.example")
    assert {row.resolution for row in rows} == {"found", "unknown"}
    with pytest.raises(SourceFailed) as caught:
        read(FixedNames({"slow.example": NoAnswer("too late")}), "b@slow.example")
    assert caught.value.code == "dns-unanswered"
    assert "too late" in caught.value.reason


def test_a_silent_domain_holds_up_no_other() -> None:
    """The first is silent until the last was asked for: in waves, that would be never."""
    names = [f"d{number:03}.example" for number in range(mail_domains.MOST_DOMAINS)]
    last_was_asked = threading.Event()

    class Silent(FixedNames):
        def mail_exchangers(self, domain: str) -> tuple[str, ...]:
            if domain == names[-1]:
                last_was_asked.set()
            if domain == names[0]:
                assert last_was_asked.wait(PATIENCE_S)
                raise NoAnswer("too late")
            return (ONLINE,)

    rows, progress = read(Silent({}), *(f"a@{name}" for name in names))
    assert [row.domain for row in rows] == names
    assert [row.resolution for row in rows] == ["unknown", *["found"] * (len(names) - 1)]
    assert progress.code == ""


def test_name_servers_that_answer_nobody_are_not_asked_for_every_domain() -> None:
    asked: list[str] = []

    class Dead(FixedNames):
        def mail_exchangers(self, domain: str) -> tuple[str, ...]:
            asked.append(domain)
            time.sleep(0.05)
            raise NoAnswer("too late")

    with pytest.raises(SourceFailed):
        read(Dead({}), *(f"a@d{number}.example" for number in range(200)))
    assert len(asked) < 200


def test_when_the_time_is_over_no_further_domain_is_looked_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mail_domains, "LONGEST_S", -1.0)
    rows, progress = read(FixedNames({}), "a@contoso.example")
    assert rows == []
    assert progress.code == "deadline"
    assert "0 of 1" in progress.reason


def domains(*rows: MailDomainRow, status: str = "read", tenants_of: tuple = ()) -> MailDomains:
    state = SourceState(MAIL_DOMAINS, status, reason="It was not read.")  # type: ignore[arg-type]
    readings = {
        MAIL_DOMAINS: Reading(state, tuple((row, AT) for row in rows)),
        TENANTS: Reading(SourceState(TENANTS, "read"), tuple((row, AT) for row in tenants_of)),
    }
    return MailDomains(readings, known_systems())


def row(domain: str, *exchangers: str, **more: str | None) -> MailDomainRow:
    resolution = str(more.pop("resolution", "found" if exchangers else "not-found"))
    return MailDomainRow(
        domain=domain, addresses=1, resolution=resolution, exchangers=exchangers, **more
    )


@pytest.mark.parametrize(
    ("rows", "product"),
    [
        ([row("contoso.example", ONLINE)], Product.EXCHANGE_ONLINE),
        ([row("contoso.example", ONLINE), row("old.example", "mx.gateway.example")],
         Product.EXCHANGE_ONLINE),
        ([row("outlook.com", CONSUMER)], Product.OUTLOOK_COM),
        ([row("msn.com", CONSUMER)], Product.MSN),
        ([row("vanity.example", CONSUMER)], Product.OUTLOOK_COM),
        ([row("contoso.example", ONLINE), row("outlook.com", CONSUMER)], None),
        ([row("contoso.example", ONLINE), row("slow.example", resolution="unknown")], None),
        ([row("old.example", "mx.gateway.example")], None),
        ([], None),
    ],
)  # fmt: skip
def test_the_mail_domains_decide_between_exchange_online_and_outlook_com(
    rows: list[MailDomainRow], product: Product | None
) -> None:
    told = domains(*rows).outlook()
    if product is None:
        assert isinstance(told.product, Unknown)
        assert told.product.reason
    else:
        assert told.product is product
        assert told.evidence[0].source == MAIL_DOMAINS


def test_domains_that_were_not_all_looked_up_decide_nothing() -> None:
    told = domains(row("contoso.example", ONLINE), status="partial").outlook()
    assert isinstance(told.product, Unknown)
    assert told.product.cause is not None


TENANT = "11111111-2222-3333-4444-555555555555"


def test_the_tenant_of_all_domains_is_told_where_they_agree() -> None:
    own = TenantRow(domain="contoso.example", tenant_id=TENANT)
    told, evidence = domains(tenants_of=(own, replace(own, domain="b.example"))).sole_tenant()
    assert told == TENANT
    assert {each.source for each in evidence} == {"dns.tenants"}
    for other in (
        TenantRow(domain="b.example", tenant_id="2" * 8),
        TenantRow(domain="b.example"),
        TenantRow(domain="b.example", problem="It names no tenant."),
    ):
        assert isinstance(domains(tenants_of=(own, other)).sole_tenant()[0], Unknown)
    assert isinstance(domains().sole_tenant()[0], Unknown)


def ask_tenants(lookups: Lookups, *rows: MailDomainRow) -> tuple[list[TenantRow], Progress]:
    progress = Progress()
    reading = Reading(SourceState(MAIL_DOMAINS, "read"), tuple((each, AT) for each in rows))
    (page,) = tenants.read(lookups, progress, EarlierReadings(readings={MAIL_DOMAINS: reading}))
    return page.rows, progress


def test_only_domains_of_exchange_online_are_asked_for(responses_of_authority) -> None:
    responses_of_authority("contoso.example", 200, {"issuer": f"https://sts.example/{TENANT}/"})
    responses_of_authority("nobody.example", 400, {"error": "invalid_tenant"})
    lookups = Lookups(FixedNames({}), Transport(), "https://login.example")  # type: ignore[arg-type]
    rows, progress = ask_tenants(
        lookups,
        row("contoso.example", ONLINE),
        row("nobody.example", ONLINE),
        row("gmail.com", "gmail-smtp-in.l.google.com"),
    )
    assert rows == [
        TenantRow(domain="contoso.example", tenant_id=TENANT),
        TenantRow(domain="nobody.example"),
    ]
    assert progress.code == ""


def test_an_authority_that_answers_otherwise_fails_the_source(responses_of_authority) -> None:
    responses_of_authority("contoso.example", 403, {"error": "blocked"})
    lookups = Lookups(FixedNames({}), Transport(), "https://login.example")  # type: ignore[arg-type]
    with pytest.raises(SourceFailed):
        ask_tenants(lookups, row("contoso.example", ONLINE))


@pytest.fixture
def responses_of_authority():
    with responses.RequestsMock(assert_all_requests_are_fired=True) as mock:

        def add(domain: str, status: int, body: dict[str, str]) -> None:
            address = f"https://login.example/{domain}/v2.0/.well-known/openid-configuration"
            mock.get(address, status=status, json=body)

        yield add
