"""Mailboxes on the page: cards with shares, filters with counts, and what the script is given."""

import json
from html import unescape
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.model import Audit, Standing
from auditor.reports.page import mailboxes, plots
from auditor.reports.page.causes import Cause
from auditor.reports.page.collected import Collected, Row, Shown
from auditor.reports.page.mailboxes import OFFERED, by_standing, cards, filters, plot, script_data
from tests.auditor.reports.audits import audit_of


def standing(working: int, broken: int, unknown: int, unsupported: int) -> Audit:
    total = working + broken + unknown + unsupported
    summary = replace(
        audit_of().summary,
        standing=Standing(total, working, broken, unknown, {}, 0, unsupported),
    )
    return audit_of(summary=summary)


def test_each_standing_has_a_card_with_its_share():
    audit = standing(500, 250, 1250, 0)
    assert by_standing(audit) == {
        "works": 500, "unsupported": 0, "broken": 250, "unknown": 1250,
    }  # fmt: skip
    assert cards(audit) == [
        {"standing": "works", "label": "Works", "count": 500, "share": "25% of 2,000"},
        {
            "standing": "unsupported",
            "label": "Works, unsupported",
            "count": 0,
            "share": "0% of 2,000",
        },
        {"standing": "broken", "label": "Broken", "count": 250, "share": "12% of 2,000"},
        {"standing": "unknown", "label": "Unknown", "count": 1250, "share": "62% of 2,000"},
    ]
    assert by_standing(standing(1, 2, 3, 4))["unsupported"] == 4


def test_of_no_mailbox_there_is_no_share():
    assert {each["share"] for each in cards(standing(0, 0, 0, 0))} == {""}


def row(id: str, profile: str = "", standing: str = "broken", *causes: int) -> Row:
    return Row(id, f"Name {id}", f"{id}@x", profile, standing, causes)


def cause(number: int, listed: int = 1, linked: bool = True) -> Cause:
    return Cause(
        number=number, linked=linked, own=False, decides=True, label=f"Label {number}",
        title=f"Title {number}", remedy="Fix.", steps=(), change="", gain="", bears="", repairs=0,
        waived="", severity="error", effect="", colour="", listed=listed, count=1, subjects=(),
        findings=(), more=0,
    )  # fmt: skip


def test_rows_are_filtered_by_what_there_is():
    rows = [row("a", "P"), row("b", "Q", "unknown"), row("c", "Q"), row("d")]
    found = filters(Collected(rows=rows), [cause(0, 1), cause(1, 0), cause(2, 1234)])
    assert found == {
        "standings": [("broken", "Broken (3)"), ("unknown", "Unknown (1)")],
        "profiles": [("1", "Q (2)"), ("2", "No profile (1)"), ("0", "P (1)")],
        "causes": [("2", "Label 2: Title 2 (1,234)"), ("0", "Label 0: Title 0 (1)")],
    }


@pytest.mark.parametrize(("count", "offered"), [(OFFERED, OFFERED), (OFFERED + 1, OFFERED)])
def test_a_filter_offers_no_more_than_can_be_chosen_from(count, offered):
    rows = [row(str(number), f"P{number:04}") for number in range(count)]
    found = filters(Collected(rows=rows), [cause(number) for number in range(count)])
    assert [len(found[each]) for each in ("standings", "profiles", "causes")] == [
        1, offered, offered,
    ]  # fmt: skip


def test_without_a_row_there_is_no_plot():
    assert plot(Collected()) is None


def test_each_profile_has_a_line():
    rows = [row("a", "P"), row("b", "", "unknown"), row("c", "P", "unsupported")]
    found = plot(Collected(rows=rows))
    assert found is not None
    assert found["key"] == ["unsupported", "broken", "unknown"]
    assert [each["label"] for each in found["lines"]] == ["P", "No profile"]  # type: ignore[attr-defined]
    assert found["lines"][0]["says"] == "P: 1 works, unsupported, 1 broken"  # type: ignore[index]
    assert found["more"] == 0


def test_profiles_without_a_line_are_counted():
    rows = [row(str(number), f"P{number}") for number in range(plots.LINES + 2)]
    found = plot(Collected(rows=rows))
    assert found is not None
    assert found["more"] == 2


def shown(rule: str, message: str = "M", **changed: Any) -> Shown:
    made = Shown(rule, "error", "fail", message, "Fix.", (), ("e",), "", "", "")
    return replace(made, **changed)


def data(found: Collected, causes: list[Cause], written: int) -> dict[str, Any]:
    text = script_data(found, causes, {"r1": "Rule\n1"}, written)
    read: dict[str, Any] = json.loads(unescape(str(text)))
    return read


def test_the_script_is_given_the_rows_and_the_causes_that_they_name():
    rows = [row("a", "P", "broken", 1), row("b", "", "unknown"), row("c", "P", "broken", 1)]
    found = Collected(rows=rows, link="https://x/{id}\n")
    causes = [cause(0), cause(1, linked=False)]
    of = data(found, causes, 0)
    assert (of["link"], of["printed"]) == ("https://x/{id} ", mailboxes.WRITTEN)
    assert of["standings"] == mailboxes.STANDINGS
    assert of["profiles"] == ["P", ""]
    assert of["causes"] == [
        None,
        {
            "label": "Label 1", "title": "Title 1", "remedy": "Fix.", "own": False,
            "decides": True, "linked": False,
        },
    ]  # fmt: skip
    assert of["sets"] == [[1], []]
    assert of["rows"] == [
        ["a", "Name a", "a@x", 0, "broken", 0, 1],
        ["b", "Name b", "b@x", 1, "unknown", 1, 1],
        ["c", "Name c", "c@x", 0, "broken", 0, 1],
    ]


def test_findings_are_there_for_rows_that_are_not_written_out():
    findings = [
        shown("r0"),
        shown("r2", "Open", verdict="undetermined"),
        shown("r1", "Waived", waived="until"),
    ]
    rows = [row("a"), row("b"), row("c")]
    rows[0].findings, rows[1].findings, rows[2].findings = [0], [2, 1], [1]
    of = data(Collected(rows=rows, findings=findings), [], 1)
    assert of["titles"] == ["Rule 1", "r2"]
    assert of["findings"] == [
        [0, "waived", "unknown", "Waived", "Fix.", ["e"], "until"],
        [1, "could not be established", "unknown", "Open", "Fix.", ["e"], ""],
    ]
    assert of["sets"] == [[], [0, 1], [1]]
    assert [each[-1] for each in of["rows"]] == [0, 1, 2]
    assert data(Collected(rows=rows, findings=findings), [], 3)["findings"] == []


def test_what_the_script_is_given_is_text_of_html():
    text = str(script_data(Collected(rows=[row("</script>&<b>")]), [], {}, 0))
    assert "<" not in text
    assert "&lt;/script>&amp;&lt;b>" in text
