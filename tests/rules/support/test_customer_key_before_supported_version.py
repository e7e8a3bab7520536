import pytest

from rules.support.customer_key_before_supported_version import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, on_premises, organization, tenant
from tests.rules.gravity import gravity

IN_FORCE = tenant(customer_key_in_force=True)


@pytest.mark.parametrize(
    ("version", "expected"),
    [((8, 0, 1, 2), "fail"), ((8, 1), "pass"), ((8, 1, 0, 359), "pass"), ((9, 2), "pass")],
)
def test_8_1_is_the_boundary(version, expected):
    assert outcome(check(organization(version=version), IN_FORCE)) == expected


def test_passes_without_customer_key():
    assert outcome(check(organization(version=(8, 0)), tenant())) == "pass"


def test_from_8_1_on_the_tenant_need_not_be_known():
    assert outcome(check(organization(version=(9, 2)), MISSING)) == "pass"


@pytest.mark.parametrize(
    ("version", "exchange"),
    [
        ((8, 0), MISSING),
        ((8, 0), tenant(customer_key_in_force=MISSING)),
        (MISSING, IN_FORCE),
    ],
)
def test_undetermined_where_it_cannot_be_told(version, exchange):
    with pytest.raises(Undecided):
        check(organization(version=version), exchange)


def test_on_premises_it_is_not_meant():
    assert outcome(check(on_premises(version=(8, 0)), IN_FORCE)) == "not-applicable"


def test_how_grave_its_failure_is():
    assert gravity("customer-key-before-supported-version") == ("error", "unsupported")
