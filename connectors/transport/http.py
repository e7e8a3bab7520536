"""One way to ask servers: bounded, patient within reason, and unable to write.

Every request of an environment goes through its `Transport`. Whatever a server or the network
does ends as an `Answer` or as `SourceFailed`.
"""

import copy
import http.client
import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from queue import Empty, SimpleQueue
from urllib.parse import urljoin

import requests
import urllib3
from msgspec import structs

from connectors.transport.answers import Answer, check_content, inflated, receive
from connectors.transport.closing import Closing
from connectors.transport.compression import without_mark
from connectors.transport.errors import SourceFailed
from connectors.transport.failures import RETRIED_CODES, network_failure, past_deadline
from connectors.transport.guard import Guard, Purpose, origin
from connectors.transport.network import (
    ON_ITS_WAY,
    ExclusiveSession,
    NetworkPolicy,
    Pins,
    trusted_context,
)
from connectors.transport.own_limits import own_limit_failure
from connectors.transport.redaction import Redaction
from connectors.transport.refusals import Refusals
from connectors.transport.request import Request, Signed, SignIn
from connectors.transport.retries import RETRIED_STATUSES, pause, retry_after_s
from connectors.transport.sessions import SessionPool
from connectors.transport.statuses import refusal

__all__ = ["Answer", "Pending", "Request", "SignIn", "Transport"]

log = logging.getLogger(__name__)

MOST_REDIRECTS = 3
# Some systems let no interruption through a wait, so it is taken in slices.
_SLICE_S = 0.25
_MOST_REFUSAL_BYTES = 1024 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


Slot = Callable[[str, float | None], AbstractContextManager[bool]]
"""For a host and the seconds to wait at most, None for any: whether a slot came free."""


class Pending:
    """A request that has left; its answer is read meanwhile."""

    def __init__(
        self,
        transport: "Transport",
        request: Request,
        finished: "SimpleQueue[Pending] | None" = None,
    ) -> None:
        self.request = request
        self._finished = finished
        self._done = threading.Event()
        self._sent = threading.Event()
        self._received = threading.Event()
        self._answer: Answer | None = None
        self._error: BaseException | None = None
        self._transport = transport
        # A thread of its own, so that a hanging server can neither outlive the deadline nor
        # hold back an interruption; a daemon, so that it cannot hold back the program's end.
        try:
            threading.Thread(target=self._run, daemon=True, name="request").start()
        except RuntimeError as error:
            raise transport.own_limit_failure(error, request) or error from error

    def _run(self) -> None:
        ON_ITS_WAY.sent, ON_ITS_WAY.received = self._sent.set, self._received.set
        try:
            self._answer = self._transport._exchange(self.request)
        except BaseException as error:
            self._error = self._transport.own_limit_failure(error, self.request) or error
        finally:
            self._done.set()
            self._sent.set()
            self._received.set()
            if self._finished is not None:
                self._finished.put(self)

    def wait_sent(self, timeout_s: float) -> None:
        """Return when the first bytes of the request have left, or the time is up.

        It is up, too, at the deadline or when the program is told to stop.
        """
        for _ in range(max(1, round(timeout_s / _SLICE_S))):
            remaining_s = self._transport.policy.remaining_s()
            if self._sent.wait(_SLICE_S) or (remaining_s is not None and remaining_s < 0):
                return

    def wait_received(self, timeout_s: float) -> bool:
        """Return whether the whole answer came within the time; it may not be inflated yet."""
        return self._received.wait(timeout_s)

    def result(self) -> Answer:
        """The answer. Raises `SourceFailed`."""
        policy = self._transport.policy
        # The moment past the deadline lets the thread's own, more telling, failure come first.
        while not self._done.wait(_SLICE_S):
            remaining_s = policy.remaining_s()
            if remaining_s is not None and remaining_s < -_SLICE_S:
                break
        if self._error is not None:
            raise self._error
        if self._answer is None:
            raise past_deadline(self._transport.redaction.address(self.request.url))
        return self._answer


class Transport(Closing):
    """Asks the servers of one environment under one policy. Safe to share between threads.

    `refusals` may be shared by the environments of one run, and so may the `slot` that a request
    to a host takes beside one of the transport's own. `kept` holds what sign-ins keep in
    memory for the run, by their own keys, under `kept_lock`.
    """

    def __init__(
        self,
        policy: NetworkPolicy | None = None,
        refusals: Refusals | None = None,
        slot: Slot | None = None,
    ) -> None:
        self.policy = policy or NetworkPolicy()
        self.refusals = refusals or Refusals()
        self.guard = Guard()
        self.pins = Pins()
        self.redaction = Redaction()
        self.kept: dict[object, object] = {}
        self.kept_lock = threading.Lock()
        self._context = trusted_context(self.policy.ca_bundle)
        self._shared_slot: Slot = slot or (lambda host, timeout_s: nullcontext(True))
        self._slots = threading.BoundedSemaphore(self.policy.concurrent)
        self._lock = threading.Lock()
        self._sessions = SessionPool(self.session)
        self._counts: Counter[str] = Counter()

    def close(self) -> None:
        """Close every idle connection."""
        self._sessions.close()

    def until(self, deadline: float | None) -> "Transport":
        """The same transport, that asks nothing past an earlier moment of the policy's clock.

        It has slots of its own, so that servers which never end hold up no others.
        """
        bounded = copy.copy(self)
        bounded.policy = structs.replace(self.policy, deadline=deadline)
        bounded._slots = threading.BoundedSemaphore(self.policy.concurrent)
        return bounded

    def own_limit_failure(self, error: BaseException, request: Request) -> SourceFailed | None:
        """What a request failed by where this computer gave it no thread or memory; else None."""
        return own_limit_failure(error, self.redaction.address(request.url))

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
        return Pending(self, request).result()

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
        found = [Pending(self, request, finished) for request in requests]
        for pending in found:
            pending.wait_sent(self.policy.connect_timeout_s)
        return found

    def first(self, finished: SimpleQueue[Pending]) -> Pending:
        """The next request to finish. Raises `SourceFailed` where none does before the deadline."""
        while True:
            try:
                return finished.get(timeout=_SLICE_S)
            except Empty:
                remaining_s = self.policy.remaining_s()
                if remaining_s is not None and remaining_s < -_SLICE_S:
                    raise past_deadline("the server") from None

    def session(self, purpose: Purpose = "read", source: str = "") -> ExclusiveSession:
        """A guarded session under this policy's trust, for a library that wants its own.

        It serves one exchange at a time; the library brings time-outs and repetition itself.
        Its requests count for the source.
        """
        session = ExclusiveSession(self._context, self.guard, self.pins)
        session.guarded.purpose = purpose
        session.guarded.on_request = lambda: self._count(source)
        return session

    def _count(self, source: str) -> None:
        with self._lock:
            self._counts[source] += 1

    def _exchange(self, request: Request) -> Answer:
        place = self.redaction.address(request.url)
        count = 0

        def on_request() -> None:
            nonlocal count
            count += 1
            self._count(request.source)

        attempt = redirects = 0
        renewed = False
        while True:
            prepared, outcome = self._attempt(request, place, on_request)
            asked_s = None
            if isinstance(outcome, Answer):
                answer = replace(outcome, requests=count, put_off=attempt)
                if answer.status in request.accepted:
                    return answer
                if answer.status in _REDIRECTS:
                    redirects += 1
                    request = self._redirected(request, answer, place, redirects)
                    continue
                if answer.status == 401 and request.auth is not None and not renewed:
                    renewed = True
                    if request.auth.renew(prepared):
                        continue
                failure = self._judged(request, answer, place)
                if failure is None:
                    return answer
                asked_s = retry_after_s(answer)
            else:
                failure = outcome
            if attempt >= self.policy.retries or not _is_passing(failure, attempt):
                raise failure
            pause(self.policy, failure, attempt, asked_s, place)
            attempt += 1

    def _attempt(
        self, request: Request, place: str, on_request: Callable[[], None]
    ) -> tuple[requests.PreparedRequest, Answer | SourceFailed]:
        """One attempt: what was sent, and what came of it. Raises what no repetition cures."""
        session = self._sessions.borrow(request.auth)
        whole = False
        try:
            # Signing in may take a request of its own, so it comes before a slot is taken.
            prepared = self._prepared(session, request, place)
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
                    outcome = self._sent(session, prepared, place, request.end_bytes)
            finally:
                self._slots.release()
            whole = isinstance(outcome, Answer)
            return prepared, outcome
        finally:
            self._sessions.give_back(request.auth, session, whole)

    def _sent(
        self,
        session: ExclusiveSession,
        prepared: requests.PreparedRequest,
        place: str,
        end_bytes: int,
    ) -> Answer | SourceFailed:
        policy = self.policy
        remaining_s = policy.remaining_s()
        most_s = float("inf") if remaining_s is None else max(0.001, remaining_s)
        started = policy.clock()
        try:
            response = session.send(
                prepared,
                stream=True,
                allow_redirects=False,
                proxies=policy.proxies(prepared.url or ""),
                timeout=(min(policy.connect_timeout_s, most_s), min(policy.read_timeout_s, most_s)),
            )
            answer = self._read(response, place, started, end_bytes)
        except SourceFailed as failure:
            return failure
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            http.client.HTTPException,
            OSError,
            UnicodeError,
        ) as error:
            remaining_s = policy.remaining_s()
            if remaining_s is not None and remaining_s <= 0:
                return past_deadline(place)
            return network_failure(error, place)
        log.debug(
            "%s %s: %d, %d bytes, %.2f s",
            prepared.method,
            place,
            answer.status,
            len(answer.sent or answer.body),
            policy.clock() - started,
        )
        return answer

    def _prepared(
        self, session: ExclusiveSession, request: Request, place: str
    ) -> requests.PreparedRequest:
        if not request.url.lower().startswith("https://"):
            raise SourceFailed(
                f"{place}: only https addresses are asked",
                "Write the address with https:// in the configuration.",
                "not-https",
                url=place,
            )
        headers = {
            "Accept": request.accept,
            "Accept-Encoding": "gzip",
            "User-Agent": "server-side-sync-auditor",
            **request.headers,
        }
        auth = request.auth
        signed = Signed(auth) if auth is not None else None
        return session.prepare_request(
            requests.Request(
                request.method, request.url, headers=headers, data=request.body, auth=signed
            )
        )

    def _read(
        self, response: requests.Response, place: str, started: float, end_bytes: int
    ) -> Answer:
        policy = self.policy

        def check_time() -> None:
            remaining_s = policy.remaining_s()
            if remaining_s is not None and remaining_s <= 0:
                raise past_deadline(place)
            if policy.clock() - started > policy.body_timeout_s:
                raise network_failure(TimeoutError(), place)

        refused = response.status_code >= 300
        most_bytes = policy.max_body_bytes
        if refused:
            # Small, and wanted whole: it says why.
            most_bytes, end_bytes = min(most_bytes, _MOST_REFUSAL_BYTES), 0
        sent = body = b""
        try:
            sent = receive(response, most_bytes, place, check_time)
            ON_ITS_WAY.received()
            body = inflated(response, sent, most_bytes, place, end_bytes)
        except SourceFailed as failure:
            response.close()
            # What the status says counts more than a broken page that goes with it.
            if not refused or failure.code == "deadline":
                raise
        return Answer(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=without_mark(body),
            url=response.url or place,
            received_at=datetime.now(UTC),
            requests=0,
            digest=sha256(sent).hexdigest(),
            sent=sent if sent is not body else b"",
            is_cut=bool(end_bytes) and sent is not body,
        )

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

    def _redirected(self, request: Request, answer: Answer, place: str, redirects: int) -> Request:
        target = answer.headers.get("location", "")
        try:
            url = urljoin(request.url, target)
            same = bool(target) and origin(url) == origin(request.url)
        except ValueError:
            url, same = "", False
        if same and request.method == "GET" and redirects <= MOST_REDIRECTS:
            return replace(request, url=url)
        where = self.redaction.address(url) if url else "nowhere"
        raise SourceFailed(
            f"{place}: the server redirects to {where}, which was not followed"
            if redirects <= MOST_REDIRECTS
            else f"{place}: more than {MOST_REDIRECTS} redirects, the last to {where}",
            "Write the final address in the configuration. A sign-in page means that the server"
            " requires another method of signing in.",
            "redirected",
            url=place,
            status=answer.status,
        )


def _is_passing(failure: SourceFailed, attempt: int) -> bool:
    """Whether asking again may cure it. 500 has so many causes that it is tried once more only."""
    if failure.status == 500:
        return attempt == 0
    return failure.code in RETRIED_CODES or failure.status in RETRIED_STATUSES
