"""Groups of mailboxes: samples of the smallest ids, whatever the order in which they come."""

from typing import Any

import pytest

from auditor.judging.mailbox_group import (
    LAST,
    SAMPLE,
    Example,
    MailboxGroup,
    Sampled,
    by_verdict,
    in_order,
    is_individual,
)
from connectors.dynamics.tables.mailboxes import MailboxRow
from rules.evidence import Cause
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict


def group(count: int = 1, **changes: Any) -> MailboxGroup:
    plain: dict[str, Any] = {
        "number": 0,
        "configuration": None,
        "count": count,
        "verdicts": {},
        "kept": False,
        "holds_address": False,
    }
    return MailboxGroup(**plain | changes)


def sampled(*numbers: int) -> list[Sampled]:
    return [Sampled(f"{number:08x}-0000-0000-0000-000000000000", None, None) for number in numbers]


def row(id: str) -> Example:
    return Example(MailboxRow(mailboxid=id), "")


def test_a_sample_keeps_the_smallest_ids() -> None:
    one = group()
    one.keep_samples(sampled(*range(30, 10, -1)))
    one.keep_samples(sampled(5, 40))
    assert [each.id[:8] for each in one.sample] == [
        f"{number:08x}" for number in (5, *range(11, 11 + SAMPLE - 1))
    ]


def test_only_a_full_sample_has_a_last_id() -> None:
    one = group()
    one.keep_samples(sampled(*range(SAMPLE - 1)))
    assert one.last_sampled == LAST
    one.keep_samples(sampled(99))
    assert (one.last_sampled[:8], one.last_lead) == (f"{99:08x}", 99)


def test_an_id_that_is_no_guid_may_come_anywhere() -> None:
    one = group()
    one.keep_samples([Sampled(f"zz{number}", None, None) for number in range(SAMPLE)])
    assert one.last_lead == 2**32 - 1


def test_the_example_is_the_mailbox_with_the_smallest_id() -> None:
    one = group()
    for id in ("b", "a", "c"):
        one.keep_example(row(id))
    assert one.first == "a"


def test_a_mailbox_that_moved_is_not_named() -> None:
    one = group()
    one.keep_samples([Sampled("a", None, None), Sampled("b", None, None)])
    one.moved = frozenset({"a"})
    assert [each.id for each in one.named] == ["b"]


def test_groups_come_in_the_order_of_their_first_mailbox_and_empty_ones_not_at_all() -> None:
    late, early, empty = group(smallest=row("b")), group(smallest=row("a")), group(0)
    assert in_order([late, empty, early]) == [early, late]


@pytest.mark.parametrize(
    ("verdict", "is_own"),
    [
        (Fail("It is wrong.", ()), True),
        (Undetermined("Not known.", "Look."), True),
        (Undetermined("Not known.", "Look.", cause=Cause("source", "dns", "failed")), False),
        (Pass("It is so.", ()), False),
        (NotApplicable("It is elsewhere."), False),
    ],
)
def test_a_subject_is_a_finding_of_its_own_unless_a_cause_is_shared(
    verdict: Verdict, is_own: bool
) -> None:
    assert is_individual(verdict) is is_own


def test_groups_are_counted_by_each_verdict_whoever_shares_the_rest():
    on, off, other = Pass("", ()), Fail("", ()), Fail("", ())
    alike = {"one": on, "two": off}
    groups = [
        group(2, number=0, verdicts=alike),
        group(3, number=1, verdicts={"one": on, "two": other}),
        group(5, number=2, verdicts=alike),
    ]
    found = by_verdict(groups)
    assert [(each.count, [g.number for g in each.groups]) for each in found["one"]] == [
        (10, [0, 2, 1])
    ]
    assert [(each.verdict is off, each.count) for each in found["two"]] == [(True, 7), (False, 3)]
