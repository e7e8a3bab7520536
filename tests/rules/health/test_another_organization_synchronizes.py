import pytest

from rules.health.another_organization_synchronizes import check
from rules.option_sets import ActMethod
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, address_use, mailbox
from tests.rules.gravity import gravity

ELSEWHERE = address_use(synchronizes_in_another_organization=True)
ALERT = mailbox(another_organization_alert=True)


@pytest.mark.parametrize(
    ("subject", "use", "expected"),
    [
        (ALERT, address_use(), "fail"),
        (ALERT, MISSING, "fail"),
        (mailbox(), ELSEWHERE, "fail"),
        (mailbox(another_organization_alert=MISSING), ELSEWHERE, "fail"),
        (mailbox(), address_use(), "pass"),
    ],
)
def test_an_alert_or_a_second_audited_organisation_is_enough(subject, use, expected):
    assert outcome(check(subject, use)) == expected


@pytest.mark.parametrize("method", [ActMethod.NONE, ActMethod.OUTLOOK])
def test_only_appointments_are_bound_to_one_organisation(method):
    subject = mailbox(act_method=method, another_organization_alert=True)
    assert outcome(check(subject, ELSEWHERE)) == "not-applicable"


@pytest.mark.parametrize(
    ("subject", "use"),
    [
        (mailbox(act_method=MISSING), ELSEWHERE),
        (mailbox(another_organization_alert=MISSING), address_use()),
        (mailbox(), MISSING),
        (mailbox(), address_use(synchronizes_in_another_organization=MISSING)),
    ],
)
def test_what_is_not_known_is_undetermined(subject, use):
    with pytest.raises(Undecided):
        check(subject, use)


def test_how_grave_its_failure_is():
    assert gravity("another-organization-synchronizes") == ("error", "degrades")
