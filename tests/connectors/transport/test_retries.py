"""What is asked again, and after how long."""

from datetime import UTC, datetime

import pytest

from connectors.transport.answers import Answer
from connectors.transport.errors import SourceFailed
from connectors.transport.network import NetworkPolicy
from connectors.transport.retries import (
    FIRST_PAUSE_S,
    LONGEST_PAUSE_S,
    is_passing,
    pause,
    retry_after_s,
)


def failed(code: str = "server-error", status: int | None = None) -> SourceFailed:
    return SourceFailed("mail.example: it failed", "Try again.", code, status=status)


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_a_status_that_passes_is_asked_again_each_time(status: int) -> None:
    assert all(is_passing(failed(status=status), attempt) for attempt in (0, 1, 7))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 501])
def test_a_status_that_stays_is_not_asked_again(status: int) -> None:
    assert not is_passing(failed(status=status), 0)


def test_500_is_asked_again_once() -> None:
    assert [is_passing(failed(status=500), attempt) for attempt in (0, 1, 2)] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("code", "passing"),
    [("connection-reset", True), ("truncated", True), ("refused", False), ("timeout", False)],
)
def test_without_a_status_the_cause_decides(code: str, passing: bool) -> None:
    assert is_passing(failed(code), 0) is passing


@pytest.mark.parametrize(
    ("attempt", "longest_s"),
    [(0, FIRST_PAUSE_S), (1, 2 * FIRST_PAUSE_S), (2, 4 * FIRST_PAUSE_S), (20, LONGEST_PAUSE_S)],
)
def test_each_pause_is_up_to_twice_as_long_as_the_one_before(
    attempt: int, longest_s: float
) -> None:
    pauses: list[float] = []
    for _ in range(50):
        pause(NetworkPolicy(sleep=pauses.append), failed(), attempt, None, "mail.example")
    assert longest_s / 2 <= min(pauses) <= max(pauses) <= longest_s


def test_a_wait_as_long_as_the_policy_allows_is_taken() -> None:
    pauses: list[float] = []
    policy = NetworkPolicy(sleep=pauses.append, longest_wait_s=30)
    pause(policy, failed(), 0, 30, "mail.example")
    assert pauses == [30]
    with pytest.raises(SourceFailed) as refused:
        pause(policy, failed("throttled", 429), 0, 31, "mail.example")
    assert refused.value.reason.endswith("; it asks to wait 31 s")
    assert pauses == [30]


def test_a_wait_that_ends_with_the_run_is_not_taken() -> None:
    pauses: list[float] = []
    policy = NetworkPolicy(sleep=pauses.append, clock=lambda: 100.0, deadline=110.0)
    pause(policy, failed(), 0, 9, "mail.example")
    with pytest.raises(SourceFailed) as late:
        pause(policy, failed("throttled", 429), 0, 10, "mail.example")
    assert (late.value.code, late.value.status) == ("deadline", 429)
    assert pauses == [9]


def test_a_wait_of_nothing_is_a_pause_of_its_own() -> None:
    pauses: list[float] = []
    pause(NetworkPolicy(sleep=pauses.append), failed(), 0, 0, "mail.example")
    assert pauses[0] > 0


def answer(**headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(429, named, b"", "", datetime(2026, 11, 23, 12, tzinfo=UTC), 1)


ON = "Mon, 23 Nov 2026 12:00:{:02} GMT"


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("5", 5),
        (' "5" ', 5),
        ("0", 0),
        ("5.2", 6),
        ("5.", 5),
        ("9" * 20, 999_999_999_999),
        (ON.format(30), 30),
        (ON.format(30).replace("GMT", "-0000"), 30),
        (ON.format(0), 1),
        ("Mon, 23 Nov 2020 12:00:00 GMT", 1),
        ("-5", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_server_asks_for_seconds_or_names_a_date(told: str, seconds: float | None) -> None:
    assert retry_after_s(answer(retry_after=told)) == seconds
    assert retry_after_s(answer(), told) == seconds
    assert retry_after_s(answer(retry_after="7"), told) == seconds


def test_a_server_that_asks_for_nothing_is_silent() -> None:
    assert retry_after_s(answer()) is None


@pytest.mark.parametrize(("clock", "seconds"), [(ON.format(20), 10), ("soon", 30)])
def test_a_date_is_compared_with_the_servers_own_clock(clock: str, seconds: float) -> None:
    assert retry_after_s(answer(retry_after=ON.format(30), date=clock)) == seconds
