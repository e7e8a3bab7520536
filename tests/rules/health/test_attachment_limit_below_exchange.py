import pytest

from rules.health.attachment_limit_below_exchange import MOST_BYTES, check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, organization, tenant
from tests.rules.gravity import gravity

LIMIT_BYTES = 37748736


def judge(limit_bytes, exchange):
    return check(organization(max_upload_size_bytes=limit_bytes), exchange)


@pytest.mark.parametrize(
    ("limit_bytes", "accepted_bytes", "expected"),
    [
        (LIMIT_BYTES - 1, LIMIT_BYTES, "fail"),
        (LIMIT_BYTES, LIMIT_BYTES, "pass"),
        (LIMIT_BYTES, None, "fail"),
        (MOST_BYTES - 1, 2 * MOST_BYTES, "fail"),
        (MOST_BYTES, 2 * MOST_BYTES, "pass"),
        (MOST_BYTES, None, "pass"),
        (None, LIMIT_BYTES, "undetermined"),
    ],
)
def test_dynamics_should_take_what_exchange_accepts(limit_bytes, accepted_bytes, expected):
    exchange = tenant(max_receive_size_bytes=accepted_bytes)
    assert outcome(judge(limit_bytes, exchange)) == expected


@pytest.mark.parametrize("exchange", [MISSING, tenant(max_receive_size_bytes=MISSING)])
def test_the_highest_limit_passes_whatever_exchange_accepts(exchange):
    assert outcome(judge(MOST_BYTES, exchange)) == "pass"
    with pytest.raises(Undecided):
        judge(LIMIT_BYTES, exchange)


def test_an_unknown_limit_is_undetermined():
    with pytest.raises(Undecided):
        judge(MISSING, tenant())


def test_how_grave_its_failure_is():
    assert gravity("attachment-limit-below-exchange") == ("note", "degrades")
