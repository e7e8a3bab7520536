"""Recomputes what a JSON report says of itself, from its findings and the contract alone."""

import datetime
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

Report = dict[str, Any]

RANK = {"error": 0, "warning": 1, "note": 2}
UNNAMED = ("organization", "tenant")
SAMPLE = 10


def faults(report: Report) -> list[str]:
    """Where the report contradicts itself or the contract; empty where it does not."""
    return [
        *_of_findings(report),
        *_of_counts(report),
        *_of_standing(report),
        *_of_repairs(report),
        *_of_causes(report),
        *_of_statements(report),
        *_of_sources(report),
    ]


def _of_findings(report: Report) -> Iterator[str]:
    rules = {rule["id"]: rule for rule in report["rules"]}
    places, prints = [], set()
    for finding in report["findings"]:
        rule, subject = finding["rule"], finding["subject"]
        about = f"{rule} on {subject['kind']} {subject['id']}"
        places.append((RANK[finding["severity"]], rule, subject["kind"], subject["id"]))
        if finding["fingerprint"] != _fingerprint(report["environment"]["name"], finding):
            yield f"{about}: another fingerprint"
        if finding["fingerprint"] in prints:
            yield f"{about}: a fingerprint twice"
        prints.add(finding["fingerprint"])
        if RANK[finding["severity"]] < RANK[rules[rule]["severity"]]:
            yield f"{about}: worse than its rule can give"
        if not set(finding["statements"]) <= set(rules[rule]["statements"]):
            yield f"{about}: a statement that its rule does not cite"
        if not finding["message"] or not finding["remedy"]:
            yield f"{about}: no message or no remedy"
        if finding["verdict"] == "fail" and not finding["evidence"]:
            yield f"{about}: fails on no evidence"
        if subject["kind"] == "email-system" and not re.fullmatch(r"[^A-Z]+:\d+", subject["id"]):
            yield f"{about}: not a host and port"
        yield from (f"{about}: {fault}" for fault in _of_evidence(finding["evidence"]))
        yield from (f"{about}: {fault}" for fault in _of_sharing(finding))
    if places != sorted(places):
        yield "findings are out of order"


def _fingerprint(environment: str, finding: Report) -> str:
    subject = finding["subject"]
    id = "" if subject["kind"] in UNNAMED else subject["id"]
    lines = ["v1", environment, finding["rule"], subject["kind"], id]
    if finding["cause"]:
        lines.append(finding["cause"]["code"])
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _of_evidence(evidence: list[Report]) -> Iterator[str]:
    for each in evidence:
        if not (each["source"] and each["record"] and each["field"]):
            yield f"evidence from nowhere: {each}"
        try:
            told = datetime.datetime.fromisoformat(each["read_at"]).tzinfo is not None
        except ValueError:
            told = False
        if not told:
            yield f"evidence without its time: {each}"


def _of_sharing(finding: Report) -> Iterator[str]:
    cause, affected = finding["cause"], finding["affected"]
    if (cause is None) != (affected is None):
        yield "a cause without affected subjects, or the reverse"
        return
    if cause is None:
        return
    if finding["verdict"] != "undetermined" or finding["subject"]["kind"] != "organization":
        yield "a shared cause that is not the organisation's"
    if len({"source", "declaration"} & set(cause)) != 1 or not cause["code"]:
        yield f"not one cause: {cause}"
    ids = [each["id"] for each in affected["sample"]]
    if len(ids) > SAMPLE or ids != sorted(set(ids)):
        yield f"no sample of different subjects in order: {ids}"
    if not 0 < len(ids) <= affected["count"] and affected["kind"] != "organization":
        yield f"{affected['count']} subjects, of which {len(ids)} are named"


def _of_counts(report: Report) -> Iterator[str]:
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    severities: Counter[str] = Counter()
    for finding in report["findings"]:
        word = "waived" if finding["waived"] else finding["verdict"]
        counted[finding["rule"]][word] += (finding["affected"] or {"count": 1})["count"]
        if word == "fail":
            severities[finding["severity"]] += 1
    total: Counter[str] = Counter()
    for rule in report["rules"]:
        total += Counter(rule["counts"])
        for word in ("fail", "undetermined", "waived"):
            if counted[rule["id"]][word] != rule["counts"][word]:
                found, told = counted[rule["id"]][word], rule["counts"][word]
                yield f"{rule['id']}: {found} findings {word}, {told} counted"
    summary, coverage = report["summary"], report["summary"]["coverage"]
    if Counter(summary["severities"]) != severities:
        yield f"severities: {severities}, told {summary['severities']}"
    if Counter(summary["verdicts"]) != total:
        yield f"verdicts: {total}, told {summary['verdicts']}"
    judged = sum(not rule["counts"]["undetermined"] for rule in report["rules"])
    if (coverage["rules"], coverage["rules_judged"]) != (len(report["rules"]), judged):
        yield f"coverage of rules: {judged}, told {coverage}"
    yield from _of_what_is_missing(report)


def _of_what_is_missing(report: Report) -> Iterator[str]:
    """What keeps mailboxes from being judged accounts for all that were not, and no others."""
    coverage = report["summary"]["coverage"]
    rules = {each["id"]: each for each in report["rules"]}
    open = coverage["mailboxes_synchronizing"] - coverage["mailboxes_judged"]
    counts = [each["mailboxes"] for each in coverage["missing"]]
    if counts != sorted(counts, reverse=True) or any(not 0 < each <= open for each in counts):
        yield f"missing for {counts} mailboxes of {open}"
    if sum(counts) < open:
        yield f"{open} mailboxes not judged, and something missing for {sum(counts)}"
    for each in coverage["missing"]:
        for id in each["rules"]:
            of = rules[id]
            if (of["kind"], of["severity"]) != ("support", "error"):
                yield f"{id} does not keep mailboxes from being judged"
            if not of["counts"]["undetermined"] + of["counts"]["waived"]:
                yield f"{id} left nothing open, told {each}"


def _of_standing(report: Report) -> Iterator[str]:
    summary, standing = report["summary"], report["summary"]["standing"]
    listed = Counter(each["standing"] for each in report["mailboxes"])
    for word in ("broken", "unknown", "unsupported"):
        if listed[word] != standing[word]:
            yield f"{listed[word]} mailboxes are listed as {word}, told {standing[word]}"
    known = {each["id"] for each in report["causes"]}
    for each in report["mailboxes"]:
        if not set(each["causes"]) <= known:
            yield f"mailbox {each['id']}: a cause that is not listed"
        if each["standing"] != "unknown" and not each["causes"]:
            yield f"mailbox {each['id']} is {each['standing']} for no cause"
    meant = standing["working"] + sum(listed.values())
    if standing["synchronizing"] != meant:
        yield f"{meant} mailboxes are meant to synchronize, told {standing['synchronizing']}"
    all = meant + standing["undecided"] + sum(standing["not_in_use"].values())
    if all != summary["mailboxes"]:
        yield f"{all} mailboxes stand somehow, told {summary['mailboxes']}"


def _of_repairs(report: Report) -> Iterator[str]:
    bearing = Counter(id for each in report["mailboxes"] for id in each["causes"])
    meant = report["summary"]["standing"]["synchronizing"]
    for cause in report["causes"]:
        about = f"cause {cause['id']}"
        if not bearing[cause["id"]] <= cause["mailboxes"] <= meant:
            yield f"{about}: {bearing[cause['id']]} mailboxes, told {cause['mailboxes']}"
        if cause["repairs"] > bearing[cause["id"]]:
            yield f"{about}: repairs {cause['repairs']} of {bearing[cause['id']]}"
        if not cause["rules"] or cause["remedy"] != cause["steps"][0]:
            yield f"{about}: no rule, or another remedy than its first step"
    # What is repaired one after another is all that does not work, but what stays unknown.
    repaired = sum(each["repairs"] + each.get("repairs_together", 0) for each in report["causes"])
    standing = report["summary"]["standing"]
    failing = standing["broken"] + standing["unsupported"]
    if not standing["unsupported"] <= repaired <= failing:
        yield f"causes repair {repaired} of {failing} mailboxes"


def _of_causes(report: Report) -> Iterator[str]:
    found: dict[str, list[Any]] = {}
    for finding in report["findings"]:
        if finding["cause"]:
            met = found.setdefault(finding["cause"]["code"], [finding["cause"], set(), 0])
            met[1].add(finding["rule"])
            met[2] += finding["affected"]["count"]
    told = {
        each["cause"]["code"]: [each["cause"], set(each["rules"]), each["subjects"]]
        for each in report["undetermined"]
    }
    if found != told:
        yield f"what is undetermined: {found}, told {told}"
    subjects = [each["subjects"] for each in report["undetermined"]]
    if subjects != sorted(subjects, reverse=True):
        yield "what is undetermined does not begin with the largest"


def _of_statements(report: Report) -> Iterator[str]:
    open_or_failed: dict[str, set[str]] = defaultdict(set)
    for finding in report["findings"]:
        for id in finding["statements"]:
            open_or_failed[id].add(finding["verdict"])
    for statement in report["statements"]:
        found = open_or_failed[statement["id"]]
        worst = next((word for word in ("fail", "undetermined") if word in found), None)
        told = statement["verdict"]
        if told != worst if worst else told not in ("pass", "not-applicable"):
            yield f"{statement['id']}: {worst}, told {told}"


def _of_sources(report: Report) -> Iterator[str]:
    states = {each["status"] for each in report["sources"]}
    if report["complete"] != (states <= {"read", "not-configured"}):
        yield f"complete is {report['complete']} with sources {states}"
    for source in report["sources"]:
        if source["status"] != "read" and not (source["reason"] and source["remedy"]):
            yield f"{source['name']}: no reason or no remedy"
