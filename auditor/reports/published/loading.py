"""Reads a JSON report back, so that any writer can take it and two can be compared.

A report given as input is hostile: its size is bounded, every part is held against the published
shape before anything is written, and nothing in it is executed or followed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from auditor import model
from auditor.process.files import explain, is_pipe_or_device
from auditor.reports.published import shape as published
from auditor.reports.published.report_lines import LONGEST_BYTES, ReportLines
from rules import edition as editions
from rules.bearing import every_mailbox
from rules.rule import Rule, catalogue
from rules.verdict import NotApplicable, Verdict

FIRST_VERSION = "1.0"
LARGEST_REPORT_BYTES = 2 << 30
WITHOUT_STANDING = (
    "The report read does not say how its mailboxes stand: those that no error is found of are"
    " counted as unknown."
)

T = TypeVar("T")


class ReportNotRead(ValueError):
    """A file is no report that this release can read: says which, what is wrong, what to do."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path


class _Version(msgspec.Struct):
    schema_version: str


class _Raw(published.Head, frozen=True, kw_only=True):
    """A report of which what is streamed is still encoded."""

    causes: tuple[msgspec.Raw, ...]
    findings: tuple[msgspec.Raw, ...]
    mailboxes: tuple[msgspec.Raw, ...] = ()


def load_report(path: Path | str, largest_bytes: int = LARGEST_REPORT_BYTES) -> model.Audit:
    """The audit that a JSON report was written of. Raises ReportNotRead.

    Findings are read each time they are streamed, from a report as `--report json` wrote it in the
    memory of one line. Rules that this release does not have are known by what the report says of
    them alone.
    """
    file = Path(path)
    if is_pipe_or_device(file):
        raise ReportNotRead(
            file, "this is a pipe or a device; write the report into a file, and name that"
        )
    return _load_by_lines(file, largest_bytes) or _load_whole(file, largest_bytes)


def _load_by_lines(file: Path, largest_bytes: int) -> model.Audit | None:
    """The audit, where the file is laid out as this release writes it; None: it is not."""
    counts: Counter[str] = Counter()

    def count(member: str, value: Any) -> None:
        counts[member] += 1
        if isinstance(value, model.Finding) and value.verdict == "undetermined":
            counts["open"] += value.waived is None

    try:
        lines = ReportLines(file, count, min(largest_bytes, LONGEST_BYTES))
        head = msgspec.json.decode(lines.head, type=_Raw)
    except (OSError, ValueError, RecursionError):
        return None
    if head.schema_version != published.SCHEMA_VERSION:
        return None
    if head.summary.standing is model.STANDING_NOT_SAID:
        return None
    return replace(
        audit_of(head, counts["causes"], counts["open"] > 0),
        causes=lambda: lines.values("causes"),
        mailboxes=lambda: lines.values("mailboxes"),
        findings=lambda: lines.values("findings"),
    )


def _load_whole(file: Path, largest_bytes: int) -> model.Audit:
    content = _read(file, largest_bytes)
    _expect_version(file, content)
    raw = _decode(file, content, _Raw)
    decoder = msgspec.json.Decoder(model.Finding)
    standing, open_left = _Tally(), False
    for finding in _checked(file, raw.findings, decoder, "finding"):
        standing.count(finding)
        open_left = open_left or (finding.verdict == "undetermined" and finding.waived is None)
    causes = msgspec.json.Decoder(model.RootCause)
    mailboxes = msgspec.json.Decoder(model.MailboxEntry)
    if raw.schema_version == FIRST_VERSION:
        raw = replace(raw, causes=_converted(file, raw))
    for _ in _checked(file, raw.causes, causes, "cause"):
        pass
    for _ in _checked(file, raw.mailboxes, mailboxes, "mailbox"):
        pass
    return replace(
        _audit(raw, standing, open_left),
        causes=lambda: map(causes.decode, raw.causes),
        mailboxes=lambda: map(mailboxes.decode, raw.mailboxes),
        findings=lambda: map(decoder.decode, raw.findings),
    )


def _checked(
    file: Path, encoded: Iterable[msgspec.Raw], decoder: "msgspec.json.Decoder[T]", what: str
) -> Iterator[T]:
    """Each part, decoded. Raises ReportNotRead for the first that is not of its shape."""
    for place, each in enumerate(encoded):
        try:
            yield decoder.decode(each)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as refusal:
            raise ReportNotRead(file, _malformed(refusal, f"{what} {place + 1}")) from None


def _converted(file: Path, raw: _Raw) -> tuple[msgspec.Raw, ...]:
    """The causes of a report of version 1.0 in today's shape.

    How many mailboxes each would make work was not told, and is 0.
    """
    decoder = msgspec.json.Decoder(model.EarlierRootCause)
    severities = {each.id: each.severity for each in raw.rules}
    on_file = {rule.id: rule for rule in catalogue()}
    return tuple(
        msgspec.Raw(
            msgspec.json.encode(
                model.RootCause(
                    id=f"{each.subject.kind}:{each.subject.id}:{each.rule}",
                    subject=each.subject,
                    rules=(each.rule,),
                    effect=on_file[each.rule].effect if each.rule in on_file else "advice",
                    severity=severities.get(each.rule, "note"),
                    mailboxes=each.affected,
                    repairs=0,
                    remedy=each.remedy,
                    steps=(each.remedy,),
                )
            )
        )
        for each in _checked(file, raw.causes, decoder, "cause")
    )


def _read(path: Path, largest_bytes: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(largest_bytes + 1)
    except OSError as refusal:
        what = (
            "there is no such file; name a report written by --report json=PATH"
            if isinstance(refusal, FileNotFoundError)
            else explain(refusal)
        )
        raise ReportNotRead(path, what) from None
    except ValueError:
        raise ReportNotRead(path, "this is no usable path") from None
    if len(content) > largest_bytes:
        raise ReportNotRead(path, f"over {largest_bytes:,} bytes; write a smaller one with --only")
    return content


def _expect_version(path: Path, content: bytes) -> None:
    version = _decode(path, content, _Version).schema_version
    major = version.partition(".")[0]
    if major != published.SCHEMA_VERSION.partition(".")[0]:
        raise ReportNotRead(
            path,
            f"schema_version is {version[:20]!r}, and this release reads 1.x; use the release that"
            " wrote it, or a newer one",
        )


def _decode(path: Path, content: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as refusal:
        raise ReportNotRead(path, _malformed(refusal, "the report")) from None


def _malformed(refusal: Exception, where: str) -> str:
    if isinstance(refusal, msgspec.ValidationError):
        return f"{where} is not of the published shape: {refusal}; see `auditor schema`"
    if isinstance(refusal, RecursionError):
        return f"{where} is nested too deeply to be a report; name one written by --report json"
    return f"{where} is not JSON ({refusal}); name a file written by --report json=PATH"


class _Tally:
    """Mailboxes that an unwaived error stands against, for reports that do not say."""

    def __init__(self) -> None:
        self.broken: set[str] = set()

    def count(self, finding: model.Finding) -> None:
        failed = finding.verdict == "fail" and finding.severity == "error"
        if failed and finding.waived is None and finding.subject.kind == "mailbox":
            self.broken.add(finding.subject.id)

    def standing(self, coverage: model.Coverage) -> model.Standing:
        synchronizing = coverage.mailboxes_synchronizing
        broken = min(len(self.broken), synchronizing)
        unused = max(coverage.mailboxes - synchronizing, 0)
        reasons = {"reason not in the report": unused} if unused else {}
        return model.Standing(synchronizing, 0, broken, synchronizing - broken, reasons)


def _audit(raw: _Raw, tally: _Tally, open_left: bool) -> model.Audit:
    """The report without what is streamed."""
    audit = audit_of(raw, len(raw.causes), open_left)
    if raw.summary.standing is not model.STANDING_NOT_SAID:
        return audit
    return replace(
        audit,
        summary=replace(raw.summary, standing=tally.standing(raw.summary.coverage)),
        notes=(*raw.notes, WITHOUT_STANDING),
    )


def audit_of(raw: published.Head, cause_count: int, undetermined_open: bool) -> model.Audit:
    """The audit that the head of a report was made of, without what is streamed."""
    edition_id = raw.environment.edition
    return model.Audit(
        tool_version=raw.tool.version,
        run_id=raw.run.id,
        started_at=raw.run.started_at,
        finished_at=raw.run.finished_at,
        as_of=raw.run.as_of,
        environment=raw.environment,
        edition=editions.load(edition_id) if edition_id in editions.EDITIONS else None,
        complete=raw.complete,
        sources=raw.sources,
        summary=raw.summary,
        undetermined=raw.undetermined,
        causes=lambda: iter(()),
        cause_count=cause_count,
        mailboxes=lambda: iter(()),
        statements=raw.statements,
        rules=tuple(_rule(each) for each in raw.rules),
        findings=lambda: iter(()),
        undetermined_open=undetermined_open,
        notes=raw.notes,
        names=raw.names,
    )


def _rule(of: published.Rule) -> model.RuleResult:
    on_file = {rule.id: rule for rule in catalogue()}.get(of.id)
    if on_file is not None:
        rule = replace(
            on_file,
            title=of.title,
            kind=of.kind,
            severity=of.severity,
            effect=of.effect or on_file.effect,
        )
        return model.RuleResult(rule, of.statements, of.counts)
    rule = Rule(
        id=of.id,
        title=of.title,
        kind=of.kind,
        severity=of.severity,
        effect=of.effect or "advice",
        repair=of.id,
        bears_on=every_mailbox,
        inferred=False,
        decisive=False,
        subject="",
        population="all",
        statements=of.statements,
        remedy="",
        source="",
        doc="",
        thresholds=(),
        needs=(),
        check=_not_on_file,
    )
    return model.RuleResult(rule, of.statements, of.counts)


def _not_on_file() -> Verdict:
    """What a rule answers that the report names and this release does not have."""
    return NotApplicable("This release does not have the rule.")
