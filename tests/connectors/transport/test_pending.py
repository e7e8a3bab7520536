"""A request is sent in a thread of its own; its caller gets the answer, or why there is none."""

import threading
from datetime import UTC, datetime
from queue import SimpleQueue

import pytest

from connectors.transport.answers import Answer
from connectors.transport.errors import SourceFailed
from connectors.transport.network import ON_ITS_WAY, NetworkPolicy
from connectors.transport.own_limits import CODE
from connectors.transport.pending import Pending, in_time
from connectors.transport.request import Request

REQUEST = Request("https://mail.example/")
ANSWER = Answer(
    status=200,
    headers={},
    body=b"{}",
    url=REQUEST.url,
    received_at=datetime(2026, 11, 29, tzinfo=UTC),
    requests=1,
    digest="",
)


def answers(request: Request) -> Answer:
    assert request is REQUEST
    return ANSWER


def pending(exchange: object = answers, **settings: object) -> Pending:
    policy = NetworkPolicy(**settings)  # type: ignore[arg-type]
    return Pending(REQUEST, exchange, policy, "mail.example")  # type: ignore[arg-type]


def test_the_answer_comes_from_the_exchange() -> None:
    assert pending().result() is ANSWER


def test_what_stopped_the_exchange_is_raised_where_the_answer_is_wanted() -> None:
    def fails(request: Request) -> Answer:
        raise SourceFailed("mail.example: no", "Look.", "refused")

    with pytest.raises(SourceFailed) as caught:
        pending(fails).result()
    assert caught.value.code == "refused"


def test_a_limit_of_this_computer_is_named_as_such() -> None:
    def fails(request: Request) -> Answer:
        raise MemoryError

    with pytest.raises(SourceFailed, match=r"^mail\.example: there is no memory left") as caught:
        pending(fails).result()
    assert caught.value.code == CODE


def test_no_thread_is_a_limit_of_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuses)
    with pytest.raises(SourceFailed, match="no more threads may be started") as caught:
        pending()
    assert caught.value.code == CODE


def test_nobody_waits_past_the_deadline() -> None:
    never = threading.Event()
    try:
        waits = pending(lambda request: never.wait() and ANSWER, deadline=1.0, clock=lambda: 9.0)
        with pytest.raises(SourceFailed) as caught:
            waits.result()
        assert caught.value.code == "deadline"
        assert not waits.wait_received(0)
    finally:
        never.set()


def test_it_says_when_the_request_left_and_when_the_answer_came() -> None:
    left, came, end = threading.Event(), threading.Event(), threading.Event()

    def step_by_step(request: Request) -> Answer:
        assert left.wait(60)
        ON_ITS_WAY.sent()
        assert came.wait(60)
        ON_ITS_WAY.received()
        assert end.wait(60)
        return ANSWER

    step = pending(step_by_step)
    left.set()
    step.wait_sent(60)
    assert not step.wait_received(0)
    came.set()
    assert step.wait_received(60)
    end.set()
    assert step.result() is ANSWER


def test_who_waits_for_any_of_several_gets_each_once_it_is_done() -> None:
    finished: SimpleQueue[Pending] = SimpleQueue()
    first = Pending(REQUEST, answers, NetworkPolicy(), "mail.example", finished)
    assert finished.get(timeout=60) is first
    assert first.result() is ANSWER


def test_a_call_of_a_library_gives_what_it_gives_and_raises_what_it_raises() -> None:
    assert in_time(lambda: 7, NetworkPolicy(), "mail.example") == 7
    with pytest.raises(ZeroDivisionError):
        in_time(lambda: 1 / 0, NetworkPolicy(), "mail.example")


def test_a_call_of_a_library_that_hangs_is_left_alone_at_the_deadline() -> None:
    go_on = threading.Event()
    policy = NetworkPolicy(deadline=10.0, clock=lambda: 11.0)
    with pytest.raises(SourceFailed) as caught:
        in_time(go_on.wait, policy, "mail.example")
    go_on.set()
    assert caught.value.code == "deadline"
