"""How far the auditor's user may read: by names, by roles, by teams, and how it is told."""

from typing import Any

import pytest

from connectors.dynamics import privileges
from connectors.dynamics.privileges import depths_of, existing_ids, held_of, needed, read
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress
from connectors.transport.errors import SourceFailed

NAMES = ("prvReadMailbox", "prvReadQueue")
BY_NAMES, BY_ROLES, BY_TEAM = "ByNames", "UserPrivileges", "TeamPrivileges"
Given = list[tuple[str | None, str | int, str]]


def failure(status: int | None) -> SourceFailed:
    return SourceFailed("no", "look", "some-code", status=status)


class Dynamics:
    """Answers functions and listings: rows of name, depth and id, or a failure."""

    user_id = "user-1"

    def __init__(self, by_names: Any = (), by_roles: Any = (), **teams: Any) -> None:
        self.by_names, self.by_roles, self.teams = by_names, by_roles, teams
        self.asked: list[str] = []
        self.kept: dict[str, Any] = {}

    def function(self, path: str, shape: Any, source: str) -> Any:
        self.asked.append(path)
        if path.startswith("teams("):
            told = self.teams[path[len("teams(") :].partition(")")[0]]
        else:
            told = self.by_names if "ByNames" in path else self.by_roles
        if isinstance(told, SourceFailed):
            raise told
        row = privileges._RolePrivilege
        return shape([row(depth, id, name) for name, depth, id in told])

    def listing(self, path: str, shape: Any, source: str) -> list[Any]:
        self.asked.append(path)
        if path.startswith("privileges?"):
            return [shape("AAAA-1", "prvReadMailbox"), shape("bbbb-2", "prvReadQueue")]
        return [shape(each) for each in self.teams]

    def remember(self, key: str, make: Any) -> Any:
        return (
            self.kept.setdefault(key, None) or self.kept.__setitem__(key, make()) or self.kept[key]
        )

    def now(self) -> str:
        return "2026-11-23T12:00:00Z"


def held(dynamics: Any, ids: Any = None, names: tuple[str, ...] = NAMES) -> dict[str, str]:
    return held_of(dynamics, names, ids, "source")


def test_the_function_that_counts_teams_is_asked_first() -> None:
    dynamics = Dynamics([("prvReadMailbox", "Global", ""), ("prvReadQueue", 0, "")])
    assert held(dynamics) == {"prvReadMailbox": "Global", "prvReadQueue": "Basic"}
    assert len(dynamics.asked) == 1
    assert '?@p1=["prvReadMailbox", "prvReadQueue"]' in dynamics.asked[0]


def test_nothing_is_asked_for_no_privilege() -> None:
    dynamics = Dynamics()
    assert held(dynamics, names=()) == {}
    assert dynamics.asked == []


def test_privileges_told_by_id_alone_are_looked_up() -> None:
    dynamics = Dynamics([(None, "Global", "aaaa-1"), ("prvReadQueue", 1, "x")])
    assert held(dynamics) == {"prvReadMailbox": "Global", "prvReadQueue": "Local"}
    assert dynamics.asked[1] == (
        "privileges?$select=name&$filter=name eq 'prvReadMailbox' or name eq 'prvReadQueue'"
    )


@pytest.mark.parametrize(
    ("depth", "word"),
    [
        (0, "Basic"),
        (1, "Local"),
        (2, "Deep"),
        (3, "Global"),
        (4, None),
        (-1, None),
        ("Global", "Global"),
        ("Odd", None),
    ],
)
def test_a_depth_is_told_as_a_word_or_its_place(depth: Any, word: str | None) -> None:
    found = held(Dynamics([("prvReadMailbox", depth, "")]))
    assert found == ({} if word is None else {"prvReadMailbox": word})


@pytest.mark.parametrize("depths", [("Basic", "Deep", "Local"), (2, 0, 1), ("Deep", 2, "Deep")])
def test_the_greatest_depth_counts(depths: tuple[Any, ...]) -> None:
    told = [("prvReadMailbox", each, "") for each in depths]
    assert held(Dynamics(told)) == {"prvReadMailbox": "Deep"}


@pytest.mark.parametrize("status", [400, 404, 501])
def test_a_server_without_that_function_is_asked_for_direct_roles(status: int) -> None:
    roles = [("prvReadMailbox", "Global", ""), ("prvReadQueue", "Global", "")]
    dynamics = Dynamics(failure(status), roles, team={})
    assert held(dynamics) == {"prvReadMailbox": "Global", "prvReadQueue": "Global"}
    assert len(dynamics.asked) == 2


def test_roles_of_teams_are_asked_for_where_direct_ones_fall_short() -> None:
    roles: Given = [("prvReadMailbox", "Deep", ""), ("prvReadQueue", "Global", "")]
    teams = {"one": [("prvReadMailbox", "Global", "")], "two": [("prvReadQueue", "Basic", "")]}
    dynamics = Dynamics(failure(404), roles, **teams)
    assert held(dynamics) == {"prvReadMailbox": "Global", "prvReadQueue": "Global"}
    assert "systemusers(user-1)/teammembership_association?$select=teamid" in dynamics.asked
    assert len(dynamics.asked) == 5


def test_what_teams_give_by_id_alone_is_looked_up_too() -> None:
    dynamics = Dynamics(failure(404), [], one=[(None, "Global", "AAAA-1")])
    assert held(dynamics) == {"prvReadMailbox": "Global"}


def test_an_id_that_names_none_of_the_privileges_is_left_out() -> None:
    assert held(Dynamics([(None, "Global", "cccc-3")])) == {}
    assert held(Dynamics([("", "Global", "")])) == {}


@pytest.mark.parametrize(
    ("ids", "looked_up"), [(None, True), ({"aaaa-1": "prvReadMailbox"}, False)]
)
def test_ids_that_are_known_are_not_looked_up(ids: Any, looked_up: bool) -> None:
    roles: Given = [(None, "Global", "AAAA-1"), ("prvReadQueue", "Global", "")]
    dynamics = Dynamics(failure(404), roles)
    assert held(dynamics, ids) == {"prvReadMailbox": "Global", "prvReadQueue": "Global"}
    assert any("privileges?" in each for each in dynamics.asked) is looked_up


@pytest.mark.parametrize(
    ("status", "remedy"), [(403, "Give the auditor's user a security role"), (500, "look")]
)
def test_who_may_not_ask_for_the_own_privileges_lacks_a_role(status: int, remedy: str) -> None:
    for dynamics in (Dynamics(failure(status)), Dynamics(failure(404), failure(status))):
        with pytest.raises(SourceFailed) as caught:
            held(dynamics)
        assert (caught.value.reason, caught.value.status) == ("no", status)
        assert caught.value.remedy.startswith(remedy)


def test_names_of_ids_are_in_lower_case() -> None:
    dynamics: Any = Dynamics()
    assert existing_ids(dynamics, NAMES, "source") == {
        "aaaa-1": "prvReadMailbox",
        "bbbb-2": "prvReadQueue",
    }


def test_what_an_audit_needs_is_each_named_once_with_its_depth_or_none() -> None:
    assert len(set(needed())) == len(needed())
    assert "prvReadMailbox" in needed()
    assert "" not in needed()
    dynamics: Any = Dynamics([("prvReadMailbox", "Deep", "")])
    depths = depths_of(dynamics)
    assert set(depths) == set(needed())
    assert depths["prvReadMailbox"] == "Deep"
    assert {depth for name, depth in depths.items() if name != "prvReadMailbox"} == {"None"}
    depths_of(dynamics)
    assert len(dynamics.asked) == 1
    (page,) = read(dynamics, Progress(), EarlierReadings())
    assert {row.PrivilegeName: row.Depth for row in page.rows} == depths
