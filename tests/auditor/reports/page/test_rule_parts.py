"""Rules and statements on the page: failing first, then open, then waived, each with its causes."""

from typing import Any

import pytest
from msgspec.structs import replace

from auditor.model import StatementResult
from auditor.reports.page.causes import Cause
from auditor.reports.page.collected import Collected, Group, OfRule
from auditor.reports.page.rule_parts import rule_parts, statements
from tests.auditor.reports.audits import APPROVAL, CAUSES, EDITION, RULES, audit_of, result


def cause(number: int, linked: bool = True) -> Cause:
    return Cause(
        number=number, linked=linked, own=False, decides=True, label="", title="", remedy="",
        steps=(), change="", gain="", bears="", repairs=0, waived="", severity="error", effect="",
        colour="", listed=0, count=1, subjects=(), findings=(), more=0,
    )  # fmt: skip


def group(*rules: str) -> Group:
    return Group(CAUSES[0].subject, rules, "stops", "error", "", (), CAUSES[0])


def parts(*of: OfRule, causes: int = 0, linked: bool = True) -> list[Any]:
    found = Collected(rules={each.rule: each for each in of}, groups=[group(APPROVAL)] * causes)
    made = [cause(number, linked) for number in range(causes)]
    return rule_parts(audit_of(), found, made)


def test_rules_stand_in_the_part_of_the_worst_that_is_found_by_them():
    found = parts(
        OfRule("a", "error", failing=1, undetermined=1, waived=1),
        OfRule("b", "error", undetermined=1, waived=1),
        OfRule("c", "error", waived=1),
        OfRule("d", "error"),
    )
    assert [
        (part["anchor"], part["failing"], [each["rule"] for each in part["rules"]])
        for part in found
    ] == [("failing", True, ["a"]), ("open", False, ["b"]), ("waived", False, ["c"])]
    assert [part["heading"] for part in found] == [
        "Rules that fail",
        "Rules with nothing but undetermined subjects",
        "Rules whose findings are all waived",
    ]


@pytest.mark.parametrize(
    ("of", "anchor"),
    [
        (OfRule("a", "error", failing=1), "failing"),
        (OfRule("a", "error", undetermined=1), "open"),
        (OfRule("a", "error", waived=1), "waived"),
    ],
)
def test_a_part_without_a_rule_is_left_out(of, anchor):
    assert [part["anchor"] for part in parts(of)] == [anchor]
    assert parts() == []


def test_rules_come_by_severity_then_by_what_fails_then_by_what_is_open():
    (part,) = parts(
        OfRule("e", "note", failing=9),
        OfRule("d", "error", failing=1),
        OfRule("c", "error", failing=1, undetermined=2),
        OfRule("b", "error", failing=1),
        OfRule("a", "error", failing=3),
        OfRule("f", "warning", failing=1),
    )
    assert [each["rule"] for each in part["rules"]] == ["a", "c", "b", "d", "f", "e"]


def test_a_rule_counts_what_it_has():
    (part,) = parts(OfRule("a", "error", failing=1234, undetermined=2, waived=1))
    assert part["rules"][0]["counts"] == "1,234 failing, 2 undetermined, 1 waived"
    (part,) = parts(OfRule("a", "error", waived=1))
    assert part["rules"][0]["counts"] == "1 waived"


def test_a_rule_of_the_audit_says_what_it_is_and_another_one_nothing():
    (part,) = parts(OfRule(APPROVAL, "error", failing=1), OfRule("z", "error", failing=1))
    known, unknown = part["rules"]
    rule = RULES[APPROVAL]
    assert (known["doc"], known["source"], known["remedy"]) == (rule.doc, rule.source, rule.remedy)
    judged = replace(result(APPROVAL, fail=1), statements=("a-statement",))
    found = Collected(rules={APPROVAL: OfRule(APPROVAL, "error", failing=1)})
    (of_it,) = rule_parts(audit_of(rules=(judged,)), found, [])
    assert of_it["rules"][0]["statements"] == ("a-statement",)  # type: ignore[index]
    assert [unknown[each] for each in ("doc", "source", "remedy", "statements")] == ["", "", "", ()]


@pytest.mark.parametrize(
    ("elsewhere", "where"),
    [
        (0, "0 findings stand in full at their mailboxes or causes above."),
        (1, "1 finding stands in full at its mailbox or cause above."),
        (1234, "1,234 findings stand in full at their mailboxes or causes above."),
    ],
)
def test_what_stands_elsewhere_is_counted(elsewhere, where):
    (part,) = parts(OfRule("a", "error", failing=1, elsewhere=elsewhere, more=7))
    rule = part["rules"][0]
    assert (rule["elsewhere"], rule["where"], rule["more"]) == (elsewhere, where, 7)


@pytest.mark.parametrize(
    ("causes", "named", "more"), [(0, 0, 0), (20, 20, 0), (21, 20, 1), (23, 20, 3)]
)
def test_a_rule_names_its_first_causes(causes, named, more):
    (part,) = parts(OfRule(APPROVAL, "error", failing=1), causes=causes)
    rule = part["rules"][0]
    assert [each.number for each in rule["causes"]] == list(range(named))
    assert rule["more_causes"] == more


def test_causes_that_are_not_shown_are_not_named():
    (part,) = parts(OfRule(APPROVAL, "error", failing=1), causes=2, linked=False)
    assert (part["rules"][0]["causes"], part["rules"][0]["more_causes"]) == ([], 0)


def test_each_statement_says_what_decided_it():
    first, second = EDITION.statements[0].id, EDITION.statements[1].id
    listed = (
        StatementResult(first, "fail", ("r",)),
        StatementResult(second, "pass", ()),
        StatementResult("of-another-edition", "undetermined", ()),
        StatementResult(first, "not-applicable", ()),
    )
    found = statements(audit_of(statements=listed))
    assert [(each["id"], each["verdict"], each["colour"]) for each in found] == [
        (first, "fail", "broken"),
        (second, "pass", "works"),
        ("of-another-edition", "undetermined", "unsupported"),
        (first, "not-applicable", "unknown"),
    ]
    known = EDITION.statement(first)
    assert (found[0]["says"], found[0]["rules"]) == (known.paraphrase, ("r",))
    assert found[0]["source"] == (known.source or EDITION.source)
    assert (found[2]["says"], found[2]["source"]) == ("", EDITION.source)


def test_a_statement_s_own_source_comes_before_the_edition_s():
    edition = replace(EDITION, statements=(replace(EDITION.statements[0], source="https://own"),))
    listed = (StatementResult(EDITION.statements[0].id, "pass", ()),)
    (found,) = statements(audit_of(edition=edition, statements=listed))
    assert found["source"] == "https://own"


def test_without_an_edition_a_statement_has_no_source():
    listed = (StatementResult("some", "pass", ()),)
    (found,) = statements(audit_of(edition=None, statements=listed))
    assert (found["says"], found["source"]) == ("", "")
