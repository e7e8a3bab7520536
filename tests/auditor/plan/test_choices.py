"""Which repair each aim gets: aims with one repair together, and no profile both got and left."""

from types import SimpleNamespace
from typing import Any

from auditor.plan.candidates import MOVE, Candidate
from auditor.plan.choices import Choices
from auditor.plan.search import Aim

SETTING = Candidate("profile", "useautodiscover", True)
ENDS = Candidate("profile", "statecode", 1, idles=True)
ACTIVATES = Candidate("profile", "statecode", 0)


def aim(name: str, profile: str | None = None, group: Any = None) -> Aim:
    key = ("rule", "profile", name)
    return Aim(("rule",), None, frozenset({key}), cause=name, profile=profile, group=group)


def found(*candidates: tuple[Candidate, str], clears: tuple[str, ...] = ()) -> Any:
    cleared = frozenset(("rule", "profile", each) for each in clears)
    return SimpleNamespace(candidates=candidates, effect=SimpleNamespace(cleared=cleared))


def to(profile: str) -> tuple[Candidate, str]:
    return Candidate("mailbox", MOVE, profile), "m-1"


class Moves:
    """Finds, for the profile of an aim, a move to the first of these that is not barred."""

    def __init__(self, **to: tuple[str | None, ...]) -> None:
        self.to = to
        self.barred: list[set[str]] = []

    def found(self, aim: Aim, barred: Any) -> Any:
        self.barred.append(set(barred))
        free = [each for each in self.to.get(aim.profile or "", ()) if each not in barred]
        if not free:
            return None
        cleared = frozenset({*aim.targets, ("rule", "profile", f"beside {aim.profile}")})
        return SimpleNamespace(to=free[0], effect=SimpleNamespace(cleared=cleared))


def settled(moves: Moves, *given: tuple[Aim, Any]) -> tuple[Any, Any, list[str]]:
    choices = Choices(moves)  # type: ignore[arg-type]
    for each, by in given:
        choices.add(each, by)
    settings, moved, left = choices.settled()
    return (
        [[each.cause for each, _ in some] for some in settings],
        [(move.to, [each.cause for each in aims]) for move, aims in moved],
        [each.cause for each in left],
    )


def test_aims_with_one_repair_are_repaired_together_in_whatever_order_it_is_told() -> None:
    one, other = (SETTING, "p-1"), (ACTIVATES, "p-2")
    assert settled(
        Moves(),
        (aim("a"), found(one, other)),
        (aim("b"), found(other)),
        (aim("c"), found(other, one)),
    ) == ([["a", "c"], ["b"]], [], [])


def test_what_no_setting_repairs_is_repaired_by_a_move_of_its_profile() -> None:
    moves = Moves(old=("new",))
    assert settled(moves, (aim("a", "old"), None), (aim("b", "old"), None), (aim("c"), None)) == (
        [],
        [("new", ["a", "b"])],
        ["c"],
    )
    assert moves.barred == [set(), set()], "a profile does not bar itself"


def test_mailboxes_that_are_alike_move_with_no_profile() -> None:
    group = SimpleNamespace(number=1)
    assert settled(Moves(old=("new",)), (aim("a", "old", group), None))[1:] == ([], ["a"])


def test_no_mailbox_moves_to_a_profile_that_others_leave() -> None:
    moves = Moves(first=("new",), second=("first", "other"))
    given = ((aim("a", "first"), None), (aim("b", "second"), None))
    assert settled(moves, *given)[1] == [("new", ["a"]), ("other", ["b"])]
    assert moves.barred == [set(), {"first"}]


def test_a_profile_that_gets_mailboxes_is_not_left() -> None:
    by_setting = (aim("a"), found(to("old")))
    assert settled(Moves(old=("new",)), by_setting, (aim("b", "old"), None)) == ([["a"]], [], ["b"])
    by_move = (aim("a", "first"), None), (aim("b", "second"), None)
    assert settled(Moves(first=("second",), second=("new",)), *by_move) == (
        [],
        [("second", ["a"])],
        ["b"],
    )


def test_a_profile_that_gets_mailboxes_is_not_taken_out_of_use() -> None:
    gets, ends = (aim("a"), found(to("p-1"))), (aim("b"), found((ENDS, "p-1")))
    assert settled(Moves(), gets, ends) == ([["a"]], [], ["b"])
    other = (aim("b"), found((ENDS, "p-2")))
    assert settled(Moves(), gets, other) == ([["a"], ["b"]], [], [])
    activated = (aim("b"), found((ACTIVATES, "p-1")))
    assert settled(Moves(), gets, activated) == ([["a"], ["b"]], [], [])


def test_what_another_step_repairs_too_goes_to_that_step() -> None:
    gets, ends = (aim("a"), found(to("p-1"), clears=("a", "b"))), (aim("b"), found((ENDS, "p-1")))
    assert settled(Moves(), gets, ends) == ([["a", "b"]], [], [])
    beside = (aim("beside old"), None)
    assert settled(Moves(old=("new",)), (aim("a", "old"), None), beside) == (
        [],
        [("new", ["a", "beside old"])],
        [],
    )
