import pytest

from rules.lifecycle.tls_version_too_old import check
from rules.unknown import Undecided
from tests.rules.facts import MISSING, mail_server, on_premises, organization
from tests.rules.gravity import gravity
from tests.rules.lifecycle.days import STOPS, days_before, on, told

TODAY = on("2026-11-23")


@pytest.mark.parametrize("version", ["SSLv3", "TLSv1", "TLSv1.1"])
@pytest.mark.parametrize("accepted", [False, MISSING])
def test_a_version_below_1_2_is_an_error(version, accepted):
    server = mail_server(tls_version=version, tls_accepted_by_dataverse=accepted)
    assert told(check(server, organization(), TODAY)) == "error"


@pytest.mark.parametrize(("accepted", "expected"), [(True, "pass"), (False, "error")])
@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_a_newer_version_needs_an_accepted_cipher_suite(version, accepted, expected):
    server = mail_server(tls_version=version, tls_accepted_by_dataverse=accepted)
    assert told(check(server, organization(), TODAY)) == expected


@pytest.mark.parametrize(("days", "expected"), STOPS)
def test_it_is_warned_of_before_the_day(days, expected):
    dates = days_before("2024-12-02", days)
    assert told(check(mail_server(tls_version="TLSv1.1"), organization(), dates)) == expected


@pytest.mark.parametrize(
    ("server", "where"),
    [
        (mail_server(tls_version="TLSv1"), on_premises()),
        (mail_server(tls_version=None, tls_accepted_by_dataverse=False), organization()),
    ],
)
def test_on_premises_and_servers_without_tls_are_not_meant(server, where):
    assert told(check(server, where, TODAY)) == "not-applicable"


@pytest.mark.parametrize("hidden", ["tls_version", "tls_accepted_by_dataverse"])
def test_what_is_not_known_is_undetermined(hidden):
    with pytest.raises(Undecided):
        check(mail_server(**{hidden: MISSING}), organization(), TODAY)


def test_how_grave_its_failure_is():
    assert gravity("tls-version-too-old") == ("error", "stops")
