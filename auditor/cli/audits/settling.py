"""Writes reports again, once the addresses of all environments of a run were compared.

Nothing waits for it: every report was written when its audit ended, and says what is still open.

Tested in `tests/end_to_end/test_many_environments.py`.
"""

import threading
from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from auditor.cli.options import Options
from auditor.cli.report_files.overviews import Overviews
from auditor.cli.report_files.targets import Target
from auditor.cli.terminal.messages import log_line, report_defect
from auditor.differences.baseline import Baseline
from auditor.exit_codes import MISUSED, exit_code
from auditor.findings.waivers import Waivers
from auditor.fleet.comparison import RULES, Comparison
from auditor.fleet.kept_audits import KeptAudits
from auditor.fleet.settled import Settled, plus
from auditor.judging.judge_all import TakeAddresses
from auditor.model import Audit, Severities
from auditor.process.files import FileNotWritten
from auditor.request import Request
from connectors.transport.closing import Closing
from rules.counting import counted


class _Ended(Struct, frozen=True):
    """An audit whose reports were written; `severities` are the failures that its code counts."""

    request: Request
    kept: Callable[[], Audit]
    severities: Severities
    baseline: Baseline | None


class Settling(Closing):
    """What is kept of the audits of a run until all have ended. Safe to share between threads."""

    def __init__(self, requests: Sequence[Request], given: Options) -> None:
        self._given = given
        asks = [any(rule.id in RULES for rule in each.rules) for each in requests]
        self._is_wanted = (
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
        if not self._is_wanted:
            return None
        return self._comparison.taking(request.environment, request.url)

    def keep(
        self, request: Request, found: Audit, severities: Severities, baseline: Baseline | None
    ) -> None:
        """Notes an audit, as its reports show it."""
        if self._is_wanted:
            ended = _Ended(request, self._audits.keep(found), severities, baseline)
            with self._lock:
                self._ended[request.environment] = ended

    def settle(
        self, codes: Sequence[int], names: Sequence[str], targets: Sequence[Target], to: Overviews
    ) -> list[int]:
        """Compares, writes again what changes by it, and gives the exit codes in their order."""
        if not self._is_wanted:
            return list(codes)
        self._comparison.compare()
        to.compared(self._comparison.sharing, self._comparison.not_read)
        settled = []
        for name, code in zip(names, codes, strict=True):
            new = self._settled(name, code, targets)
            to.settle(name, new)
            settled.append(new)
        if self._comparison.sharing and not self._given.quiet:
            log_line(_told(self._comparison))
        return settled

    def _settled(self, name: str, code: int, targets: Sequence[Target]) -> int:
        ended = self._ended.pop(name, None)
        settlement = self._comparison.settlement(name) if ended is not None else None
        if ended is None or settlement is None:
            return code
        try:
            request, baseline, given = ended.request, ended.baseline, self._given
            settled = Settled(
                ended.kept(),
                settlement,
                lambda: Waivers(request.waivers, request.environment, request.as_of),
                baseline.is_known if baseline is not None else lambda each: False,
                leave_out=given.new_only,
            )
            found = settled.audit()
            severities = plus(ended.severities, settled.counted)
            counted_audit = replace(found, summary=replace(found.summary, severities=severities))
            new = exit_code(counted_audit, given.tolerance)
            for target in targets:
                if target.path is not None:
                    target.write(found, new)
        except FileNotWritten as refusal:
            log_line(str(refusal))
            return MISUSED
        except Exception as error:
            return report_defect(error, "run", name)
        return MISUSED if code == MISUSED else new


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
