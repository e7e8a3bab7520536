"""A bench: where mailboxes may move to, and how everything ended as it was read.

What is tried on it is tested in test_planner.py and test_search.py.
"""

from types import SimpleNamespace
from typing import Any

import pytest

from auditor.plan.trying.bench import MOST_TARGETS, Bench
from rules.verdict import Fail, Pass, Undetermined


def profile(id: str, name: str = "", *, active: Any = True, is_default: Any = False) -> Any:
    return SimpleNamespace(id=id, name=name, active=active, is_default=is_default)


def judged(id: str, verdict: Any, *, subject: str = "profile", severity: str = "error") -> Any:
    rule = SimpleNamespace(id="rule", subject=subject, severity=severity)
    return SimpleNamespace(rule=rule, id=id, name="", verdict=verdict)


def bench(*others: Any, profiles: tuple[Any, ...] = ()) -> Bench:
    verdicts: Any = SimpleNamespace(
        judge=SimpleNamespace(rules=[]),
        facts=SimpleNamespace(profiles={each.id: each for each in profiles}),
        groups=[],
        others=list(others),
        bearing=SimpleNamespace(judged=[judged("beside", Pass("", ()))]),
    )
    return Bench(SimpleNamespace(), verdicts)  # type: ignore[arg-type]


def targets(*others: Any, profiles: tuple[Any, ...], own: str | None = None) -> list[str]:
    return [each.id for each in bench(*others, profiles=profiles).targets(own)]


FAILS, OPEN = Fail("", ()), Undetermined("", "")


def test_mailboxes_move_to_active_profiles_alone() -> None:
    listed = (profile("a"), profile("b", active=False), profile("c", active=None))
    assert targets(profiles=listed) == ["a"]


@pytest.mark.parametrize(
    ("of", "found"),
    [
        (judged("a", FAILS), ["b"]),
        (judged("a", FAILS, severity="warning"), ["a", "b"]),
        (judged("a", FAILS, subject="email-system"), ["a", "b"]),
        (judged("a", OPEN), ["b", "a"]),
        (judged("a", OPEN, subject="email-system"), ["a", "b"]),
        (judged("a", Pass("", ())), ["a", "b"]),
    ],
)
def test_to_none_that_fails_and_rather_to_one_that_could_be_judged(
    of: Any, found: list[str]
) -> None:
    assert targets(of, profiles=(profile("a"), profile("b"))) == found


def test_the_default_one_comes_first_then_by_name() -> None:
    listed = (profile("a", "Z"), profile("b", "A"), profile("c", "Z", is_default=True))
    assert targets(profiles=listed) == ["c", "b", "a"]


def test_their_own_is_none_and_no_more_are_tried_than_a_few() -> None:
    listed = tuple(profile(id) for id in "abcde")
    assert targets(profiles=listed) == ["a", "b", "c"]
    assert targets(profiles=listed, own="b") == ["a", "c", "d"]
    assert MOST_TARGETS == 3


def test_everything_is_known_as_it_was_read() -> None:
    of = bench(judged("a", FAILS), judged("b", OPEN))
    assert of.outcomes_before == {
        ("rule", "profile", "a"): "fail",
        ("rule", "profile", "b"): "undetermined",
    }
    assert of.verdicts_before == {("rule", "profile", "beside"): Pass("", ())}


@pytest.mark.parametrize("synchronizing", [False, None])
def test_mailboxes_that_do_not_synchronize_do_not_stand(synchronizing: Any) -> None:
    mailbox = SimpleNamespace(synchronizing=synchronizing)
    group: Any = SimpleNamespace(number=1, configuration=SimpleNamespace(mailbox=mailbox))
    assert bench().stood(group) is None
