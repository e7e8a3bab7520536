"""`--dask ADDRESS`: the audits of a run are done by the workers of a Dask cluster, a task each.

What is sent are bytes: a configuration with references to secrets, never a secret. Dask does what a
lost worker had begun again on another one.

With a real cluster: `tests/end_to_end/test_dask.py`.
"""

import contextlib
import logging
import platform
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from auditor.cli.audits.elsewhere.asked import (
    Answer,
    Asked,
    Broken,
    Refused,
    Stopped,
    answer_in,
    build,
    encoded,
)
from auditor.cli.audits.elsewhere.receiving import BrokenOff
from auditor.cli.audits.tasks import Done
from auditor.usage import UsageProblem
from connectors.transport.closing import Closing
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reachability import is_loopback_host
from connectors.transport.shutdown import STOPPING

_SLICE_S = 0.2
_CONNECTING_S = 30.0
_LOOKING_S = 5.0
_WITHOUT_WORKERS_S = 60.0
"""So long a cluster may be without a worker before what waits for one is given up."""
_GRACE_S = 15.0
"""So long after the time limit the answer of a worker is still waited for."""
_MOST_AT_ONCE = 1000
_ENCRYPTED = ("tls", "wss")


class Cluster(Closing):
    """A cluster whose workers have the same release as this process. For several threads."""

    def __init__(self, address: str) -> None:
        """Raises `UsageProblem`: there is none at the address, or it cannot be used."""
        self._address = _checked(address)
        self.run = str(uuid.uuid4())
        self._lock = threading.Lock()
        self._looked_at = time.monotonic()
        self._without_workers_since: float | None = None
        self._stopped: set[str] = set()
        self._client = _connected(self._address)
        try:
            self._expect_same_release()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Leave the cluster; what its workers have under way is done for nobody."""
        with _quiet():
            self._client.close(timeout=5)

    @property
    def processes(self) -> int:
        """None of this computer: each keeps the bounds on requests for itself."""
        return 0

    @property
    def most_at_once(self) -> int:
        """So many audits keep every worker busy."""
        threads = sum(self._client.nthreads().values())
        return max(16, min(2 * int(threads), _MOST_AT_ONCE))

    def done(self, asked: Asked) -> Done | None:
        """The audit, once a worker has done it; None: the program is to stop.

        Raises `SourceFailed` where no worker could do it, and `BrokenOff`.
        """
        (name,) = asked.configuration.environments
        found = self._answer(f"audit-{asked.run}-{name}", encoded(asked), asked.ends_at)
        if found is None:
            self._stop(asked.run)
        match found:
            case Refused():
                raise _not_done(
                    f"A worker of the cluster has another release ({found.build}).",
                    f"Install {build()} on every worker, and run the audit again.",
                )
            case Broken():
                raise BrokenOff(found.words, is_defect=found.is_defect)
            case Stopped():
                return None
            case Done() | None:
                return found

    def _answer(self, key: str, asked: bytes, ends_at: float | None) -> Answer | None:
        future = self._client.submit(_on_worker(), asked, key=key, pure=False)
        has_ended = threading.Event()
        future.add_done_callback(lambda _: has_ended.set())
        try:
            while not has_ended.wait(_SLICE_S):
                if STOPPING.is_set():
                    return None
                if ends_at is not None and time.time() > ends_at + _GRACE_S:
                    raise _not_done(
                        "No worker of the cluster ended the audit within the time limit.",
                        "Give the cluster more workers, or raise --timeout.",
                        "deadline",
                    )
                self._expect_workers()
            return self._given(future)
        finally:
            with contextlib.suppress(Exception):
                future.cancel()

    def _stop(self, run: str) -> None:
        """Have the workers end what they have under way of the run: nobody waits for it."""
        with self._lock:
            if run in self._stopped:
                return
            self._stopped.add(run)
        # A worker that is gone has nothing under way.
        with _quiet(), contextlib.suppress(Exception):
            self._client.run(_stop_on_worker(), run, on_error="ignore")

    def _given(self, future: Any) -> Answer:
        from distributed import KilledWorker

        try:
            content = future.result()
        except KilledWorker:
            raise _not_done(
                "Each worker of the cluster that did the audit was lost.",
                "Look in the log of the workers. Give them more memory where they ran out of it.",
            ) from None
        except Exception as error:
            # What an exception of another process says may quote anything.
            raise _not_done(
                f"The cluster lost the audit ({type(error).__name__}).",
                "Look in the log of the scheduler, and run the audit again.",
            ) from None
        if content is None:
            raise _not_done(
                "A worker of the cluster does not have this program.",
                f"Install {build()} on every worker, and run the audit again.",
            )
        return answer_in(content)

    def _expect_workers(self) -> None:
        """Look now and then whether there is a worker left. Raises `SourceFailed`."""
        now = time.monotonic()
        with self._lock:
            if now < self._looked_at + _LOOKING_S:
                return
            self._looked_at = now
            if self._client.nthreads():
                self._without_workers_since = None
            elif self._without_workers_since is None:
                self._without_workers_since = now
            since = self._without_workers_since
        if since is not None and now - since > _WITHOUT_WORKERS_S:
            raise _not_done(
                "The cluster has no worker any more.", "Start workers, and run the audit again."
            )

    def _expect_same_release(self) -> None:
        own = build()
        others = sorted({each for each in self._builds().values() if each != own})
        if others:
            raise UsageProblem(
                f"--dask {self._address}: workers have {', '.join(others)}, and this is {own};"
                " install the same release everywhere"
            )

    def _builds(self) -> Mapping[str, str]:
        """What each worker has. A worker with another Python could not even be asked."""
        own = ".".join(platform.python_version_tuple()[:2])
        others = {}
        for worker, of in self._client.get_versions()["workers"].items():
            python = ".".join(of["host"]["python"].split(".")[:2])
            if python != own:
                others[worker] = f"Python {python}"
        if others:
            return others
        # A worker may be lost just now; each says of itself with every audit what it has.
        found = self._client.run(_build_of_worker(), on_error="return")
        return {worker: each for worker, each in found.items() if isinstance(each, str)}


def _not_done(reason: str, remedy: str, code: str = "not-done") -> SourceFailed:
    return SourceFailed(reason, remedy, code)


def _on_worker() -> Callable[[bytes], bytes | None]:
    """A function that is sent in full, so that a worker without this program can take it."""

    def audit_of_one_environment(asked: bytes) -> bytes | None:
        try:
            from auditor.cli.audits.elsewhere.on_worker import answer
        except ImportError:
            return None
        return answer(asked)

    return audit_of_one_environment


def _stop_on_worker() -> Callable[[str], None]:
    def stop_audits_of_run(run: str) -> None:
        from auditor.cli.audits.elsewhere.on_worker import stop

        stop(run)

    return stop_audits_of_run


def _build_of_worker() -> Callable[[], str]:
    def build_of_worker() -> str:
        try:
            from auditor.cli.audits.elsewhere.asked import build
        except ImportError:
            return "no such program"
        return build()

    return build_of_worker


def _checked(address: str) -> str:
    """The address with its scheme. Raises `UsageProblem` for one that is not encrypted."""
    given = address if "://" in address else f"tcp://{address}"
    parts = urlsplit(given)
    if not parts.hostname or parts.port is None:
        raise UsageProblem(
            f"--dask takes the address of a scheduler, such as tls://dask.contoso.com:8786, not"
            f" {address!r}"
        )
    if parts.scheme not in _ENCRYPTED and not is_loopback_host(parts.hostname):
        raise UsageProblem(
            f"--dask {address}: what workers answer names mailboxes, and {parts.scheme}:// is not"
            " encrypted; give the cluster a certificate and write tls://"
        )
    return given


def _connected(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise UsageProblem(
            "--dask needs the package distributed; run pip install 'server-side-sync-auditor[dask]'"
        ) from None
    with _quiet():
        try:
            connect: Any = Client
            client = connect(address, timeout=_CONNECTING_S, set_as_default=False)
        except (OSError, ValueError) as refusal:
            reason = type(refusal.__cause__ or refusal).__name__
            raise UsageProblem(f"--dask {address}: no scheduler answers there ({reason})") from None
        try:
            client.wait_for_workers(1, timeout=_CONNECTING_S)
        except TimeoutError:
            client.close()
            raise UsageProblem(
                f"--dask {address}: the cluster has no worker; start one with:"
                f" dask worker {address}"
            ) from None
    return client


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Within the block Dask says nothing on standard error: what counts of it is said here."""
    log = logging.getLogger("distributed")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)
