"""SARIF 2.1.0, for code scanning and every tool that lists results.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0". A failing
finding is a result of kind `fail`, an undetermined one of kind `open`; a waiver is a suppression.
What passed is counted with each rule.
"""

from typing import Any, BinaryIO
from urllib.parse import quote

import msgspec

from auditor.model import Audit, Finding, RuleResult
from auditor.reports.shared import wording
from auditor.reports.shared.json_text import encode
from auditor.reports.shared.text import plain

FORMAT = "sarif"
EXTENSION = "sarif"

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def write(audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
    """Write one log with one run; results stream in published order."""
    places = {each.rule.id: place for place, each in enumerate(audit.rules)}
    run = {
        "tool": {
            "driver": {
                "name": "auditor",
                "semanticVersion": audit.tool_version,
                "rules": [_rule(each) for each in audit.rules],
            }
        },
        "automationDetails": {"id": f"{plain(audit.environment.name)}/{audit.run_id}"},
        "invocations": [_invocation(audit, exit_code)],
        "columnKind": "unicodeCodePoints",
        "properties": {
            "headline": wording.headline(audit),
            "notes": [plain(note) for note in audit.notes],
            "verdicts": msgspec.to_builtins(audit.summary.verdicts),
        },
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    out.write(encode(log).removesuffix(b"}]}") + b',"results":[')
    separator = b"\n"
    for finding in audit.findings():
        out.write(separator + encode(_result(audit, finding, places)))
        separator = b",\n"
    out.write(b"\n]}]}\n")


def _rule(of: RuleResult) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": of.rule.id,
        "shortDescription": {"text": of.rule.title},
        "defaultConfiguration": {"level": of.rule.severity},
        "properties": {
            "kind": of.rule.kind,
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
                "text": plain(
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
        "message": {"text": plain(text)},
        "locations": [_location(audit.environment.name, finding)],
        "partialFingerprints": {"auditor/v1": finding.fingerprint},
        "properties": {
            "severity": finding.severity,
            "verdict": finding.verdict,
            "statements": finding.statements,
            "evidence": [wording.evidence(each) for each in finding.evidence],
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
        result["hostedViewerUri"] = quote(subject.url, safe=":/?&=%#~+,;@!$'()*[]")
    return result


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
