import pytest

from rules.health.verbose_logging_left_on import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox
from tests.rules.gravity import gravity


@pytest.mark.parametrize(("verbose", "expected"), [(False, "pass"), (True, "fail")])
def test_verbose_logging_should_be_off(verbose, expected):
    assert outcome(check(mailbox(verbose_logging=verbose))) == expected


def test_an_unknown_level_leaves_it_open():
    with pytest.raises(Undecided):
        check(mailbox(verbose_logging=MISSING))


def test_how_grave_its_failure_is():
    assert gravity("verbose-logging-left-on") == ("note", "exposes")
