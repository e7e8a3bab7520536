"""JUnit XML, for build servers: a suite for each rule, a case for each finding.

A failing finding is a failure. An undetermined or waived one is a skipped case that says why, and
so is a rule that speaks of nothing here; what passed is one case for each rule. Sources that were
not read in full are errors of a suite of their own.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from msgspec import Struct

from auditor.model import Audit, Finding, RuleResult, SourceOf
from auditor.reports.shared import evidence_words, wording
from auditor.reports.shared.digest import Digest, digest
from auditor.reports.shared.headline import headline
from auditor.reports.shared.text import plain, text_stream
from rules.counting import counted

FORMAT = "junit"
EXTENSION = "xml"

_NOT_IN_XML = re.compile("[^\\t\\n\\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
    """Write one `testsuites`; the findings of a rule stream into its suite."""
    found = digest(audit, shown=0)
    with text_stream(out) as text:
        text.writelines(_document(audit, found))


def _document(audit: Audit, found: Digest) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f"<testsuites name={_attribute(f'auditor {audit.environment.name}')}>\n"
    yield from _sources(audit)
    counted: dict[tuple[str, str], _Tally] = {}
    for group in found.groups:
        tally = counted.setdefault((group.severity, group.rule), _Tally())
        tally.tests += group.count
        if group.section == "fail":
            tally.failures += group.count
        else:
            tally.skipped += group.count
    titles = {each.rule.id: each.rule.title for each in audit.rules}
    by_rule = groupby(audit.findings(), key=lambda finding: (finding.severity, finding.rule))
    for (severity, rule), findings in by_rule:
        yield _opening(f"{rule} ({severity})", counted[severity, rule], titles.get(rule, ""))
        for finding in findings:
            yield from _case(finding, audit.names)
        yield "</testsuite>\n"
    for each in audit.rules:
        yield from _settled(each)
    yield "</testsuites>\n"


class _Tally(Struct):
    """How the cases of a suite ended."""

    tests: int = 0
    failures: int = 0
    errors: int = 0
    skipped: int = 0


def _opening(name: str, of: _Tally, title: str) -> str:
    about = f'<properties><property name="title" value={_attribute(title)}/></properties>\n'
    return (
        f'<testsuite name={_attribute(name)} tests="{of.tests}" failures="{of.failures}"'
        f' errors="{of.errors}" skipped="{of.skipped}">\n{about if title else ""}'
    )


def _sources(audit: Audit) -> Iterator[str]:
    unread = [each for each in audit.sources if each.status in ("failed", "partial")]
    skipped = sum(each.status == "not-configured" for each in audit.sources)
    tally = _Tally(tests=len(audit.sources), errors=len(unread), skipped=skipped)
    yield _opening("sources", tally, headline(audit))
    for source in audit.sources:
        yield f"<testcase classname={_attribute('sources')} name={_attribute(source.name)}"
        yield from _source(source)
    yield "</testsuite>\n"


def _source(source: SourceOf) -> Iterator[str]:
    if source.status == "read":
        yield "/>\n"
        return
    element = "skipped" if source.status == "not-configured" else "error"
    message = f"{wording.STATUSES[source.status]}: {source.reason} {source.remedy}"
    yield f"><{element} message={_attribute(message)}/></testcase>\n"


def _case(finding: Finding, names: Mapping[str, str]) -> Iterator[str]:
    name = wording.subject(finding.subject)
    if finding.subject.id and finding.subject.id not in name:
        name += f" {finding.subject.id}"
    if finding.cause is not None:
        name += f" {wording.cause(finding.cause, names)}"
    yield f"<testcase classname={_attribute(finding.rule)} name={_attribute(name)}>"
    if finding.waived is not None:
        message = f"{wording.waiver(finding)}; {finding.verdict}: {finding.message}"
        yield f"<skipped message={_attribute(message)}/>"
    elif finding.verdict == "undetermined":
        touched = f" Affects {wording.affected(finding)}." if finding.affected else ""
        message = f"undetermined: {finding.message} {finding.remedy}{touched}"
        yield f"<skipped message={_attribute(message)}/>"
    else:
        lines = [f"Fix: {finding.remedy}"]
        lines += [evidence_words.line(each, finding.subject) for each in finding.evidence]
        lines += [finding.subject.url] if finding.subject.url else []
        yield f'<failure type="{finding.severity}" message={_attribute(finding.message)}>'
        yield escape("\n".join(_allowed(line) for line in lines))
        yield "</failure>"
    yield "</testcase>\n"


def _settled(of: RuleResult) -> Iterator[str]:
    """The subjects of a rule that passed, or that it does not speak of, as a case each."""
    passed, outside = of.counts.passed, of.counts.not_applicable
    if not passed and not outside:
        return
    name = f"{of.rule.id} (settled)"
    tally = _Tally(tests=bool(passed) + bool(outside), skipped=int(bool(outside)))
    yield _opening(name, tally, of.rule.title)
    classname = _attribute(of.rule.id)
    if passed:
        text = f"pass: {counted(passed, 'subject', 'subjects')}"
        yield f"<testcase classname={classname} name={_attribute(text)}/>\n"
    if outside:
        text = f"not-applicable: {counted(outside, 'subject', 'subjects')}"
        yield f"<testcase classname={classname} name={_attribute(text)}>"
        yield '<skipped message="not-applicable"/></testcase>\n'
    yield "</testsuite>\n"


def _allowed(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", plain(text))


def _attribute(text: str) -> str:
    return quoteattr(_allowed(text).strip())
