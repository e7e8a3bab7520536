"""A process answers each audit that it is asked for, and ends with whoever asks."""

import io
import threading
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from auditor.cli.audits.elsewhere.on_worker import Shared
from auditor.cli.audits.elsewhere.process_worker import (
    Answered,
    Do,
    Ping,
    Refusal,
    Speaker,
    Stop,
    _serve,
    said_in,
)
from connectors.odata.decoder_worker import read_frame, write_frame
from connectors.transport.shutdown import STOPPING


@pytest.fixture(autouse=True)
def process_that_ends() -> Iterator[None]:
    yield
    STOPPING.clear()


def serve(shared: Shared, *said: Any, do: Any = bytes.upper) -> list[Any]:
    """What it says where this is said to it."""
    source, out = io.BytesIO(), io.BytesIO()
    for each in said:
        write_frame(source, msgspec.msgpack.encode(each))
    source.seek(0)
    _serve(source, Speaker(out), shared, do)
    out.seek(0)
    return [said_in(frame) for frame in iter(lambda: read_frame(out), None)]


def test_each_audit_is_answered_by_its_number() -> None:
    answers = serve(Shared(1), Do(1, b"a"), Do(2, b"b"))
    assert sorted(answers, key=lambda each: each.number) == [Answered(1, b"A"), Answered(2, b"B")]


def test_it_gives_a_sign_of_life_when_asked() -> None:
    assert serve(Shared(1), Ping(), Ping()) == [Ping(), Ping()]


def test_several_are_done_at_the_same_time() -> None:
    both = threading.Barrier(2, timeout=20)

    def do(asked: bytes) -> bytes:
        both.wait()
        return asked

    assert len(serve(Shared(1), Do(1, b"a"), Do(2, b"b"), do=do)) == 2


def test_what_one_process_is_refused_all_know() -> None:
    shared = Shared(1)

    def do(asked: bytes) -> bytes:
        shared.refusals.remember("https://b", "u", "s3cret", "refused there")
        return asked

    one = Shared(1)
    said: list[Any] = []
    one.refusals.hand_on(lambda digest, reason: said.append(Refusal(digest, reason)))
    one.refusals.remember("https://a", "u", "s3cret", "refused here")
    found = serve(shared, *said, Do(1, b""), do=do)
    assert shared.refusals.reason("https://a", "u", "s3cret") == "refused here"
    refusal, _ = found
    assert refusal.reason == "refused there"
    assert "s3cret" not in repr(found)
    one.refusals.learn(refusal.digest, refusal.reason)
    assert one.refusals.reason("https://b", "U", "s3cret") == "refused there"
    assert len(said) == 1, "what was learnt is told to nobody"


def test_told_to_stop_or_left_alone_nobody_waits_for_its_audits() -> None:
    shared = Shared(1)
    stopped: list[bool] = []

    def do(asked: bytes) -> bytes:
        stopped.append(shared.stopped.wait(20))
        return asked

    serve(shared, Do(1, b""), Stop(), do=do)
    assert stopped == [True]
    assert STOPPING.is_set()
    shared = Shared(1)
    serve(shared, Do(1, b""), do=do)
    assert stopped == [True, True]


def test_nobody_hears_what_is_said_to_a_process_that_has_ended() -> None:
    out = io.BytesIO()
    speaker = Speaker(out)
    speaker.close()
    speaker.say(Stop())
    speaker.close()
