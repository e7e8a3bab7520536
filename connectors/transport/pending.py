"""A request that has left, in a thread of its own, and the answer that will come."""

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import TypeVar

from connectors.transport.answers import Answer
from connectors.transport.failures import past_deadline
from connectors.transport.network import ON_ITS_WAY, NetworkPolicy
from connectors.transport.own_limits import own_limit_failure
from connectors.transport.request import Request

# Some systems let no interruption through a wait, so it is taken in slices.
SLICE_S = 0.25
_Result = TypeVar("_Result")


class Pending:
    """A request that has left; its answer is read meanwhile.

    `exchange` sends it and gives the answer; `place` is its address without secrets.
    """

    def __init__(
        self,
        request: Request,
        exchange: Callable[[Request], Answer],
        policy: NetworkPolicy,
        place: str,
        finished: "SimpleQueue[Pending] | None" = None,
    ) -> None:
        self.request = request
        self._exchange = exchange
        self._policy = policy
        self._place = place
        self._finished = finished
        self._done = threading.Event()
        self._sent = threading.Event()
        self._received = threading.Event()
        self._answer: Answer | None = None
        self._error: BaseException | None = None
        # A thread of its own, so that a hanging server can neither outlive the deadline nor
        # hold back an interruption; a daemon, so that it cannot hold back the program's end.
        _start(self._run, "request", place)

    def _run(self) -> None:
        ON_ITS_WAY.sent, ON_ITS_WAY.received = self._sent.set, self._received.set
        try:
            self._answer = self._exchange(self.request)
        except BaseException as error:
            self._error = own_limit_failure(error, self._place) or error
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
        for _ in range(max(1, round(timeout_s / SLICE_S))):
            remaining_s = self._policy.remaining_s()
            if self._sent.wait(SLICE_S) or (remaining_s is not None and remaining_s < 0):
                return

    def wait_received(self, timeout_s: float) -> bool:
        """Return whether the whole answer came within the time; it may not be inflated yet."""
        return self._received.wait(timeout_s)

    def result(self) -> Answer:
        """The answer. Raises `SourceFailed`."""
        _wait(self._done, self._policy)
        if self._error is not None:
            raise self._error
        if self._answer is None:
            raise past_deadline(self._place)
        return self._answer


def in_time(call: Callable[[], _Result], policy: NetworkPolicy, place: str) -> _Result:
    """What a call of a library gives that waits for a server. Raises what it raises.

    At the deadline it is left alone. Raises `SourceFailed` with code `deadline` then.
    """
    results: list[_Result] = []
    errors: list[BaseException] = []
    done = threading.Event()

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:
            errors.append(error)
        finally:
            done.set()

    _start(run, "library", place)
    _wait(done, policy)
    if errors:
        raise errors[0]
    if not results:
        raise past_deadline(place)
    return results[0]


def _start(run: Callable[[], None], name: str, place: str) -> None:
    try:
        threading.Thread(target=run, daemon=True, name=name).start()
    except RuntimeError as error:
        raise own_limit_failure(error, place) or error from error


def _wait(done: threading.Event, policy: NetworkPolicy) -> None:
    """Return when it is done, or a moment past the deadline."""
    # The moment lets the thread's own, more telling, failure come first.
    while not done.wait(SLICE_S):
        remaining_s = policy.remaining_s()
        if remaining_s is not None and remaining_s < -SLICE_S:
            return
