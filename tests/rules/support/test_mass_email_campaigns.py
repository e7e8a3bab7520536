import pytest

from rules.support.mass_email_campaigns import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, declared, emails, organization
from tests.rules.gravity import gravity

SEEN = emails(from_campaigns=120)


@pytest.mark.parametrize(
    ("said", "read", "expected"),
    [
        (True, emails(), "fail"),
        (True, MISSING, "fail"),
        (MISSING, SEEN, "fail"),
        (False, emails(), "pass"),
        (False, MISSING, "pass"),
        (False, emails(from_campaigns=MISSING), "pass"),
        (False, SEEN, "undetermined"),
    ],
)
def test_what_is_declared_and_read_decides(said, read, expected):
    verdict = check(organization(), declared(mass_email_campaigns=said), read)
    assert outcome(verdict) == expected


@pytest.mark.parametrize("read", [MISSING, emails(), emails(from_campaigns=MISSING)])
def test_undeclared_seeing_none_proves_nothing(read):
    with pytest.raises(Undecided):
        check(organization(), declared(mass_email_campaigns=MISSING), read)


def test_how_grave_its_failure_is():
    assert gravity("mass-email-campaigns") == ("error", "unsupported")
