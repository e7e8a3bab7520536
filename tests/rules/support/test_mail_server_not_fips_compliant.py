import pytest

from rules.edition import load
from rules.email_systems import Product, Protocol
from rules.support.mail_server_not_fips_compliant import NAMED, check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, declared, on_premises, organization, pop3_profile, profile
from tests.rules.gravity import gravity

VOUCHED = declared(fips_compliant_mail_servers=("pop.gmail.com", "smtp.gmail.com"))
FIPS = declared(fips_140_2=True)
ONLINE = load("online")


@pytest.mark.parametrize(
    ("edition", "where", "declaration", "statements"),
    [
        ("crm-2016", organization(), declared(), {"S17-63", "S17-65"}),
        ("crm-2016", on_premises(), FIPS, {"S17-47", "S17-64", "S17-65"}),
        ("customer-engagement-9", on_premises(), FIPS, {"OP9-36", "OP9-46", "OP9-47"}),
        ("customer-engagement-2018", organization(), declared(), {"ON9-68", "ON9-69"}),
        ("online", organization(), declared(), {"CUR-46", "CUR-47"}),
    ],
)
@pytest.mark.parametrize("product", NAMED)
def test_the_named_providers_fail_where_fips_applies(
    edition, where, declaration, statements, product
):
    verdict = check(pop3_profile(product), where, declaration, load(edition))
    assert outcome(verdict) == "fail"
    assert set(verdict.statements) == statements


def test_a_declaration_does_not_save_a_named_provider():
    subject = pop3_profile(Product.OUTLOOK_COM)
    assert outcome(check(subject, organization(), VOUCHED, ONLINE)) == "fail"


@pytest.mark.parametrize("side", ["incoming", "outgoing"])
def test_a_probe_disproves_it_in_either_direction(side):
    subject = pop3_profile(**{side: {"fips_disproved": True}})
    verdict = check(subject, organization(), declared(), ONLINE)
    assert outcome(verdict) == "fail"
    assert verdict.statements == ("CUR-46",)


@pytest.mark.parametrize("disproved", [False, MISSING])
def test_passes_where_both_hosts_are_vouched_for(disproved):
    subject = pop3_profile(both={"fips_disproved": disproved})
    verdict = check(subject, organization(), VOUCHED, ONLINE)
    assert outcome(verdict) == "pass"
    assert verdict.statements == ("CUR-46",)


@pytest.mark.parametrize("product", [Product.GMAIL, Product.YAHOO_MAIL, Product.OTHER])
@pytest.mark.parametrize(
    "declaration",
    [declared(), declared(fips_compliant_mail_servers=("pop.gmail.com",))],
)
def test_undetermined_where_it_is_neither_disproved_nor_declared(product, declaration):
    verdict = check(pop3_profile(product), organization(), declaration, ONLINE)
    assert outcome(verdict) == "undetermined"
    assert "fips_compliant_mail_servers" in verdict.remedy


def test_undetermined_where_a_probe_contradicts_the_declaration():
    subject = pop3_profile(both={"fips_disproved": True})
    assert outcome(check(subject, organization(), VOUCHED, ONLINE)) == "undetermined"


@pytest.mark.parametrize("field", ["product", "host", "protocol"])
def test_undetermined_where_a_fact_of_the_server_is_unknown(field):
    subject = (
        pop3_profile(incoming={field: MISSING})
        if field != "product"
        else pop3_profile(both={field: MISSING})
    )
    verdict = check(subject, organization(), VOUCHED, ONLINE)
    assert outcome(verdict) == "undetermined"
    assert verdict.cause == MISSING.cause


def test_on_premises_it_is_asked_only_where_it_is_configured():
    edition = load("customer-engagement-9")
    subject = pop3_profile(Product.MSN)
    assert outcome(check(subject, on_premises(), declared(), edition)) == "not-applicable"
    with pytest.raises(Undecided):
        check(subject, on_premises(), declared(fips_140_2=MISSING), edition)


def test_exchange_is_not_meant():
    assert outcome(check(profile(), organization(), declared(), ONLINE)) == "not-applicable"


def test_an_edition_that_does_not_speak_of_the_deployment_says_nothing():
    verdict = check(
        pop3_profile(Product.MSN), organization(), declared(), load("customer-engagement-9")
    )
    assert outcome(verdict) == "not-applicable"


def test_of_a_mix_with_exchange_the_other_direction_is_judged():
    mixed = pop3_profile(Product.MSN, incoming={"protocol": Protocol.EWS})
    verdict = check(mixed, organization(), declared(), ONLINE)
    assert outcome(verdict) == "fail"
    assert "outgoing" in verdict.message


def test_how_grave_its_failure_is():
    assert gravity("mail-server-not-fips-compliant") == ("error", "unsupported")
