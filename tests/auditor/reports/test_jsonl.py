"""JSON Lines: the head, then a finding a line, each of which can be shipped alone."""

import json

from tests.auditor.reports.audits import FINDINGS, audit_of, hostile, written


def lines(audit) -> list[dict]:
    return [json.loads(line) for line in written("jsonl", audit).split("\n")[:-1]]


def test_the_first_line_is_the_head_and_each_other_a_finding():
    head, *others = lines(audit_of())
    whole = json.loads(written("json", audit_of()))
    listed = whole.pop("findings")
    causes, mailboxes = whole.pop("causes"), whole.pop("mailboxes")
    assert head == {"type": "audit", **whole}
    types = [each["type"] for each in others]
    assert types == ["cause"] * len(causes) + ["mailbox"] * len(mailboxes) + ["finding"] * len(
        FINDINGS
    )
    findings = [each for each in others if each.pop("type") == "finding"]
    assert {each.pop("environment_name") for each in findings} == {"contoso"}
    assert {each.pop("run_id") for each in findings} == {head["run"]["id"]}
    assert findings == listed


def test_hostile_text_starts_no_new_line():
    assert len(lines(hostile())) == 6
