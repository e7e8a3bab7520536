"""SARIF 2.1.0, for code scanning and every tool that lists results.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0". A failing
finding is a result of kind `fail`, an undetermined one of kind `open`; a waiver is a suppression.
What passed is counted with each rule.
"""

import re
from typing import Any, BinaryIO
from urllib.parse import quote

import msgspec

from auditor.model import Audit, Finding, RuleResult
from auditor.reports.shared import evidence_words, ranking, wording
from auditor.reports.shared.headline import headline
from auditor.reports.shared.json_text import encode
from auditor.reports.shared.text import plain

FORMAT = "sarif"
EXTENSION = "sarif"

CAUSES = 100

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


RESULTS_IN_A_RUN = 25_000
RUNS = 20
"""GitHub refuses a file with more of either; it shows 5,000 results of a run, the worst first."""


def write(audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
    """Write one log; results stream in published order, in as many runs as they need.

    What no further run has room for is left out, and the last run says how many that is.
    """
    places = {each.rule.id: place for place, each in enumerate(audit.rules)}
    findings = iter(audit.findings())
    out.write(encode({"$schema": SCHEMA, "version": "2.1.0"})[:-1] + b',"runs":[')
    waiting = next(findings, None)
    for number in range(1, RUNS + 1):
        out.write((b"," if number > 1 else b"") + encode(_run(audit, exit_code, number))[:-1])
        out.write(b',"results":[')
        separator = b"\n"
        for _ in range(RESULTS_IN_A_RUN):
            if waiting is None:
                break
            out.write(separator + encode(_result(audit, waiting, places)))
            separator = b",\n"
            waiting = next(findings, None)
        out.write(b"\n]")
        if waiting is not None and number == RUNS:
            left_out = 1 + sum(1 for _ in findings)
            told = {"leftOut": f"{left_out:,} results are left out: no run has room for them."}
            out.write(b',"properties":' + encode(_properties(audit) | told))
        else:
            out.write(b',"properties":' + encode(_properties(audit)))
        out.write(b"}")
        if waiting is None:
            break
    out.write(b"]}\n")


def _run(audit: Audit, exit_code: int | None, number: int) -> dict[str, Any]:
    """A run without its results.

    GitHub takes the text before the last slash for a category, of which a file may hold each once.
    """
    category = plain(audit.environment.name) + (f"-{number}" if number > 1 else "")
    return {
        "tool": {
            "driver": {
                "name": "auditor",
                "semanticVersion": audit.tool_version,
                "rules": [_rule(each) for each in audit.rules],
            }
        },
        "automationDetails": {"id": f"{category}/{audit.run_id}"},
        "invocations": [_invocation(audit, exit_code)],
        "columnKind": "unicodeCodePoints",
    }


def _properties(audit: Audit) -> dict[str, Any]:
    return {
        "headline": headline(audit),
        "notes": [plain(note) for note in audit.notes],
        "verdicts": msgspec.to_builtins(audit.summary.verdicts),
        "standing": msgspec.to_builtins(audit.summary.standing),
        "causes": [
            {"id": plain(each.id), "rules": each.rules, "repairs": each.repairs}
            | ({"waived": wording.waiver(each)} if each.waived else {})
            for each in ranking.first_causes(audit, CAUSES)
        ],
    }


def _rule(of: RuleResult) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": of.rule.id,
        "shortDescription": {"text": of.rule.title},
        "defaultConfiguration": {"level": of.rule.severity},
        "properties": {
            "kind": of.rule.kind,
            "effect": of.rule.effect,
            "statements": of.statements,
            "counts": msgspec.to_builtins(of.counts),
        },
    }
    if of.rule.doc:
        described["fullDescription"] = {"text": of.rule.doc}
    if of.rule.remedy:
        described["help"] = {"text": of.rule.remedy}
    if of.rule.source:
        described["helpUri"] = of.rule.source
    return described


def _invocation(audit: Audit, exit_code: int | None) -> dict[str, Any]:
    notifications = [
        {
            "level": "note" if source.status == "not-configured" else "error",
            "message": {
                "text": _without_links(
                    f"{source.name}: {wording.STATUSES[source.status]}."
                    f" {source.reason} {source.remedy}".strip()
                )
            },
        }
        for source in wording.unread(audit.sources)
    ]
    invocation: dict[str, Any] = {
        "executionSuccessful": audit.complete,
        "startTimeUtc": audit.started_at,
        "endTimeUtc": audit.finished_at,
        "toolExecutionNotifications": notifications,
    }
    if exit_code is not None:
        invocation["exitCode"] = exit_code
        invocation["exitCodeDescription"] = wording.exit_meaning(exit_code)
    return invocation


def _result(audit: Audit, finding: Finding, places: dict[str, int]) -> dict[str, Any]:
    subject = finding.subject
    failed = finding.verdict == "fail"
    text = f"{wording.subject(subject)}: {finding.message} {finding.remedy}"
    if finding.affected is not None:
        text += f" Affects {wording.affected(finding)}."
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        # A result that is no failure has no level.
        "kind": "fail" if failed else "open",
        "level": finding.severity if failed else "none",
        "message": {"text": _without_links(text)},
        "locations": [_location(audit.environment.name, finding)],
        # GitHub knows results again by a hash of this name alone.
        "partialFingerprints": {
            "auditor/v1": finding.fingerprint,
            "primaryLocationLineHash": f"{finding.fingerprint[:16]}:1",
        },
        "properties": {
            "severity": finding.severity,
            "verdict": finding.verdict,
            "statements": finding.statements,
            "evidence": [evidence_words.line(each) for each in finding.evidence],
        },
    }
    if finding.rule in places:
        result["ruleIndex"] = places[finding.rule]
    if finding.cause is not None:
        result["properties"]["cause"] = wording.cause(finding.cause, audit.names)
    if finding.waived is not None:
        result["suppressions"] = [
            {
                "kind": "external",
                "status": "accepted",
                "justification": wording.waiver(finding),
            }
        ]
    if subject.url.startswith("https://"):
        result["hostedViewerUri"] = quote(subject.url, safe=_OF_ADDRESSES, errors="replace")
    return result


def _without_links(text: str) -> str:
    """The text of a message; a name in it begins no link (SARIF 2.1.0, 3.11.6)."""
    # With as many backslashes before it as to be read as one of them, whoever counts them.
    return _BRACKET.sub(lambda found: 2 * found[1] + "\\[", plain(text))


_BRACKET = re.compile(r"(\\*)\[")
_OF_ADDRESSES = ":/?&=%#~+,;@!$'()*[]"


def _location(environment: str, finding: Finding) -> dict[str, Any]:
    subject = finding.subject
    # Code scanning asks for a file: records have none, so their place in the organisation is.
    path = "/".join(
        quote(part, safe="", errors="replace")
        for part in (environment, subject.kind, subject.id)
        if part
    )
    return {
        "physicalLocation": {"artifactLocation": {"uri": path}, "region": {"startLine": 1}},
        "logicalLocations": [
            {
                "name": plain(subject.name or subject.address or subject.id),
                "fullyQualifiedName": path,
                "kind": "resource",
            }
        ],
    }
