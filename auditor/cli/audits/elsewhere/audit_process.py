"""One process that does audits, as the process that started it sees it.

Tested in `tests/auditor/cli/audits/elsewhere/test_on_processes.py`.
"""

import signal
import subprocess
import threading
import time
from concurrent.futures import Future
from typing import IO, Protocol

from auditor.cli.audits.elsewhere.process_worker import (
    Answered,
    Do,
    Ping,
    Refusal,
    Said,
    Speaker,
    said_in,
)
from connectors.odata.decoder_worker import read_frame
from connectors.transport.closing import Closing

_ENDING_S = 5.0
_ASKING_S = 5.0
_SILENT_S = 120.0
"""A process that says nothing for so long does nothing any more."""
_SIGNALS = {each.value: each.name for each in signal.Signals}


class Owner(Protocol):
    """Whoever started processes."""

    def learn(self, refusal: Refusal, by: "AuditProcess") -> None:
        """Credentials were refused to one."""

    def lose(self, process: "AuditProcess", audits: int) -> None:
        """One has ended, with so many audits under way."""


class Lost(Exception):
    """The process ended before it answered; `how` says how, for a person."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


class Gone(Lost):
    """It had ended before it was asked."""


class AuditProcess(Closing):
    """One process, and the audits that it has under way."""

    def __init__(self, command: list[str], variables: dict[str, str], owner: Owner) -> None:
        """Raises `OSError`: it cannot be started."""
        self._owner = owner
        self._lock = threading.Lock()
        self._under_way: dict[int, Future[bytes]] = {}
        self._is_over = False
        self._heard_at = self._asked_at = time.monotonic()
        self._program = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=variables,
        )
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._speaker = Speaker(self._program.stdin)
        self._listener = threading.Thread(
            target=self._listen, args=(self._program.stdout,), daemon=True, name="audits-elsewhere"
        )
        self._listener.start()

    def __len__(self) -> int:
        return len(self._under_way)

    def say(self, what: Said) -> None:
        """Say something to it."""
        self._speaker.say(what)

    def ask(self, number: int, asked: bytes) -> "Future[bytes]":
        """What it will answer, or `Lost`. Raises `Gone`."""
        future: Future[bytes] = Future()
        with self._lock:
            if self._is_over:
                raise Gone(self._how())
            self._under_way[number] = future
        self.say(Do(number, asked))
        return future

    def expect_sign_of_life(self) -> None:
        """Look now and then whether it still answers, and end it where it does not."""
        now = time.monotonic()
        if now > self._heard_at + _SILENT_S:
            self._program.kill()
        elif now > self._asked_at + _ASKING_S:
            self._asked_at = now
            self.say(Ping())

    def kill(self, given_up: int) -> None:
        """End it at once. All that it has under way is lost but one, for which nobody waits."""
        with self._lock:
            self._under_way.pop(given_up, None)
        self._program.kill()

    def close(self) -> None:
        """Let it end, and end it where it does not."""
        self._speaker.close()
        try:
            self._program.wait(_ENDING_S)
        except subprocess.TimeoutExpired:
            self._program.kill()
            self._program.wait()
        self._listener.join()

    def _listen(self, source: IO[bytes]) -> None:
        with source:
            while (frame := read_frame(source)) is not None:
                self._heard_at = time.monotonic()
                match said_in(frame):
                    case Answered(number, answer):
                        with self._lock:
                            future = self._under_way.pop(number)
                        future.set_result(answer)
                        del answer, future
                    case Refusal() as refusal:
                        self._owner.learn(refusal, self)
                del frame
        self._speaker.close()
        self._program.wait()
        with self._lock:
            self._is_over = True
            lost = list(self._under_way.values())
        self._owner.lose(self, len(lost))
        for each in lost:
            each.set_exception(Lost(self._how()))

    def _how(self) -> str:
        code = self._program.returncode
        if code is not None and code < 0:
            return f"signal {-code}" if -code not in _SIGNALS else _SIGNALS[-code]
        return f"exit code {code}"
