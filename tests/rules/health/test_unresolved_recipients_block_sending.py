import pytest

from rules.health.unresolved_recipients_block_sending import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, emails, organization
from tests.rules.gravity import gravity

REFUSES = organization(allows_unresolved_recipients=False)
FAILED = emails(failed_for_unresolved_recipients=3)


@pytest.mark.parametrize(
    ("where", "sent", "expected"),
    [
        (REFUSES, FAILED, "fail"),
        (REFUSES, emails(), "pass"),
        (organization(), FAILED, "pass"),
        (organization(), MISSING, "pass"),
    ],
)
def test_refusing_is_a_fault_once_messages_fail_for_it(where, sent, expected):
    assert outcome(check(where, sent)) == expected


@pytest.mark.parametrize(
    ("where", "sent"),
    [
        (REFUSES, MISSING),
        (REFUSES, emails(failed_for_unresolved_recipients=MISSING)),
        (organization(allows_unresolved_recipients=MISSING), FAILED),
    ],
)
def test_what_is_not_known_is_undetermined(where, sent):
    with pytest.raises(Undecided):
        check(where, sent)


def test_how_grave_its_failure_is():
    assert gravity("unresolved-recipients-block-sending") == ("warning", "degrades")
