import pytest

from rules.email_systems import Protocol
from rules.support.mixed_incoming_and_outgoing import EXCHANGE_IN, EXCHANGE_OUT, check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, profile
from tests.rules.gravity import gravity


def speaking(incoming, outgoing):
    return profile(incoming={"protocol": incoming}, outgoing={"protocol": outgoing})


@pytest.mark.parametrize(
    ("incoming", "outgoing", "statements"),
    [
        (Protocol.EWS, Protocol.SMTP, EXCHANGE_IN),
        (Protocol.POP3, Protocol.EWS, EXCHANGE_OUT),
        (Protocol.IMAP, Protocol.EWS, EXCHANGE_OUT),
    ],
)
def test_each_mix_fails_by_its_own_statement(incoming, outgoing, statements):
    verdict = check(speaking(incoming, outgoing))
    assert outcome(verdict) == "fail"
    assert verdict.statements == statements


@pytest.mark.parametrize(
    ("incoming", "outgoing"),
    [
        (Protocol.EWS, Protocol.EWS),
        (Protocol.POP3, Protocol.SMTP),
        (Protocol.IMAP, Protocol.SMTP),
    ],
)
def test_passes_where_both_are_of_one_kind(incoming, outgoing):
    verdict = check(speaking(incoming, outgoing))
    assert outcome(verdict) == "pass"
    assert verdict.statements is None


@pytest.mark.parametrize(
    ("incoming", "outgoing"), [(MISSING, Protocol.EWS), (Protocol.EWS, MISSING)]
)
def test_undetermined_where_a_direction_is_unknown(incoming, outgoing):
    with pytest.raises(Undecided):
        check(speaking(incoming, outgoing))


def test_how_grave_its_failure_is():
    assert gravity("mixed-incoming-and-outgoing") == ("error", "unsupported")
