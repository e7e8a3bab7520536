"""What mail domains say of the service that takes their mail, and of their tenant."""

import pytest
from msgspec.structs import replace

from connectors.dns.rows import MailDomainRow, TenantRow
from connectors.known_systems import known_systems
from connectors.normalisation.mail_domains import MAIL_DOMAINS, TENANTS, MailDomains
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState, Status
from rules.email_systems import Product
from rules.unknown import Unknown

AT = "2026-11-23T12:00:00Z"
ONLINE = "contoso-example.mail.protection.outlook.com"
CONSUMER = "outlook-com.olc.protection.outlook.com"
GMAIL = "aspmx.l.google.com"
TENANT = "11111111-2222-3333-4444-555555555555"


def row(domain: str, *exchangers: str, resolution: str = "found") -> MailDomainRow:
    return MailDomainRow(domain=domain, addresses=1, resolution=resolution, exchangers=exchangers)


def domains(*rows: MailDomainRow, status: Status = "read") -> MailDomains:
    state = SourceState(MAIL_DOMAINS, status, code="gone", reason="It was not read.")
    readings = {MAIL_DOMAINS: Reading(state, tuple((each, AT) for each in rows))}
    return MailDomains(readings, known_systems())


def tenants(*rows: TenantRow, status: Status = "read") -> MailDomains:
    state = SourceState(TENANTS, status, code="gone", reason="It was not read.")
    readings = {TENANTS: Reading(state, tuple((each, AT) for each in rows))}
    return MailDomains(readings, known_systems())


@pytest.mark.parametrize(
    ("rows", "product", "shown"),
    [
        ([row("a.example", ONLINE)], Product.EXCHANGE_ONLINE, ["a.example"]),
        (
            [row("a.example", ONLINE), row("b.example", "mx.gateway.example")],
            Product.EXCHANGE_ONLINE,
            ["a.example"],
        ),
        (
            [row("a.example", ONLINE), row("b.example", GMAIL)],
            Product.EXCHANGE_ONLINE,
            ["a.example"],
        ),
        (
            [row("a.example", ONLINE), row("gmail.com", resolution="unknown")],
            Product.EXCHANGE_ONLINE,
            ["a.example"],
        ),
        ([row("msn.com", resolution="unknown")], Product.MSN, ["msn.com"]),
        ([row("a.example", CONSUMER), row("b.example", GMAIL)], Product.OUTLOOK_COM, ["a.example"]),
        (
            [row("msn.com", CONSUMER), row("hotmail.com", CONSUMER)],
            Product.OUTLOOK_COM,
            ["msn.com", "hotmail.com"],
        ),
        (
            [row("msn.com", CONSUMER), row("live.com", CONSUMER)],
            Product.OUTLOOK_COM,
            ["msn.com", "live.com"],
        ),
    ],
)
def test_domains_that_agree_decide(
    rows: list[MailDomainRow], product: Product, shown: list[str]
) -> None:
    told = domains(*rows).outlook()
    assert told.product is product
    assert [each.record for each in told.evidence] == shown


NEITHER = "The mail of none of the organisation's domains goes to either."


@pytest.mark.parametrize(
    ("rows", "reason", "shown"),
    [
        ([], NEITHER, []),
        ([row("a.example", GMAIL)], NEITHER, ["a.example"]),
        ([row("a.example", "mx.gateway.example")], NEITHER, ["a.example"]),
        (
            [row("a.example", ONLINE), row("msn.com", CONSUMER)],
            "Some of the organisation's domains are of Outlook.com and some are not.",
            ["a.example", "msn.com"],
        ),
        (
            [row("a.example", "mx.gateway.example"), row("msn.com", CONSUMER)],
            "Some of the organisation's domains are of Outlook.com and some are not.",
            ["a.example", "msn.com"],
        ),
        (
            [row("a.example", ONLINE), row("b.example", ONLINE, resolution="unknown")],
            "Where the mail of b.example goes could not be looked up.",
            ["b.example"],
        ),
    ],
)
def test_domains_that_do_not_agree_leave_it_open(
    rows: list[MailDomainRow], reason: str, shown: list[str]
) -> None:
    told = domains(*rows).outlook()
    assert isinstance(told.product, Unknown)
    assert told.product.reason == reason
    assert [each.record for each in told.product.evidence] == shown


def test_of_many_open_domains_three_are_named_and_five_shown() -> None:
    rows = [row(f"d{at}.example", resolution="unknown") for at in range(7)]
    found = domains(*rows).outlook().product
    assert isinstance(found, Unknown)
    assert found.reason == (
        "Where the mail of d0.example, d1.example, d2.example goes could not be looked up."
    )
    assert [each.record for each in found.evidence] == [f"d{at}.example" for at in range(5)]


@pytest.mark.parametrize("status", ["partial", "failed"])
def test_a_source_that_was_not_read_in_full_decides_nothing(status: Status) -> None:
    found = domains(row("a.example", ONLINE), status=status).outlook().product
    assert isinstance(found, Unknown)
    assert found.cause is not None
    assert found.cause.code == "gone"


def test_whoever_takes_the_mail_of_a_domain_is_shown_by_its_exchangers() -> None:
    own = domains(row("a.example", GMAIL, "alt1." + GMAIL), row("b.example", "mx.b.example"))
    product, (evidence,) = own.taker("a.example")
    assert product is Product.GMAIL
    assert (evidence.source, evidence.record) == (MAIL_DOMAINS, "a.example")
    assert (evidence.field, evidence.read_at) == ("exchangers", AT)
    assert evidence.value == f"{GMAIL}, alt1.{GMAIL}"
    assert own.taker("b.example")[0] is None
    assert len(own.taker("b.example")[1]) == 1
    assert own.taker("c.example") == (None, ())
    assert own.evidence("c.example") == ()


def test_a_tenant_is_that_of_every_domain() -> None:
    own = TenantRow(domain="d0.example", tenant_id=TENANT)
    many = [replace(own, domain=f"d{at}.example") for at in range(7)]
    tenant, evidence = tenants(*many).sole_tenant()
    assert tenant == TENANT
    assert [each.record for each in evidence] == [f"d{at}.example" for at in range(5)]
    assert {(each.source, each.field, each.value) for each in evidence} == {
        (TENANTS, "tenant_id", TENANT)
    }


@pytest.mark.parametrize("other", ["2" * 8, None])
def test_domains_of_several_tenants_or_of_none_leave_it_open(other: str | None) -> None:
    own = TenantRow(domain="a.example", tenant_id=TENANT)
    tenant, evidence = tenants(own, TenantRow(domain="b.example", tenant_id=other)).sole_tenant()
    assert isinstance(tenant, Unknown)
    assert tenant.reason == (
        "The organisation's mail domains are not all known to be of one tenant."
    )
    assert tenant.evidence == evidence
    assert len(evidence) == 2
    assert isinstance(tenants(TenantRow(domain="b.example")).sole_tenant()[0], Unknown)


def test_tenants_that_were_not_all_read_leave_it_open() -> None:
    own = TenantRow(domain="a.example", tenant_id=TENANT)
    for found in (tenants(own, status="partial"), domains()):
        tenant, evidence = found.sole_tenant()
        assert isinstance(tenant, Unknown)
        assert tenant.cause is not None
        assert evidence == ()
