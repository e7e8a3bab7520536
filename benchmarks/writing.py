"""Writing findings: the program's writers beside those of the standard library."""

import csv
import io
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from msgspec.structs import replace

from auditor.model import Audit, Finding
from auditor.reports import csv_report, json_report
from auditor.reports.published.loading import load_report
from auditor.reports.shared import evidence_words, wording
from benchmarks import session
from benchmarks.audits import whole
from benchmarks.server import Server

DIFFERENT = 1000


class Wrote(msgspec.Struct):
    """What writing took, how many findings, and how much memory beyond what was there before."""

    seconds: float
    rows: int
    peak_mib: float
    findings: int


def write(server: Server, directory: Path, writer: "Writer", number: int) -> Wrote:
    """Write so many findings: those of a real audit over and over."""
    whole(server, directory)
    audit = load_report(directory / "report.json")
    different = [each for each in audit.findings() if each.affected is None][:DIFFERENT]
    before_mib = session.forget_peak()
    with (directory / "out").open("wb") as out:
        started = time.perf_counter()
        writer(audit, different, number, out)
        seconds = time.perf_counter() - started
    return Wrote(seconds, number, session.peak_mib() - before_mib, number)


Writer = Callable[[Audit, list[Finding], int, BinaryIO], None]


def _repeated(different: list[Any], number: int) -> Iterator[Any]:
    for nth in range(number):
        yield different[nth % len(different)]


def _ours(module: Any) -> Writer:
    def writes(audit: Audit, different: list[Finding], number: int, out: BinaryIO) -> None:
        module.write(replace(audit, findings=lambda: _repeated(different, number)), out)

    return writes


def _json_dump(audit: Audit, different: list[Finding], number: int, out: BinaryIO) -> None:
    """`json.dump`, a finding at a time, from dictionaries that are there already."""
    ready = [msgspec.to_builtins(each) for each in different]
    text = io.TextIOWrapper(out, encoding="utf-8", write_through=False)
    text.write('{"findings": [')
    for nth, each in enumerate(_repeated(ready, number)):
        text.write(",\n" if nth else "\n")
        text.write(json.dumps(each))
    text.write("]}")
    text.detach()


def _csv_writer(audit: Audit, different: list[Finding], number: int, out: BinaryIO) -> None:
    """`csv.writer` with the same cells, none of them made harmless."""
    titles = {each.rule.id: each.rule.title for each in audit.rules}
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    lines = csv.writer(text, quoting=csv.QUOTE_ALL)
    lines.writerow(csv_report.COLUMNS)
    for each in _repeated(different, number):
        subject = each.subject
        lines.writerow(
            [
                *(audit.environment.name, each.rule, titles.get(each.rule, ""), each.severity),
                *(each.verdict, wording.waiver(each), subject.kind, subject.name),
                *(subject.address, subject.id, subject.url, each.message, each.remedy),
                " ".join(each.statements),
                "; ".join([evidence_words.line(one) for one in each.evidence]),
                *("", "1", each.fingerprint),
            ]
        )
    text.detach()


WRITERS: dict[str, Writer] = {
    "json.dumps": _json_dump,
    "json report": _ours(json_report),
    "csv.writer": _csv_writer,
    "csv report": _ours(csv_report),
}
