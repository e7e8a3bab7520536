"""Metrics for Prometheus, as node_exporter's textfile collector reads them.

Source: Prometheus, "Exposition formats". Labels hold rules and sources, never mailboxes, so that
the number of series does not grow with the organisation.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO, TypeAlias

from auditor.differences import difference_of
from auditor.model import Audit
from auditor.reports.shared import ranking
from auditor.reports.shared.text import plain, text_stream
from auditor.reports.shared.times import epoch_s

FORMAT = "prometheus"
EXTENSION = "prom"

Sample: TypeAlias = tuple[dict[str, str], float]
Metric: TypeAlias = tuple[str, str, list[Sample]]

_HOW_TO_READ = (
    "# Only the account that wrote this file can read it. Hand it to the collector's group:\n"
    "#   install -m 0640 -g GROUP THIS_FILE DIRECTORY_OF_THE_COLLECTOR\n"
)
_OUTCOMES = (
    ("pass", "passed"),
    ("fail", "fail"),
    ("undetermined", "undetermined"),
    ("not-applicable", "not_applicable"),
    ("waived", "waived"),
)


def write(audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
    """Write every metric with its HELP and TYPE, all gauges, labelled with the environment.

    Above them stands how to make the file readable to the collector.
    """
    with text_stream(out) as text:
        text.write(_HOW_TO_READ)
        for name, about, samples in _metrics(audit, exit_code):
            if samples:
                text.writelines(_lines(audit.environment.name, name, about, samples))


def _lines(environment: str, name: str, about: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP auditor_{name} {about}\n# TYPE auditor_{name} gauge\n"
    for labels, value in samples:
        pairs = {"environment": environment, **labels}
        shown = ",".join(f'{label}="{_escaped(text)}"' for label, text in pairs.items())
        yield f"auditor_{name}{{{shown}}} {value:.15g}\n"


def _escaped(text: str) -> str:
    return plain(text).replace("\\", "\\\\").replace('"', '\\"')


def _metrics(audit: Audit, exit_code: int | None) -> Iterator[Metric]:
    yield from _run(audit, exit_code)
    yield from _found(audit)
    yield (
        "source_status",
        "1 for the status that the reading of a source ended with.",
        [({"source": each.name, "status": each.status}, 1) for each in audit.sources],
    )
    yield (
        "source_records",
        "Records read from a source.",
        [({"source": each.name}, each.records) for each in audit.sources],
    )
    yield (
        "statement_status",
        "1 for the verdict on a statement of the support document.",
        [({"statement": each.id, "verdict": each.verdict}, 1) for each in audit.statements],
    )


def _run(audit: Audit, exit_code: int | None) -> Iterator[Metric]:
    of = audit.environment
    about = {
        "version": audit.tool_version,
        "edition": of.edition or "",
        "deployment": of.deployment or "",
        "product_version": of.version or "",
    }
    yield "info", "What audited, and what was audited.", [(about, 1)]
    yield "complete", "1 where every configured source was read.", [({}, int(audit.complete))]
    started, finished = epoch_s(audit.started_at), epoch_s(audit.finished_at)
    if finished is not None:
        yield "finished_timestamp_seconds", "When the run ended.", [({}, finished)]
        if started is not None:
            yield "duration_seconds", "How long the run took.", [({}, finished - started)]
    last_complete = epoch_s(_last_complete_at(audit))
    if last_complete is not None:
        yield (
            "last_complete_timestamp_seconds",
            "When the last complete run ended; absent where no such run is known.",
            [({}, last_complete)],
        )
    if exit_code is not None:
        yield "exit_code", "The exit code of the run.", [({}, exit_code)]


def _last_complete_at(audit: Audit) -> str:
    """When the last complete run ended, by the history where this one was not; empty: unknown."""
    if audit.complete:
        return audit.finished_at
    difference = difference_of(audit)
    return "" if difference is None else difference.last_complete_at or ""


def _found(audit: Audit) -> Iterator[Metric]:
    summary = audit.summary
    standing, coverage = summary.standing, summary.coverage
    states = {
        "working": standing.working,
        "unsupported": standing.unsupported,
        "broken": standing.broken,
        "unknown": standing.unknown,
        "undecided": standing.undecided,
        "not-in-use": sum(standing.not_in_use.values()),
    }
    yield (
        "mailboxes",
        "Mailboxes by how they stand; those undecided and not in use beside the synchronizing.",
        [({"state": state}, count) for state, count in states.items()],
    )
    first = ranking.first_to_repair(audit)
    yield (
        "first_cause_repairs",
        "Mailboxes that the repair of the first cause alone makes work; no waived cause counts.",
        [] if first is None else [({}, first.repairs)],
    )
    yield "causes", "Causes of failures.", [({}, audit.cause_count)]
    yield (
        "mailboxes_judged",
        "Synchronizing mailboxes judged by every support rule of severity error.",
        [({}, coverage.mailboxes_judged)],
    )
    yield "rules", "Rules that were asked.", [({}, coverage.rules)]
    yield "rules_judged", "Rules that left no subject open.", [({}, coverage.rules_judged)]
    severities = {name: getattr(summary.severities, name) for name in ("error", "warning", "note")}
    yield (
        "failing_findings",
        "Unwaived failing findings by severity.",
        [({"severity": name}, count) for name, count in severities.items()],
    )
    yield (
        "rule_subjects",
        "Subjects of a rule by how they ended.",
        [
            (
                {
                    "rule": each.rule.id,
                    "kind": each.rule.kind,
                    "severity": each.rule.severity,
                    "outcome": outcome,
                },
                getattr(each.counts, field),
            )
            for each in audit.rules
            for outcome, field in _OUTCOMES
        ],
    )
    yield (
        "undetermined_subjects",
        "Subjects that one grant or declaration would settle, by cause.",
        [
            (
                {
                    "kind": "declaration" if each.cause.declaration is not None else "source",
                    "cause": each.cause.declaration or each.cause.source or "",
                    "code": each.cause.code,
                },
                each.subjects,
            )
            for each in audit.undetermined
        ],
    )
