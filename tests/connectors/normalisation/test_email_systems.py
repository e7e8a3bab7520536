"""Which email system stands behind a host: declared, named, read or probed, and in what order."""

from typing import Any

import pytest

from connectors.dns.rows import MailDomainRow
from connectors.exchange_server.servers import HostRow
from connectors.mail_servers.rows import PROBE, ProbeRow
from connectors.normalisation.email_systems import BUILDS, EmailSystems, System
from connectors.normalisation.mail_domains import MAIL_DOMAINS
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState, Status
from rules.email_systems import Product, Protocol
from rules.evidence import Evidence
from rules.unknown import Unknown

AT = "2026-11-23T12:00:00Z"
HOST = "mail.contoso.example"
SEEN = (Evidence("dynamics.emailserverprofiles", "p-1", "incomingserverlocation", HOST, AT),)
EWS, POP3, SMTP = Protocol.EWS, Protocol.POP3, Protocol.SMTP
ONLINE = "contoso-example.mail.protection.outlook.com"


def reading(source: str, *rows: Any, status: Status = "read") -> Reading:
    state = SourceState(source, status, code="some-code", reason="Not read.", remedy="Read it.")
    return Reading(state, tuple((row, AT) for row in rows))


def server(port: int = 443, **columns: Any) -> Reading:
    return reading(BUILDS, HostRow(id=f"{HOST}:{port}", host=HOST, port=port, **columns))


def probe(protocol: str = "POP3", port: int = 995, host: str = HOST, **columns: Any) -> Reading:
    usual = {"resolution": "found", "understood": True, "connected": True, "encryption": "implicit"}
    row = ProbeRow(id=f"{host}:{port}", host=host, port=port, protocol=protocol, **usual | columns)
    return reading(PROBE, row)


def systems(*readings: Reading, builds: Any = None, providers: Any = None) -> EmailSystems:
    by_source = {each.state.name: each for each in readings}
    return EmailSystems(by_source, builds or {}, providers or {}, AT)


def sources(system: System) -> list[str]:
    return [each.source for each in system.evidence]


def reason(system: System) -> str:
    assert isinstance(system.product, Unknown)
    return system.product.reason


def test_published_hosts_of_exchange_online_are_it() -> None:
    found = systems().behind(EWS, "outlook.office365.com", SEEN)
    assert found == System(Product.EXCHANGE_ONLINE, None, SEEN)
    assert systems().behind(SMTP, "smtp.office365.com", SEEN).product is Product.EXCHANGE_ONLINE


@pytest.mark.parametrize(("port", "asked"), [(None, 443), (443, 443), (8443, 8443)])
def test_the_build_that_the_server_itself_says_counts_more_than_a_declared_one(
    port: int | None, asked: int
) -> None:
    own = systems(server(asked, build="15.2.1544.4"), builds={HOST: "15.1.2507.6"})
    found = own.behind(EWS, HOST, SEEN, port)
    assert (found.product, found.build) == (Product.EXCHANGE_2019, (15, 2, 1544, 4))
    assert sources(found) == ["dynamics.emailserverprofiles", BUILDS]
    other = own.behind(EWS, HOST, SEEN, 444)
    assert (other.product, other.build) == (Product.EXCHANGE_2016, (15, 1, 2507, 6))


def test_a_declared_build_stands_in_with_what_was_declared_as_evidence() -> None:
    found = systems(builds={"MAIL.contoso.example": "15.1.2507.6"}).behind(EWS, HOST, SEEN)
    assert found.product is Product.EXCHANGE_2016
    declared = found.evidence[1]
    assert (declared.source, declared.record) == ("declared", f"exchange_builds.{HOST}")
    assert (declared.value, declared.read_at) == ("15.1.2507.6", AT)


@pytest.mark.parametrize("declared", ["2016", ""])
def test_a_declaration_that_is_no_build_says_nothing(declared: str) -> None:
    found = systems(builds={HOST: declared}).behind(EWS, HOST, SEEN)
    assert reason(found) == f"The build of the Exchange Server at {HOST} was not read."


@pytest.mark.parametrize(
    ("readings", "builds", "remedy"),
    [
        ([server(build="16.1.1.1")], {}, "Update the auditor."),
        ([], {HOST: "16.1.1.1"}, "Correct `exchange_builds` in the section `declared`."),
    ],
)
def test_a_build_of_no_known_product_is_open(
    readings: list[Reading], builds: dict[str, str], remedy: str
) -> None:
    found = systems(*readings, builds=builds).behind(EWS, HOST, SEEN)
    assert reason(found).startswith("The build 16.1.1.1 belongs to no Exchange Server known")
    assert isinstance(found.product, Unknown)
    assert found.product.remedy == remedy
    assert found.build == (16, 1, 1, 1)


def test_a_build_of_exchange_online_is_none_of_a_server() -> None:
    found = systems(server(build="15.20.1.1")).behind(EWS, HOST, SEEN)
    assert (found.product, found.build) == (Product.EXCHANGE_ONLINE, None)


def test_why_a_server_told_no_build_is_what_leaves_it_open() -> None:
    found = systems(server(code="forbidden", reason="No", remedy="Grant it.")).behind(
        EWS, HOST, SEEN
    )
    assert reason(found) == "No."
    assert found.build is found.product
    assert sources(found)[1:] == [BUILDS]


def test_what_was_not_asked_is_open_by_the_state_of_its_source() -> None:
    for own, cause in (
        (systems(), "not-configured"),
        (systems(reading(BUILDS, status="failed")), "some-code"),
    ):
        found = own.behind(EWS, HOST, SEEN).product
        assert isinstance(found, Unknown)
        assert found.cause is not None
        assert (found.cause.name, found.cause.code) == (BUILDS, cause)
        assert "Or: Declare the build under `exchange_builds`" in found.remedy
    whole = systems(reading(BUILDS)).behind(EWS, HOST, SEEN).product
    assert isinstance(whole, Unknown)
    assert whole.cause is None
    assert whole.remedy.startswith("Declare the build under `exchange_builds`")


@pytest.mark.parametrize(("protocol", "source"), [(EWS, BUILDS), (POP3, PROBE), (SMTP, PROBE)])
def test_without_a_host_auto_discover_decides(protocol: Protocol, source: str) -> None:
    found = systems().without_host(protocol, SEEN)
    assert "names no server" in reason(found)
    assert found.build is found.product
    assert found.evidence == SEEN
    assert isinstance(found.product, Unknown)
    assert found.product.cause is not None
    assert found.product.cause.name == source


@pytest.mark.parametrize(
    ("declared", "product"),
    [
        ("Gmail", Product.GMAIL),
        (" gmail ", Product.GMAIL),
        ("GMAIL", Product.GMAIL),
        ("Contoso Mail", Product.OTHER),
    ],
)
def test_a_declared_provider_goes_before_all_else(declared: str, product: Product) -> None:
    own = systems(
        probe(greeting="+OK Dovecot ready."), providers={"MAIL.contoso.example": declared}
    )
    found = own.behind(POP3, HOST, SEEN)
    assert (found.product, found.build) == (product, None)
    assert sources(found) == ["dynamics.emailserverprofiles", "declared"]
    assert found.evidence[1].record == f"providers.{HOST}"
    assert systems(providers={"smtp.gmail.com": "Contoso"}).behind(
        SMTP, "smtp.gmail.com", SEEN
    ) == System(
        Product.OTHER,
        None,
        (*SEEN, Evidence("declared", "providers.smtp.gmail.com", "smtp.gmail.com", "Contoso", AT)),
    )


def test_a_provider_is_known_by_the_name_of_its_host() -> None:
    found = systems().behind(POP3, "pop.gmail.com", SEEN)
    assert found == System(Product.GMAIL, None, SEEN)


def test_a_host_of_two_systems_is_decided_by_the_mail_domains() -> None:
    row = MailDomainRow(
        domain="contoso.example", addresses=1, resolution="found", exchangers=(ONLINE,)
    )
    found = systems(reading(MAIL_DOMAINS, row)).behind(POP3, "outlook.office365.com", SEEN)
    assert found.product is Product.EXCHANGE_ONLINE
    assert sources(found)[1:] == [MAIL_DOMAINS]
    open_ = systems().behind(POP3, "outlook.office365.com", SEEN)
    assert reason(open_).startswith("outlook.office365.com serves both")


def test_what_answered_a_probe_decides_for_other_hosts() -> None:
    found = systems(probe(greeting="+OK Dovecot ready.")).behind(POP3, HOST, SEEN)
    assert (found.product, found.build) == (Product.OTHER, None)
    assert sources(found)[1:] == [PROBE]
    assert "was not established" in reason(systems().behind(POP3, HOST, SEEN))
    other_port = systems(probe(port=1995, greeting="+OK Dovecot ready."))
    assert other_port.behind(POP3, HOST, SEEN, 1995).product is Product.OTHER
    assert isinstance(other_port.behind(POP3, HOST, SEEN).product, Unknown)


def test_an_exchange_that_answers_may_have_given_its_build_over_web_services() -> None:
    greeting = "+OK The Microsoft Exchange POP3 service is ready."
    found = systems(probe(greeting=greeting), server(build="15.1.2507.6")).behind(POP3, HOST, SEEN)
    assert (found.product, found.build) == (Product.EXCHANGE_2016, (15, 1, 2507, 6))
    assert sources(found)[1:] == [PROBE, BUILDS]
    without = systems(probe(greeting=greeting)).behind(POP3, HOST, SEEN)
    assert reason(without).startswith(f"Exchange answers at {HOST}")
    assert without.build is None
    dovecot = systems(probe(greeting="+OK Dovecot ready."), server(build="15.1.2507.6"))
    assert dovecot.behind(POP3, HOST, SEEN).product is Product.OTHER


def test_what_is_not_known_of_a_location_leaves_its_algorithms_open() -> None:
    hidden = Unknown("Hidden.", "Show it.")
    own = systems(probe(outside_fips=True))
    for facts in ((hidden, HOST, None), (POP3, hidden, None), (POP3, HOST, hidden)):
        assert own.fips_disproved(*facts) == (hidden, ())
    found, evidence = own.fips_disproved(POP3, None)
    assert isinstance(found, Unknown)
    assert found.reason == "The profile names no server that could be probed."
    assert evidence == ()


def test_a_probe_shows_algorithms_at_the_port_that_is_used() -> None:
    own = systems(probe(port=1995, outside_fips=True))
    assert own.fips_disproved(POP3, HOST, 1995)[0] is True
    assert isinstance(own.fips_disproved(POP3, HOST)[0], Unknown)
    assert systems(probe(outside_fips=True)).fips_disproved(POP3, HOST, None)[0] is True
