"""One way to ask servers: bounded, patient within reason, and unable to write.

Every request of an environment goes through its `Transport`. Whatever a server or the network
does ends as an `Answer` or as `SourceFailed`.
"""

import copy
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from msgspec import structs

from connectors.transport.answers import Answer, check_content
from connectors.transport.closing import Closing
from connectors.transport.errors import SourceFailed
from connectors.transport.failures import past_deadline
from connectors.transport.guard.reads import Guard, Purpose, origin
from connectors.transport.journal import Journal
from connectors.transport.network import NetworkPolicy, Pins
from connectors.transport.pending import SLICE_S, Pending
from connectors.transport.redaction import Redaction
from connectors.transport.refusals import Refusals
from connectors.transport.request import Request, SignIn
from connectors.transport.retries import is_passing, pause, retry_after_s
from connectors.transport.sessions import SessionPool, Trust
from connectors.transport.statuses import REDIRECTS, redirected, refusal

if TYPE_CHECKING:
    import requests

    from connectors.transport.guard.session import ExclusiveSession

__all__ = ["Answer", "Pending", "Request", "SignIn", "Transport"]

Slot = Callable[[str, float | None], AbstractContextManager[bool]]
"""For a host and the seconds to wait at most, None for any: whether a slot came free."""


class Transport(Closing):
    """Asks the servers of one environment under one policy. Safe to share between threads.

    `refusals` and `trust` may be shared by the environments of one run, and so may the `slot` that
    a request to a host takes beside one of the transport's own. `kept` holds what sign-ins keep in
    memory for the run, by their own keys, under `kept_lock`. `journal` keeps the answers that are
    to be kept, and gives those of the run that is gone on with.
    """

    def __init__(
        self,
        policy: NetworkPolicy | None = None,
        refusals: Refusals | None = None,
        slot: Slot | None = None,
        redaction: Redaction | None = None,
        journal: Journal | None = None,
        trust: Trust | None = None,
    ) -> None:
        # Readers know this class, and where nothing is asked, as in a replay, nothing of that is
        # needed.
        from connectors.transport.attempts import Attempts

        self.journal = journal
        self.policy = policy or NetworkPolicy()
        self.refusals = refusals or Refusals()
        self.guard = Guard()
        self.pins = Pins()
        self.redaction = redaction or Redaction()
        self.kept: dict[object, object] = {}
        self.kept_lock = threading.Lock()
        self._context = (trust or Trust()).context(self.policy.ca_bundle)
        self._shared_slot: Slot = slot or (lambda host, timeout_s: nullcontext(True))
        self._slots = threading.BoundedSemaphore(self.policy.concurrent)
        self._lock = threading.Lock()
        self._sessions = SessionPool(self.session)
        self._counts: Counter[str] = Counter()
        self._attempts = Attempts(self.policy, self.redaction)

    def close(self) -> None:
        """Close every idle connection."""
        self._sessions.close()

    def until(self, deadline: float | None) -> "Transport":
        """The same transport, that asks nothing past an earlier moment of the policy's clock.

        It has slots of its own, so that servers which never end hold up no others.
        """
        bounded = copy.copy(self)
        bounded.policy = structs.replace(self.policy, deadline=deadline)
        bounded._attempts = self._attempts.under(bounded.policy)
        bounded._slots = threading.BoundedSemaphore(self.policy.concurrent)
        return bounded

    def requests_of(self, source: str) -> int:
        """How many requests have left for this source, repetitions included."""
        with self._lock:
            return self._counts[source]

    def get(
        self,
        url: str,
        *,
        auth: SignIn | None = None,
        headers: Mapping[str, str] | None = None,
        accept: str = "application/json",
        source: str = "",
        accepted: frozenset[int] = frozenset(),
    ) -> Answer:
        """The answer to a GET. Raises `SourceFailed`."""
        return self.ask(
            Request(
                url,
                auth=auth,
                headers=headers or {},
                accept=accept,
                source=source,
                accepted=accepted,
            )
        )

    def ask(self, request: Request) -> Answer:
        """The answer to a request. Raises `SourceFailed`."""
        return self._pending(request).result()

    def send(self, request: Request) -> Pending:
        """Send a request and return once it has left, so that the caller may decode meanwhile.

        Decoding holds the interpreter; had the request not left before, it would wait for that.
        """
        (pending,) = self.send_all([request])
        return pending

    def send_all(
        self, requests: Iterable[Request], finished: SimpleQueue[Pending] | None = None
    ) -> list[Pending]:
        """Send requests side by side and return once they have left.

        Each is put into `finished` once its answer came or failed.
        """
        found = [self._pending(request, finished) for request in requests]
        for pending in found:
            pending.wait_sent(self.policy.connect_timeout_s)
        return found

    def _pending(self, request: Request, finished: SimpleQueue[Pending] | None = None) -> Pending:
        place = self.redaction.address(request.url)
        return Pending(request, partial(self._exchange, place), self.policy, place, finished)

    def first(self, finished: SimpleQueue[Pending]) -> Pending:
        """The next request to finish. Raises `SourceFailed` where none does before the deadline."""
        while True:
            try:
                return finished.get(timeout=SLICE_S)
            except Empty:
                remaining_s = self.policy.remaining_s()
                if remaining_s is not None and remaining_s < -SLICE_S:
                    raise past_deadline("the server") from None

    def session(self, purpose: Purpose = "read", source: str = "") -> "ExclusiveSession":
        """A guarded session under this policy's trust, for a library that wants its own.

        It serves one exchange at a time; the library brings time-outs and repetition itself.
        Its requests count for the source.
        """
        from connectors.transport.guard.session import ExclusiveSession

        session = ExclusiveSession(self._context, self.guard, self.pins)
        session.guarded.purpose = purpose
        session.guarded.on_request = lambda: self._count(source)
        return session

    def _count(self, source: str) -> None:
        with self._lock:
            self._counts[source] += 1

    def _exchange(self, place: str, request: Request) -> Answer:
        asked = request
        if asked.is_kept and self.journal is not None:
            earlier = self.journal.found(asked)
            if earlier is not None:
                return earlier
        count = 0

        def on_request() -> None:
            nonlocal count
            count += 1
            self._count(request.source)

        attempt = redirects = 0
        renewed = False
        while True:
            sent, outcome = self._attempt(request, place, on_request)
            asked_s = None
            if isinstance(outcome, Answer):
                answer = replace(outcome, requests=count, put_off=attempt)
                if answer.status in request.accepted:
                    return answer
                if answer.status in REDIRECTS:
                    redirects += 1
                    request = redirected(request, answer, place, redirects, self.redaction)
                    continue
                if answer.status == 401 and request.auth is not None and not renewed:
                    renewed = True
                    if request.auth.renew(sent):
                        continue
                failure = self._judged(request, answer, place)
                if failure is None:
                    if asked.is_kept and self.journal is not None and not answer.may_repeat_secret:
                        self.journal.keep(asked, answer)
                    return answer
                asked_s = retry_after_s(answer)
            else:
                failure = outcome
            if attempt >= self.policy.retries or not is_passing(failure, attempt):
                raise failure
            pause(self.policy, failure, attempt, asked_s, place)
            attempt += 1

    def _attempt(
        self, request: Request, place: str, on_request: Callable[[], None]
    ) -> "tuple[requests.PreparedRequest, Answer | SourceFailed]":
        """One attempt: what was sent, and what came of it. Raises what no repetition cures."""
        session = self._sessions.borrow(request.auth)
        whole = False
        try:
            # Signing in may take a request of its own, so it comes before a slot is taken.
            sent = self._attempts.prepared(request, place)
            session.guarded.purpose = request.purpose
            session.guarded.on_request = on_request
            remaining_s = self.policy.remaining_s()
            if remaining_s is not None and remaining_s <= 0:
                raise past_deadline(place)
            if not self._slots.acquire(timeout=remaining_s):
                raise past_deadline(place)
            try:
                with self._shared_slot(origin(request.url), remaining_s) as has_slot:
                    if not has_slot:
                        raise past_deadline(place)
                    outcome = self._attempts.outcome(session, sent, place, request.end_bytes)
            finally:
                self._slots.release()
            whole = isinstance(outcome, Answer)
            return sent, outcome
        finally:
            self._sessions.give_back(request.auth, session, whole)

    def _judged(self, request: Request, answer: Answer, place: str) -> SourceFailed | None:
        if 200 <= answer.status < 300:
            try:
                check_content(
                    answer.headers.get("content-type", ""),
                    answer.body,
                    request.accept,
                    place,
                    answer.status,
                    self.redaction,
                )
            except SourceFailed as failure:
                return failure
            return None
        return refusal(answer, place, self.redaction)
