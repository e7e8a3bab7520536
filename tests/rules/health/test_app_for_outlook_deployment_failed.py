import pytest

from rules.health.app_for_outlook_deployment_failed import check
from rules.option_sets import AppDeployment
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox
from tests.rules.gravity import gravity


@pytest.mark.parametrize(
    ("status", "expected", "severity"),
    [
        (AppDeployment.NOT_INSTALLED, "pass", None),
        (AppDeployment.INSTALLED, "pass", None),
        (AppDeployment.INSTALL_FAILED, "fail", None),
        (AppDeployment.UNINSTALL_FAILED, "fail", None),
        (AppDeployment.UPGRADE_REQUIRED, "fail", "note"),
        (None, "not-applicable", None),
    ],
)
def test_a_failure_is_a_warning_and_a_waiting_upgrade_a_note(status, expected, severity):
    verdict = check(mailbox(app_for_outlook=status))
    assert outcome(verdict) == expected
    assert getattr(verdict, "severity", None) == severity


def test_unknown_is_undetermined():
    with pytest.raises(Undecided):
        check(mailbox(app_for_outlook=MISSING))


def test_how_grave_its_failure_is():
    assert gravity("app-for-outlook-deployment-failed") == ("warning", "advice")
