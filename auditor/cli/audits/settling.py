"""Writes reports again, once the addresses of all environments of a run were compared.

Every report that is a file was written when its audit ended, and says what is still open. What goes
to standard output, messages and the history wait: they cannot be taken back.
"""

import contextlib
import threading
from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from auditor.cli.audits.announcing import announce
from auditor.cli.audits.comparing import concluded
from auditor.cli.audits.notifying import Receivers
from auditor.cli.audits.remembering import Memory
from auditor.cli.options import Options
from auditor.cli.report_files.overviews import Overviews
from auditor.cli.report_files.targets import Target
from auditor.cli.terminal.messages import log_line, report_defect
from auditor.differences import Difference
from auditor.differences.baseline import Baseline
from auditor.differences.settings import RecordSettings
from auditor.exit_codes import MISUSED
from auditor.findings.waivers import Waivers
from auditor.fleet.compared_environments import RULES
from auditor.fleet.comparison import Comparison, Settlement
from auditor.fleet.kept_audits import KeptAudits
from auditor.fleet.sent_audits import SentAddresses
from auditor.fleet.settled import Settled
from auditor.judging.address_index import received
from auditor.judging.judge_all import TakeAddresses
from auditor.model import Audit
from auditor.process.files import FileNotWritten
from auditor.process.remote_files import Place
from auditor.request import Request
from connectors.transport.closing import Closing
from rules.counting import counted


class _Ended(Struct, frozen=True):
    """An audit whose reports were written, into the files `written`; `code` is its exit code.

    `settings` are those of its records, None where the history does not ask for them.
    """

    request: Request
    kept: Callable[[], Audit]
    settings: Callable[[], RecordSettings] | None
    code: int
    baseline: Baseline | None
    written: Sequence[Place]


class Settling(Closing):
    """What is kept of the audits of a run until all have ended. Safe to share between threads.

    `is_wanted`: its environments are compared.
    """

    def __init__(self, requests: Sequence[Request], given: Options, memory: Memory) -> None:
        self._given = given
        self._memory = memory
        asks = [any(rule.id in RULES for rule in each.rules) for each in requests]
        self.is_wanted = (
            len(requests) > 1
            and all(asks)
            and given.redaction is None
            and not any(each.only for each in requests)
        )
        self._comparison = Comparison([each.environment for each in requests])
        self._audits = KeptAudits()
        self._ended: dict[str, _Ended] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        """Give the files back."""
        self._comparison.close()
        self._audits.close()

    def taking(self, request: Request) -> TakeAddresses | None:
        """What takes the addresses of an audit; None: they are compared with no others."""
        if not self.is_wanted:
            return None
        return self._comparison.taking(request.environment, request.url)

    def take(self, request: Request, sent: SentAddresses) -> None:
        """Takes the addresses of an audit that was done elsewhere."""
        self._comparison.add(request.environment, sent.compared, map(received, sent.pages))

    def keep(
        self,
        request: Request,
        found: Audit,
        settings: RecordSettings | None,
        code: int,
        baseline: Baseline | None,
        written: Sequence[Place],
    ) -> None:
        """Notes an audit, of which nothing was compared with anything, and its settings."""
        ended = _Ended(
            request,
            self._audits.keep(found),
            None if settings is None else self._audits.keep_settings(settings),
            code,
            baseline,
            written,
        )
        with self._lock:
            self._ended[request.environment] = ended

    def settle(
        self,
        codes: Sequence[int],
        names: Sequence[str],
        targets: Sequence[Target],
        to: Overviews,
        receivers: Receivers,
    ) -> list[int]:
        """Compares, writes again what changes by it, and gives the exit codes in their order."""
        if not self.is_wanted:
            return list(codes)
        self._comparison.compare()
        to.compared(self._comparison)
        settled = [
            self._settled(name, code, targets, to, receivers)
            for name, code in zip(names, codes, strict=True)
        ]
        if self._comparison.sharing and not self._given.quiet:
            log_line(_told(self._comparison))
        return settled

    def leave(self, targets: Sequence[Target], receivers: Receivers) -> None:
        """Shows, sends and remembers what has ended, as it is: the run ends early.

        Nothing is compared, and files stay as they were written. They do not say what changed,
        so that the next run tells it too.
        """
        for ended in self._ended.values():
            found, code, _ = self._concluded(ended, ended.kept())
            _show(targets, found, code)
            receivers.notify(found, code, ended.written)

    def _settled(
        self,
        name: str,
        code: int,
        targets: Sequence[Target],
        to: Overviews,
        receivers: Receivers,
    ) -> int:
        ended = self._ended.pop(name, None)
        if ended is None:
            return code
        try:
            settlement = self._comparison.settlement(name)
            found = ended.kept()
            if settlement is not None:
                found = _laid_over(found, settlement, ended.request)
            notes = self._comparison.notes(name)
            found = replace(found, notes=(*found.notes, *notes))
            found, new, difference = self._concluded(ended, found)
            if settlement is not None or ended.settings is not None or notes:
                for target in targets:
                    if target.path is not None:
                        target.write(found, new)
            new = MISUSED if code == MISUSED else new
            to.settle(name, new, difference, found)
            _show(targets, found, new)
            announce(
                found,
                difference,
                new,
                ended.written,
                receivers,
                self._memory,
                is_written=new != MISUSED,
            )
        except FileNotWritten as refusal:
            log_line(str(refusal))
            new = MISUSED
            to.settle(name, new, None)
        except Exception as error:
            new = report_defect(error, "run", name)
            to.settle(name, new, None)
        return new

    def _concluded(self, ended: _Ended, found: Audit) -> tuple[Audit, int, Difference | None]:
        """The audit, remembered, as its reports show it; its exit code; and what changed."""
        difference = None
        if ended.settings is not None:
            with contextlib.closing(ended.settings()) as settings:
                found, difference = self._memory.store(found, settings)
        shown, code = concluded(found, difference, ended.baseline, self._given)
        return shown, code, difference


def _laid_over(found: Audit, settlement: Settlement, request: Request) -> Audit:
    return Settled(
        found,
        settlement,
        lambda: Waivers(request.waivers, request.environment, request.as_of),
    ).audit()


def _show(targets: Sequence[Target], found: Audit, code: int) -> None:
    for target in targets:
        if target.path is None:
            target.write(found, code)


def _told(comparison: Comparison) -> str:
    """How many addresses which environments share."""
    first = comparison.sharing[0]
    total = sum(each.addresses for each in comparison.sharing)
    names = ", ".join(first.environments[:3])
    more = ", ..." if len(first.environments) > 3 or len(comparison.sharing) > 1 else ""
    return (
        f"several environments synchronize the same {counted(total, 'address', 'addresses')}: "
        f"{names}{more} (address-in-several-environments)"
    )
