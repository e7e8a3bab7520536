"""What was there already: findings that do not fail a run, or that a report leaves out."""

from collections.abc import Callable, Iterable

from msgspec import structs

from auditor.differences.values import Difference
from auditor.model import Audit, Finding, Severities
from rules.counting import counted


class Baseline:
    """The failing findings that count as known; `origin` says in words where they come from."""

    def __init__(self, origin: str, is_known: Callable[[Finding], bool]) -> None:
        self._origin = origin
        self.is_known = is_known

    def counted(self, audit: Audit) -> Severities:
        """The unwaived failing findings that are not known, by severity: the exit code's."""
        found = Severities(0, 0, 0)
        for each in audit.findings():
            if each.verdict == "fail" and each.waived is None and not self.is_known(each):
                setattr(found, each.severity, getattr(found, each.severity) + 1)
        return found

    def told(self, audit: Audit, fresh: Severities, *, new_only: bool) -> Audit:
        """The audit with a note that counts what is known; `new_only`: the findings without it."""
        all_failing, new = _total(audit.summary.severities), _total(fresh)
        known = counted(all_failing - new, "failing finding was", "failing findings were")
        note = (
            f"{known} there already ({self._origin}): the exit code does not count them."
            f" {new:,} new."
        )
        findings = audit.findings
        if new_only:
            note += " Findings that were there already are left out below."
            own = findings

            def findings() -> Iterable[Finding]:  # type: ignore[misc]
                return (each for each in own() if not self.is_known(each))

        return structs.replace(audit, findings=findings, notes=(note, *audit.notes))


def baseline_of(origin: str, findings: Iterable[Finding]) -> Baseline:
    """What failed in a report that was written earlier."""
    known = {
        bytes.fromhex(each.fingerprint)
        for each in findings
        if each.verdict == "fail" and each.waived is None
    }
    return Baseline(origin, lambda each: bytes.fromhex(each.fingerprint) in known)


def since_the_last_run(difference: Difference) -> Baseline:
    """What the run before found too."""
    if difference.old is None:
        return Baseline("no earlier run is stored", lambda each: False)
    fresh = {
        each.fingerprint
        for each in difference.of("new", "reopened", "established", "waiver-expired")
    }
    return Baseline(
        f"in the run of {difference.old.started_at}", lambda each: each.fingerprint not in fresh
    )


def _total(of: Severities) -> int:
    return of.error + of.warning + of.note
