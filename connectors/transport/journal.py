"""Answers of a run that did not come to its end, so that the next one need not ask for them again.

What keeps them is handed in; here stands what it must do, and what an answer is while it is kept.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

import msgspec
from msgspec import Struct

from connectors.transport.answers import Answer
from connectors.transport.compression import ends, inflate, without_mark
from connectors.transport.request import Request

T = TypeVar("T")


class KeptAnswer(Struct, frozen=True, array_like=True):
    """An answer as it was sent, without its headers, which may hold what a session goes by."""

    status: int
    url: str
    received_at: datetime
    digest: str
    sent: bytes
    is_compressed: bool

    def answer(self, request: Request) -> Answer:
        """The answer to the same request; it took none."""
        sent, end_bytes = self.sent, request.end_bytes
        is_cut = self.is_compressed and bool(end_bytes)
        body = sent
        if self.is_compressed:
            most_bytes = 1 << 40
            body = ends(sent, most_bytes, end_bytes) if is_cut else inflate(sent, most_bytes)
        return Answer(
            status=self.status,
            headers={},
            body=without_mark(body),
            url=self.url,
            received_at=self.received_at,
            requests=0,
            digest=self.digest,
            sent=sent if self.is_compressed else b"",
            is_cut=is_cut,
        )


def kept_answer(answer: Answer) -> KeptAnswer:
    """The answer as it is kept."""
    return KeptAnswer(
        status=answer.status,
        url=answer.url,
        received_at=answer.received_at,
        digest=answer.digest,
        sent=answer.sent or answer.body,
        is_compressed=bool(answer.sent),
    )


class Journal(Protocol):
    """What keeps answers, and gives those of the run that is gone on with. Any thread may ask."""

    def found(self, request: Request) -> Answer | None:
        """What that run was answered; None: it was not."""

    def keep(self, request: Request, answer: Answer) -> None:
        """Keeps an answer of this run."""

    def noted(self, name: str) -> bytes | None:
        """What that run noted under this name; None: nothing."""

    def note(self, name: str, content: bytes) -> None:
        """Notes what this run decided."""


def decided_once(
    journal: Journal | None, name: str, shape: type[T], decide: Callable[[], T | None]
) -> T | None:
    """What the run that is gone on with decided under this name, else what `decide` gives."""
    if journal is None:
        return decide()
    noted = journal.noted(name)
    if noted is not None:
        return msgspec.msgpack.decode(noted, type=shape | None)
    found = decide()
    journal.note(name, msgspec.msgpack.encode(found))
    return found
