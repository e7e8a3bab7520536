import pytest

from rules.health.certificate_invalid import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, certificate, mail_server, on_premises, organization
from tests.rules.gravity import gravity

PRIVATE = certificate(issuer="Contoso Root", trusted_publicly=False)
BUNDLED = certificate(trusted_publicly=False, trusted_by_configuration=True)


def test_passes_for_a_public_authority():
    assert outcome(check(mail_server(resolves_publicly=MISSING), organization())) == "pass"


@pytest.mark.parametrize("fault", [{"expired": True}, {"name_matches": False}])
@pytest.mark.parametrize("where", [organization(), on_premises()])
@pytest.mark.parametrize("trust", [{}, {"trusted_by_configuration": True}])
@pytest.mark.parametrize("public", [True, False, MISSING])
def test_expiry_and_another_name_always_fail(fault, where, trust, public):
    server = mail_server(certificate=certificate(**fault, **trust), resolves_publicly=public)
    assert outcome(check(server, where)) == "fail"


@pytest.mark.parametrize(("public", "expected"), [(True, "fail"), (False, "undetermined")])
@pytest.mark.parametrize("where", [organization(), on_premises()])
def test_a_private_authority_is_judged_only_from_outside(public, expected, where):
    verdict = check(mail_server(certificate=PRIVATE, resolves_publicly=public), where)
    assert outcome(verdict) == expected
    assert "Contoso Root" in verdict.message


@pytest.mark.parametrize(
    ("where", "public", "expected"),
    [
        (on_premises(), True, "pass"),
        (on_premises(), False, "pass"),
        (organization(), True, "fail"),
        (organization(), False, "undetermined"),
    ],
)
def test_an_authority_of_the_configuration_counts_on_premises(where, public, expected):
    server = mail_server(certificate=BUNDLED, resolves_publicly=public)
    assert outcome(check(server, where)) == expected


def test_a_server_without_tls_shows_none():
    assert outcome(check(mail_server(certificate=None), organization())) == "not-applicable"


@pytest.mark.parametrize(
    ("server", "where"),
    [
        (mail_server(certificate=MISSING), organization()),
        (mail_server(certificate=PRIVATE, resolves_publicly=MISSING), organization()),
        (mail_server(certificate=certificate(trusted_publicly=MISSING)), organization()),
        (mail_server(certificate=BUNDLED), organization(deployment=MISSING)),
    ],
)
def test_what_is_not_known_leaves_it_open(server, where):
    with pytest.raises(Undecided):
        check(server, where)


def test_how_grave_its_failure_is():
    assert gravity("certificate-invalid") == ("error", "exposes")
