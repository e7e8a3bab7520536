"""OCSF 1.3 Compliance Findings, one JSON object a line, for security data lakes.

Source: Open Cybersecurity Schema Framework, class Compliance Finding (2003). Subjects that passed
or that a rule does not speak of are one event for each rule, with their number.
"""

from typing import Any, BinaryIO

from auditor.model import Audit, Finding, RuleResult, Subject
from auditor.reports.shared import evidence_words, wording
from auditor.reports.shared.json_text import encode
from auditor.reports.shared.text import plain
from auditor.reports.shared.times import epoch_s
from rules.counting import counted

FORMAT = "ocsf"
EXTENSION = "jsonl"

_SEVERITY = {"error": (4, "High"), "warning": (3, "Medium"), "note": (1, "Informational")}
_FAIL, _PASS, _UNKNOWN, _OTHER = (3, "Fail"), (1, "Pass"), (0, "Unknown"), (99, "Other")
_NEW, _SUPPRESSED, _RESOLVED = (1, "New"), (3, "Suppressed"), (4, "Resolved")


def write(audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
    """Write an event for each finding in published order, then one for each rule's other ends."""
    titles = {each.rule.id: each.rule.title for each in audit.rules}
    frame = _frame(audit)
    for finding in audit.findings():
        out.write(encode(frame | _event(audit, finding, titles)) + b"\n")
    for each in audit.rules:
        settled = (
            (each.counts.passed, "pass", _PASS),
            (each.counts.not_applicable, "not-applicable", _OTHER),
        )
        for count, outcome, status in settled:
            if count:
                out.write(encode(frame | _settled(audit, each, count, outcome, status)) + b"\n")


def _frame(audit: Audit) -> dict[str, Any]:
    """What all events of an audit share."""
    return {
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2003,
        "class_name": "Compliance Finding",
        "type_uid": 200301,
        "type_name": "Compliance Finding: Create",
        "time": int((epoch_s(audit.finished_at) or 0) * 1000),
        "metadata": {
            "version": "1.3.0",
            "product": {
                "name": "auditor",
                "vendor_name": "server-side-sync-auditor",
                "version": audit.tool_version,
            },
            "correlation_uid": audit.run_id,
            "tenant_uid": audit.environment.tenant_id or audit.environment.organization_id,
            "labels": [f"environment:{plain(audit.environment.name)}"],
        },
    }


def _event(audit: Audit, finding: Finding, titles: dict[str, str]) -> dict[str, Any]:
    severity = _SEVERITY[finding.severity]
    status = _SUPPRESSED if finding.waived is not None else _NEW
    unmapped: dict[str, Any] = {
        "verdict": finding.verdict,
        "evidence": [evidence_words.line(each) for each in finding.evidence],
    }
    if finding.cause is not None:
        unmapped["cause"] = wording.cause(finding.cause, audit.names)
        unmapped["affected"] = wording.affected(finding)
    event = {
        "severity_id": severity[0],
        "severity": severity[1],
        "status_id": status[0],
        "status": status[1],
        "message": plain(finding.message),
        "finding_info": {
            "uid": finding.fingerprint,
            "title": titles.get(finding.rule, finding.rule),
            "desc": plain(finding.message),
        },
        "compliance": _compliance(
            audit,
            finding.rule,
            finding.statements,
            _FAIL if finding.verdict == "fail" else _UNKNOWN,
        ),
        "resources": [_resource(finding.subject)],
        "remediation": {"desc": plain(finding.remedy)},
        "unmapped": unmapped,
    }
    if finding.waived is not None:
        event["comment"] = wording.waiver(finding)
    return event


def _settled(
    audit: Audit, of: RuleResult, count: int, outcome: str, status: tuple[int, str]
) -> dict[str, Any]:
    message = f"{outcome}: {counted(count, 'subject', 'subjects')} of {of.rule.id}."
    return {
        "severity_id": 1,
        "severity": "Informational",
        "status_id": _RESOLVED[0],
        "status": _RESOLVED[1],
        "message": message,
        "finding_info": {
            "uid": f"{plain(audit.environment.name)}/{of.rule.id}/{outcome}",
            "title": of.rule.title,
            "desc": message,
        },
        "compliance": _compliance(audit, of.rule.id, of.statements, status),
        "unmapped": {"verdict": outcome, "subjects": count},
    }


def _compliance(
    audit: Audit, rule: str, statements: tuple[str, ...], status: tuple[int, str]
) -> dict[str, Any]:
    return {
        "control": rule,
        "requirements": list(statements),
        "standards": [audit.environment.edition or "unknown"],
        "status_id": status[0],
        "status": status[1],
    }


def _resource(subject: Subject) -> dict[str, Any]:
    return {
        "type": subject.kind,
        "uid": plain(subject.id),
        "name": plain(subject.name),
        "labels": [plain(subject.address)] if subject.address else [],
    }
