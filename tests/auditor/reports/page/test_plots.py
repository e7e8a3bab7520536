"""The measures of the drawings, in hundredths: bars by standing, and days on a line."""

from collections import Counter

import pytest

from auditor.reports.page import plots
from auditor.reports.page.collected import Placed, Shown
from tests.auditor.reports.audits import mailbox

WORDS = {"works": "Works", "broken": "Broken"}


def test_the_parts_of_a_bar_follow_one_another():
    assert plots.bar({"works": 1, "unknown": 0, "broken": 3}) == [
        {"standing": "works", "start": "0.000", "width": "25.000"},
        {"standing": "broken", "start": "25.000", "width": "75.000"},
    ]


def test_a_bar_is_as_long_as_its_share_of_the_longest():
    assert plots.bar({"works": 1, "broken": 1}, 4) == [
        {"standing": "works", "start": "0.000", "width": "25.000"},
        {"standing": "broken", "start": "25.000", "width": "25.000"},
    ]
    assert plots.bar({"works": 0}) == []


def test_the_longest_bars_come_first_then_by_name():
    of = {
        "B": Counter(works=1, broken=1),
        "A": Counter(works=2),
        "C": Counter(broken=1234),
        "D": Counter(works=1),
    }
    lines = plots.lines(of, WORDS)
    assert [(each["label"], each["count"]) for each in lines] == [
        ("C", 1234), ("A", 2), ("B", 2), ("D", 1),
    ]  # fmt: skip
    assert lines[0]["says"] == "C: 1,234 broken"
    assert lines[2]["says"] == "B: 1 works, 1 broken"
    assert lines[2]["parts"] == plots.bar({"works": 1, "broken": 1}, 1234)


@pytest.mark.parametrize(("count", "shown"), [(11, 11), (12, 12), (13, 12)])
def test_no_more_bars_are_drawn_than_fit(count, shown):
    of = {f"{number:02}": Counter(works=1) for number in range(count)}
    assert len(plots.lines(of, WORDS)) == shown


def placed(rule: str) -> Placed:
    return Placed(mailbox(1), Shown(rule, "note", "fail", "", "", (), (), "", "", ""))


def test_days_to_come_have_their_place_on_a_line_of_at_least_a_year():
    found = {
        "2027-11-23": [placed("b"), placed("a"), placed("b")],
        "2026-11-23": [placed("a")],
    }
    near, far = plots.ends(found, "2026-11-23", {"a": "Title A"})
    assert (near["day"], near["days"], near["at"]) == ("2026-11-23", 0, "2.00")
    assert (near["what"], near["count"]) == ("Title A", "1 finding")
    assert (far["days"], far["at"]) == (365, "98.00")
    assert (far["what"], far["count"]) == ("b; Title A", "3 findings")
    assert far["placed"] == found["2027-11-23"]


def test_a_line_is_as_long_as_the_furthest_day():
    (half, whole) = plots.ends({"2028-11-22": [], "2027-11-23": []}, "2026-11-23", {})
    assert (half["days"], half["at"]) == (365, "50.00")
    assert (whole["days"], whole["at"]) == (730, "98.00")


@pytest.mark.parametrize(
    ("at", "anchor"),
    [
        ("34.99", None),
        ("35.00", "middle"),
        ("65.00", "middle"),
        ("65.01", "end"),
    ],
)
def test_the_furthest_day_is_named_where_there_is_room(at, anchor):
    first, *rest = plots.ticks([{"at": "3", "day": "x"}, {"at": at, "day": "y"}], "2026-11-23")
    assert first == {"at": "0", "anchor": "start", "label": "today, 2026-11-23"}
    assert rest == ([{"at": at, "anchor": anchor, "label": "y"}] if anchor else [])
