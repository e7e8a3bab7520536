"""From what probes saw to facts: what was not seen stays unknown, with its reason."""

import pytest

from connectors.mail_servers.rows import PROBE, ProbeRow
from connectors.normalisation.email_systems import EmailSystems
from connectors.normalisation.mail_servers.facts import mail_servers
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState
from rules.email_systems import Product, Protocol
from rules.facts import Certificate, MailServer
from rules.unknown import Unknown
from tests.rules import facts

AT = "2026-11-23T12:00:00Z"
HOST = "mail.contoso.example"
SOUND = {
    "resolution": "found",
    "address": "198.51.100.7",
    "public": True,
    "connected": True,
    "greeting": "+OK Dovecot ready.",
    "understood": True,
    "capabilities": ("UIDL",),
    "schemes": ("basic",),
    "encryption": "implicit",
    "tls_version": "TLSv1.3",
    "cipher": "TLS_AES_256_GCM_SHA384",
    "accepted_by_dataverse": True,
    "outside_fips": False,
    "certificate_names": (HOST,),
    "issuer": "Contoso authority",
    "expires_at": "2026-12-03T13:00:00Z",
    "name_matches": True,
    "trusted_publicly": True,
    "trusted_by_configuration": False,
}
PROFILE = facts.profile(
    incoming=facts.connection(
        direction="incoming", protocol=Protocol.POP3, host=HOST, port=None, location=HOST
    ),
    outgoing=facts.connection(direction="outgoing", host=None),
)


def readings(**columns: object) -> dict[str, Reading]:
    values = SOUND | columns
    row = ProbeRow(id=f"{HOST}:995", host=HOST, port=995, protocol="POP3", **values)  # type: ignore[arg-type]
    return {PROBE: Reading(SourceState(PROBE, "read", 1), ((row, AT),))}


def server(**columns: object) -> MailServer:
    (found,) = mail_servers(readings(**columns), [PROFILE])
    return found


def test_a_sound_server_is_known_in_every_field() -> None:
    found = server()
    assert found.id == f"{HOST}:995"
    assert found.host_found is found.connects is found.tls_offered is True
    assert found.tls_version == "TLSv1.3"
    assert found.tls_accepted_by_dataverse is True
    assert found.fips_disproved is False
    assert found.authentication_schemes == ("basic",)
    certificate = found.certificate
    assert isinstance(certificate, Certificate)
    assert (certificate.days_left, certificate.expired) == (10, False)
    told = certificate.evidence("expires_at")[0]
    assert (told.source, told.record, told.read_at) == (PROBE, f"{HOST}:995", AT)
    assert {each.field for each in found.evidence("tls_version")} >= {"tls_version", "cipher"}


@pytest.mark.parametrize(
    ("columns", "internal"),
    [
        ({}, False),
        ({"public": False, "address": "10.0.0.7"}, True),
        ({"public": False, "address": None, "connected": None}, True),
        ({"public": False, "address": "127.0.0.1"}, False),
    ],
)
def test_a_private_address_is_of_an_internal_network(columns, internal) -> None:
    assert server(**columns).is_internal is internal
    assert isinstance(server(public=None).is_internal, Unknown)


@pytest.mark.parametrize(
    ("host", "internal"), [("10.0.0.7", True), ("fd00::7", True), ("198.51.101.7", Unknown)]
)
def test_an_address_that_a_profile_names_is_internal_whoever_looks(host, internal) -> None:
    named = facts.profile(
        incoming=facts.connection(direction="incoming", protocol=Protocol.POP3, host=host),
        outgoing=facts.connection(direction="outgoing", host=None),
    )
    unread = {PROBE: Reading(SourceState(PROBE, "not-configured"), ())}
    (found,) = mail_servers(unread, [named])
    assert found.is_named_by_address
    assert (
        found.is_internal is True if internal is True else isinstance(found.is_internal, internal)
    )


@pytest.mark.parametrize(
    ("expires_at", "days", "expired"),
    [
        ("2026-11-23T12:00:00Z", 0, False),
        ("2026-11-23T11:59:59Z", -1, True),
        ("2026-11-24T11:59:59Z", 0, False),
        ("2026-11-24T12:00:00Z", 1, False),
    ],
)
def test_the_days_of_a_certificate_count_from_the_reading(
    expires_at: str, days: int, expired: bool
) -> None:
    certificate = server(expires_at=expires_at).certificate
    assert isinstance(certificate, Certificate)
    assert (certificate.days_left, certificate.expired) == (days, expired)


def test_a_server_without_tls_has_no_certificate_and_nothing_that_fips_approves() -> None:
    gone = dict.fromkeys(
        ("tls_version", "cipher", "accepted_by_dataverse", "outside_fips", "issuer", "expires_at")
    )
    found = server(encryption="none", **gone)
    assert found.tls_offered is False
    assert found.certificate is found.tls_version is None
    assert found.fips_disproved is True
    assert found.tls_accepted_by_dataverse is False


def test_a_certificate_of_an_issuer_that_was_not_sent_is_judged_by_all_else() -> None:
    found = server(trusted_publicly=None, problem="it sends no chain.").certificate
    assert isinstance(found, Certificate)
    assert isinstance(found.trusted_publicly, Unknown)
    assert found.trusted_publicly.reason == "it sends no chain."
    assert found.expired is False


@pytest.mark.parametrize("column", ["issuer", "expires_at", "name_matches"])
def test_a_certificate_that_was_not_wholly_established_is_unknown(column: str) -> None:
    found = server(**{column: None}, problem="it broke off.")
    assert isinstance(found.certificate, Unknown)
    assert found.certificate.reason == "it broke off."


def test_a_host_that_does_not_exist_shows_no_certificate_and_leaves_the_rest_open() -> None:
    nothing = dict.fromkeys(SOUND)
    found = server(**nothing | {"resolution": "not-found", "problem": "No such name."})
    assert found.host_found is found.connects is False
    assert found.certificate is found.tls_version is None
    for name in ("tls_offered", "fips_disproved"):
        assert isinstance(getattr(found, name), Unknown), name


def test_name_servers_that_do_not_answer_are_one_cause_for_all_hosts() -> None:
    nothing = dict.fromkeys(SOUND) | {"resolution": "unknown", "code": "names-unanswered"}
    found = server(**nothing, problem=f"{HOST}:995: no answer.")
    assert isinstance(found.host_found, Unknown)
    assert found.host_found.cause is not None
    assert HOST not in found.host_found.reason


@pytest.mark.parametrize("status", ["failed", "partial", "not-configured"])
def test_without_the_source_every_field_is_unknown_for_its_reason(status) -> None:
    state = SourceState(PROBE, status, reason="Nobody looked.", code="x")
    (found,) = mail_servers({PROBE: Reading(state)}, [PROFILE])
    for name in ("host_found", "connects", "certificate", "fips_disproved"):
        fact = getattr(found, name)
        assert isinstance(fact, Unknown)
        assert fact.reason == "Nobody looked."


def test_only_active_profiles_name_servers_and_each_host_and_port_counts_once() -> None:
    assert [each.id for each in mail_servers({}, [PROFILE, PROFILE])] == [f"{HOST}:995"]
    assert mail_servers({}, [facts.profile(active=False)]) == ()


def test_the_product_behind_an_own_name_follows_from_what_answered() -> None:
    def behind(**columns: object) -> Product | Unknown:
        systems = EmailSystems(readings(**columns), {}, {}, AT)
        return systems.behind(Protocol.POP3, HOST, (), 995).product

    assert behind() is Product.OTHER
    assert behind(greeting="+OK Gpop ready for requests") is Product.GMAIL
    unnamed = behind(greeting="+OK ready")
    assert isinstance(unnamed, Unknown)
    assert "providers" in unnamed.remedy
    exchange = behind(greeting="+OK The Microsoft Exchange POP3 service is ready.")
    assert isinstance(exchange, Unknown)
    assert "exchange_builds" in exchange.remedy


def test_what_is_declared_of_a_host_settles_which_exchange_it_is() -> None:
    greeting = "+OK The Microsoft Exchange POP3 service is ready."
    systems = EmailSystems(readings(greeting=greeting), {HOST: "15.2.1544.4"}, {}, AT)
    assert systems.behind(Protocol.POP3, HOST, (), 995).product is Product.EXCHANGE_2019


def test_a_provider_that_shows_anothers_certificate_is_not_believed() -> None:
    told = readings(greeting="+OK Gpop ready", certificate_names=("pop.mail.yahoo.com",))
    systems = EmailSystems(told, {}, {}, AT)
    assert isinstance(systems.behind(Protocol.POP3, HOST, (), 995).product, Unknown)


def test_the_algorithms_of_a_probed_port_count_for_that_port_alone() -> None:
    systems = EmailSystems(readings(outside_fips=True), {}, {}, AT)
    disproved, shown = systems.fips_disproved(Protocol.POP3, HOST, None)
    assert disproved is True
    assert {each.source for each in shown} == {"mail_servers.probe"}
    assert isinstance(systems.fips_disproved(Protocol.POP3, HOST, 110)[0], Unknown)
