"""OCSF Compliance Findings: the class's required attributes, and a status that tells the truth."""

import json

from msgspec.structs import replace

from tests.auditor.reports.audits import (
    APPROVAL,
    audit_of,
    finding,
    hostile,
    mailbox,
    written,
)

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


def test_an_event_says_what_is_waived_and_what_is_left_open():
    fails, second, waived, shared, own = events(audit_of())[:5]
    assert waived["comment"] == ("waived until 2027-03-31: CHG-1234, moving in the first quarter")
    assert "comment" not in fails
    assert shared["unmapped"]["cause"] == "source exchange-online.graph: not-configured"
    assert shared["unmapped"]["affected"].startswith("40 mailboxes in 3 configurations")
    assert "cause" not in own["unmapped"]
    assert second["resources"][0]["labels"] == ["anna@contoso.example"]
    assert fails["resources"][0]["labels"] == []


def test_each_severity_has_its_number():
    severities = ("error", "warning", "note")
    listed = [replace(finding(APPROVAL, mailbox(1)), severity=each) for each in severities]
    numbers = [each["severity_id"] for each in events(audit_of(listed))[:3]]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 3


def test_the_standard_is_the_edition_where_one_is_known():
    unknown = replace(audit_of().environment, edition=None)
    assert events(audit_of())[0]["compliance"]["standards"] == ["customer-engagement-9"]
    assert events(audit_of(environment=unknown))[0]["compliance"]["standards"] == ["unknown"]
