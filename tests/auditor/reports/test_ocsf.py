"""OCSF Compliance Findings: the class's required attributes, and a status that tells the truth."""

import json

from tests.auditor.reports.audits import audit_of, hostile, written

REQUIRED = {
    "activity_id", "category_uid", "class_uid", "type_uid", "time", "severity_id", "metadata",
    "finding_info", "compliance",
}  # fmt: skip


def events(audit) -> list[dict]:
    return [json.loads(line) for line in written("ocsf", audit).split("\n")[:-1]]


def test_every_event_has_what_the_class_requires():
    for event in events(audit_of()) + events(hostile()):
        assert set(event) >= REQUIRED
        assert (event["class_uid"], event["type_uid"]) == (2003, 200301)
        assert event["time"] == 1795420860000
        assert {"uid", "title"} <= set(event["finding_info"])
        assert {"version", "product"} <= set(event["metadata"])


def test_only_failures_fail_and_waivers_are_suppressed():
    found = [
        (each["unmapped"]["verdict"], each["compliance"]["status"], each["status"])
        for each in events(audit_of())
    ]
    assert found == [
        ("fail", "Fail", "New"),
        ("fail", "Fail", "New"),
        ("fail", "Fail", "Suppressed"),
        ("undetermined", "Unknown", "New"),
        ("undetermined", "Unknown", "New"),
        ("pass", "Pass", "Resolved"),
        ("pass", "Pass", "Resolved"),
        ("pass", "Pass", "Resolved"),
        ("not-applicable", "Other", "Resolved"),
    ]
