import pytest

from rules.support.extended_email_protocol import check
from rules.verdict import outcome
from tests.rules.facts import MISSING, declared, extensions, organization
from tests.rules.gravity import gravity


@pytest.mark.parametrize("steps", [MISSING, extensions(), extensions(synchronous_steps=4)])
@pytest.mark.parametrize(
    ("said", "expected"), [(True, "fail"), (False, "pass"), (MISSING, "undetermined")]
)
def test_the_declaration_decides_whatever_steps_run(said, steps, expected):
    verdict = check(organization(), declared(extended_email_protocols=said), steps)
    assert outcome(verdict) == expected


def test_undeclared_the_steps_are_told_as_a_hint():
    verdict = check(
        organization(),
        declared(extended_email_protocols=MISSING),
        extensions(synchronous_steps=4),
    )
    assert "4 synchronous steps" in verdict.message
    assert verdict.cause == MISSING.cause


def test_how_grave_its_failure_is():
    assert gravity("extended-email-protocol") == ("error", "unsupported")
