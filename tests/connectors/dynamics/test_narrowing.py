"""A few mailboxes that somebody named: how they are looked up, and where all are read instead."""

from typing import Any

import pytest

from connectors.dynamics.narrowing import MOST, narrowed
from connectors.dynamics.wanted import SubjectPattern
from connectors.transport.errors import SourceFailed

ID = "11111111-2222-3333-4444-555555555555"
NOBODY = "00000000-0000-0000-0000-000000000000"


class Dynamics:
    """Answers `first_rows` by the entity set; notes what was asked."""

    def __init__(self, *wanted: SubjectPattern, mailboxes: Any = (), owners: Any = ()) -> None:
        self.wanted = wanted
        self.mailboxes, self.owners = mailboxes, owners
        self.asked: list[tuple[str, int]] = []
        self.kept: dict[str, Any] = {}

    def remember(self, key: str, make: Any) -> Any:
        if key not in self.kept:
            self.kept[key] = make()
        return self.kept[key]

    def first_rows(self, path: str, shape: Any, most: int) -> list[Any]:
        self.asked.append((path, most))
        if path.startswith("mailboxes?"):
            if isinstance(self.mailboxes, SourceFailed):
                raise self.mailboxes
            return [shape(id, owner) for id, owner in self.mailboxes]
        if path.startswith("systemusers?"):
            return [shape(systemuserid=each) for each in self.owners]
        return [shape(queueid=each) for each in self.owners]


def wanted(glob: str, kind: Any = "mailbox") -> SubjectPattern:
    return SubjectPattern(kind, glob)


def condition(glob: str, kind: Any = "mailbox") -> str:
    dynamics: Any = Dynamics(wanted(glob, kind), owners=["o-1"], mailboxes=[("m-1", None)])
    narrowed(dynamics, "mailboxes")
    return str(dynamics.asked[0][0].partition("$filter=")[2]) if dynamics.asked else ""


@pytest.mark.parametrize(
    ("glob", "found"),
    [
        (ID, f"mailboxid eq {ID}"),
        ("ann@x.example", "emailaddress eq 'ann@x.example' or name eq 'ann@x.example'"),
        ("O'Hara", "emailaddress eq 'O''Hara' or name eq 'O''Hara'"),
        ("ann*", "startswith(emailaddress,'ann') or startswith(name,'ann')"),
        ("ann?@*.example", "startswith(emailaddress,'ann') or startswith(name,'ann')"),
        ("a[bc]d", "startswith(emailaddress,'a') or startswith(name,'a')"),
        ("*@x.example", "endswith(emailaddress,'@x.example') or endswith(name,'@x.example')"),
        ("*", ""),
        ("[ab]*x", ""),
        ("*[ab]x", ""),
    ],
)
def test_a_pattern_is_a_condition_that_all_that_it_means_meets(glob: str, found: str) -> None:
    assert condition(glob) == found


@pytest.mark.parametrize(
    ("kind", "glob", "found"),
    [
        ("user", ID, f"systemuserid eq {ID}"),
        ("user", "Ann", "internalemailaddress eq 'Ann' or fullname eq 'Ann'"),
        ("queue", ID, f"queueid eq {ID}"),
        ("queue", "Ann", "emailaddress eq 'Ann' or name eq 'Ann'"),
    ],
)
def test_an_owner_is_looked_up_in_his_own_table(kind: str, glob: str, found: str) -> None:
    assert condition(glob, kind) == found


def test_nobody_named_narrows_nothing() -> None:
    dynamics: Any = Dynamics()
    assert narrowed(dynamics, "mailboxes") == ""
    assert dynamics.asked == []


def test_the_mailboxes_that_are_named_and_their_owners_are_read_alone() -> None:
    dynamics: Any = Dynamics(wanted("ann"), mailboxes=[("m-2", "o-1"), ("m-1", None)])
    assert narrowed(dynamics, "mailboxes") == "mailboxid eq m-1 or mailboxid eq m-2"
    assert narrowed(dynamics, "systemusers") == "systemuserid eq o-1"
    assert narrowed(dynamics, "queues") == "queueid eq o-1"
    assert narrowed(dynamics, "tracelogs") == ""
    assert len(dynamics.asked) == 1
    assert dynamics.asked[0][1] == MOST + 1


def test_mailboxes_of_nobody_read_no_owner() -> None:
    dynamics: Any = Dynamics(wanted("ann"), mailboxes=[("m-1", None)])
    assert narrowed(dynamics, "systemusers") == f"systemuserid eq {NOBODY}"


@pytest.mark.parametrize(("kind", "entity_set"), [("user", "systemusers"), ("queue", "queues")])
def test_the_mailboxes_of_an_owner_are_found_by_him(kind: str, entity_set: str) -> None:
    dynamics: Any = Dynamics(wanted("ann", kind), owners=["o-1", "o-2"], mailboxes=[("m-1", "o-1")])
    assert narrowed(dynamics, "mailboxes") == "mailboxid eq m-1"
    first, second = dynamics.asked
    assert first[0].startswith(f"{entity_set}?$select=")
    assert second[0].endswith(
        "$filter=_regardingobjectid_value eq o-1 or _regardingobjectid_value eq o-2"
    )


def test_what_several_patterns_mean_is_read_together() -> None:
    dynamics: Any = Dynamics(wanted("ann"), wanted("ben"), mailboxes=[("m-1", None)])
    assert narrowed(dynamics, "mailboxes") == "mailboxid eq m-1"
    assert len(dynamics.asked) == 2
    with_all: Any = Dynamics(wanted("ann"), wanted("*"), mailboxes=[("m-1", None)])
    assert narrowed(with_all, "mailboxes") == ""


def many(count: int) -> list[tuple[str, None]]:
    return [(f"m-{at:03}", None) for at in range(count)]


@pytest.mark.parametrize(("count", "is_narrowed"), [(0, False), (MOST, True), (MOST + 1, False)])
def test_none_or_too_many_are_read_whole(count: int, is_narrowed: bool) -> None:
    dynamics: Any = Dynamics(wanted("ann"), mailboxes=many(count))
    assert bool(narrowed(dynamics, "mailboxes")) is is_narrowed


@pytest.mark.parametrize(("count", "is_narrowed"), [(0, False), (MOST, True), (MOST + 1, False)])
def test_no_owner_or_too_many_are_read_whole(count: int, is_narrowed: bool) -> None:
    owners = [f"o-{at}" for at in range(count)]
    dynamics: Any = Dynamics(wanted("ann", "user"), owners=owners, mailboxes=[("m-1", None)])
    assert bool(narrowed(dynamics, "mailboxes")) is is_narrowed


def test_a_server_that_does_not_look_for_some_is_read_whole() -> None:
    dynamics: Any = Dynamics(wanted("ann"), mailboxes=SourceFailed("no", "look", "bad-request"))
    assert narrowed(dynamics, "mailboxes") == ""
    assert narrowed(dynamics, "systemusers") == ""
    assert len(dynamics.asked) == 1
