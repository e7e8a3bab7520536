"""The order of repairs is the greedy one, whatever keeps the mailboxes from working."""

from hypothesis import given
from hypothesis import strategies as st

from auditor.findings.repair_order import Kept, OwnStep, SharedStep, repair_order

SHARED = 6


@st.composite
def waiting(draw: st.DrawFn) -> list[Kept]:
    """Groups of mailboxes, each kept from working by shared causes, by its own, or by both."""
    count = draw(st.integers(1, 8))
    found = []
    for group in range(count):
        shared = draw(st.frozensets(st.integers(0, SHARED - 1), max_size=3))
        own = draw(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), max_size=2))
        ranks = tuple(sorted((*each, -1) for each in own))
        found.append(Kept(shared, ranks, draw(st.integers(1, 4)), group))
    return found


def causes_of(each: Kept) -> list[frozenset[object]]:
    """For each mailbox of a group what keeps it, its own causes by name."""
    return [
        each.shared | {(each.group, mailbox, at) for at in range(len(each.own))}
        for mailbox in range(each.number)
    ]


def in_turn(steps, groups: dict[int, Kept]):
    """The causes one by one, as a person would read them."""
    for step in steps:
        if isinstance(step, SharedStep):
            yield step.cause
            continue
        assert isinstance(step, OwnStep)
        for group in step.groups:
            for mailbox in range(groups[group].number):
                yield from ((group, mailbox, at) for at in range(len(groups[group].own)))


@given(waiting(), st.lists(st.integers(0, 3), min_size=SHARED, max_size=SHARED))
def test_each_next_cause_makes_the_most_mailboxes_work(kept: list[Kept], ranked: list[int]):
    left = [causes for each in kept for causes in causes_of(each) if causes]
    ranks = [(each, 0, 0) for each in ranked]
    groups = {each.group: each for each in kept}
    met = []
    for cause in in_turn(repair_order(kept, ranks), groups):
        gains: dict[object, int] = {}
        for causes in left:
            if len(causes) == 1:
                (single,) = causes
                gains[single] = gains.get(single, 0) + 1
        if gains:
            assert gains.get(cause, 0) == max(gains.values())
        else:
            smallest = min(map(len, left))
            assert any(cause in causes for causes in left if len(causes) == smallest)
        left = [rest for causes in left if (rest := causes - {cause})]
        met.append(cause)
    assert left == []
    assert len(met) == len(set(met))


@given(waiting(), st.lists(st.integers(0, 3), min_size=SHARED, max_size=SHARED))
def test_a_shared_cause_tells_how_many_more_work_once_all_before_it_are_repaired(
    kept: list[Kept], ranked: list[int]
):
    left = [causes for each in kept for causes in causes_of(each) if causes]
    groups = {each.group: each for each in kept}
    for step in repair_order(kept, [(each, 0, 0) for each in ranked]):
        before = len(left)
        for cause in in_turn([step], groups):
            left = [rest for causes in left if (rest := causes - {cause})]
        if isinstance(step, SharedStep):
            assert step.gain == before - len(left)


def test_of_causes_that_are_as_useful_the_graver_comes_first():
    kept = [Kept(frozenset({0}), (), 2, 0), Kept(frozenset({1}), (), 2, 1)]
    steps = list(repair_order(kept, [(1, 0, -2), (0, 0, -2)]))
    assert steps == [SharedStep(1, 2), SharedStep(0, 2)]


def test_two_causes_that_only_together_repair_stand_beside_each_other():
    kept = [
        Kept(frozenset({0, 1}), (), 9, 0),
        Kept(frozenset({2, 3, 4}), (), 50, 1),
        Kept(frozenset({5}), (), 1, 2),
    ]
    steps = [step.cause for step in repair_order(kept, [(0, 0, 0)] * 6)]
    assert steps[0] == 5
    assert set(steps[1:3]) == {0, 1}


def test_what_is_wrong_with_the_mailboxes_themselves_comes_after_what_they_share():
    kept = [
        Kept(frozenset(), ((0, 0, -1),), 3, 0),
        Kept(frozenset({0}), ((0, 0, -1),), 2, 1),
        Kept(frozenset({0}), (), 5, 2),
    ]
    steps = list(repair_order(kept, [(3, 2, -7)]))
    assert steps == [SharedStep(0, 5), OwnStep((0, 1))]
