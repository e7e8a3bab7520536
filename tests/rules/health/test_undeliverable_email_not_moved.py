import pytest

from rules.health.undeliverable_email_not_moved import check
from rules.option_sets import ServerType
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, pop3_profile, profile
from tests.rules.gravity import gravity

EXCHANGE = [each for each in ServerType if each not in {ServerType.POP3_SMTP, ServerType.IMAP_SMTP}]


@pytest.mark.parametrize("kind", EXCHANGE)
@pytest.mark.parametrize(("moves", "expected"), [(True, "pass"), (False, "fail")])
def test_exchange_profiles_should_move_it(kind, moves, expected):
    subject = profile(server_type=kind, moves_undeliverable_email=moves)
    assert outcome(check(subject)) == expected


@pytest.mark.parametrize("kind", [ServerType.POP3_SMTP, ServerType.IMAP_SMTP])
def test_other_systems_have_no_such_folder(kind):
    subject = pop3_profile(server_type=kind, moves_undeliverable_email=False)
    assert outcome(check(subject)) == "not-applicable"


@pytest.mark.parametrize("field", ["server_type", "moves_undeliverable_email"])
def test_what_is_not_known_leaves_it_open(field):
    with pytest.raises(Undecided):
        check(profile(**{field: MISSING}))


def test_how_grave_its_failure_is():
    assert gravity("undeliverable-email-not-moved") == ("note", "advice")
