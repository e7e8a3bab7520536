"""Which environments share an address, whichever of them may be one organisation."""

from collections.abc import Iterator
from typing import Any

import pytest

from auditor.fleet.compared_environments import ADDRESS, RULES, Compared, Use
from auditor.fleet.comparison import MOST_NAMED, MOST_SHARING, Comparison, Sharing
from auditor.judging.address_index import Holder, Met
from rules.unknown import Unknown

OPEN = Unknown(reason="not told", remedy="tell it")
SYNCHRONIZES, OFF, PERHAPS = 0, 1, 2
"""Groups of mailboxes, by what they do."""


def of(name: str, **changes: Any) -> Compared:
    uses = {
        SYNCHRONIZES: Use(dict.fromkeys(RULES, True), (ADDRESS,)),
        OFF: Use(dict.fromkeys(RULES, False), ()),
        PERHAPS: Use(dict.fromkeys(RULES, OPEN), (ADDRESS,)),
    }
    usual = {
        "location": f"{name}.crm.dynamics.com",
        "is_local": False,
        "organization_id": f"o-{name}",
        "is_whole": True,
        "uses": uses,
        "open_subjects": {ADDRESS: 1},
    }
    return Compared(**{**usual, **changes})


def each(names: str, **changes: Any) -> dict[str, Compared]:
    return {name: of(name, **changes) for name in names}


def met(environment: str, group: int = SYNCHRONIZES) -> Met:
    id = f"m-{environment}"
    return Met(environment, Holder(group, id, None, f"{environment}@x.example", "", "", "at"))


class Indexes:
    """Addresses that several mailboxes have, as they are found."""

    def __init__(self, *shared: list[Met]) -> None:
        self.found = shared

    def add(self, environment: str, pages: Any) -> None:
        pass

    def shared(self) -> Iterator[list[Met]]:
        return iter(self.found)

    def close(self) -> None:
        pass


def compared(
    *shared: list[Met], missing: tuple[str, ...] = (), **environments: Compared
) -> Comparison:
    """The comparison of environments whose mailboxes share these addresses."""
    found = Comparison([*environments, *missing])
    found._indexes.close()
    found._indexes = Indexes(*shared)  # type: ignore[assignment]
    for name, its in environments.items():
        found.add(name, its, ())
    found.compare()
    return found


def told(comparison: Comparison, environment: str) -> list[tuple[str, int, list[str]]]:
    """Of each match of an environment: its verdict, how many others, and who is named."""
    settlement = comparison.settlement(environment)
    assert settlement is not None
    return [
        (each.verdict, each.environments, [other.environment for other in each.others])
        for each in settlement.matches.get(ADDRESS, ())
    ]


def test_environments_with_the_same_address_are_told_of_each_other() -> None:
    with compared([met("a"), met("b")], a=of("a"), b=of("b"), c=of("c")) as found:
        assert found.sharing == (Sharing(("a", "b"), 1),)
        assert told(found, "a") == [("fail", 1, ["b"])]
        assert told(found, "b") == [("fail", 1, ["a"])]
        assert told(found, "c") == []


def test_a_mailbox_that_may_synchronize_leaves_it_open_and_shares_nothing() -> None:
    with compared([met("a"), met("b", PERHAPS), met("c", OFF)], **each("abc")) as found:
        assert found.sharing == ()
        assert told(found, "a") == [("undetermined", 1, ["b"])]
        assert told(found, "b") == [("fail", 1, ["a"])]


def test_a_few_others_are_named_and_all_are_counted() -> None:
    names = "abcdef"
    with compared([met(name) for name in names], **each(names)) as found:
        assert told(found, "a") == [("fail", len(names) - 1, list("bcdef")[:MOST_NAMED])]


@pytest.mark.parametrize(
    ("changes", "is_one"),
    [
        ({"location": "one.crm.dynamics.com"}, True),
        ({"organization_id": "o-1"}, True),
        ({"organization_id": "o-1", "is_local": True}, False),
        ({"organization_id": ""}, False),
        ({}, False),
    ],
)
def test_one_organisation_of_two_names_shares_nothing_with_itself(
    changes: dict[str, Any], is_one: bool
) -> None:
    with compared([met("a"), met("b")], **each("ab", **changes)) as found:
        assert (found.sharing == ()) is is_one
        assert (told(found, "a") == []) is is_one


def test_an_address_at_another_place_of_the_same_organisation_is_not_compared() -> None:
    with compared(a=of("a", organization_id="o"), b=of("b", organization_id="o")) as found:
        settlement = found.settlement("a")
        assert settlement is not None
        assert settlement.not_compared == ("b",)


def test_environments_that_were_not_read_whole_are_not_compared() -> None:
    environments = {"a": of("a"), "b": of("b", is_whole=False)}
    with compared(missing=("z",), **environments) as found:
        assert found.not_read == ("b", "z")
        settlements = [found.settlement(name) for name in "ab"]
        assert [each.not_compared for each in settlements if each] == [("b", "z"), ("z",)]


def test_an_environment_of_which_nothing_was_left_open_is_not_settled() -> None:
    with compared(a=of("a", open_subjects={}), b=of("b"), missing=("z",)) as found:
        assert found.settlement("a") is None
        assert found.settlement("z") is None


def test_those_that_share_most_addresses_come_first_and_no_more_than_some_are_told() -> None:
    few = [[met(f"e{n:02}"), met("z")] for n in range(MOST_SHARING + 2)]
    names = {f"e{n:02}": of(f"e{n:02}") for n in range(MOST_SHARING + 2)} | {"z": of("z")}
    with compared(*few, [met("e07"), met("z")], **names) as found:
        assert len(found.sharing) == MOST_SHARING
        assert found.sharing[:2] == (Sharing(("e07", "z"), 2), Sharing(("e00", "z"), 1))


def test_notes_are_told_where_applications_are_shared_alone() -> None:
    with compared(a=of("a"), b=of("b")) as found:
        assert found.notes("a") == ()
        assert not found.applications_by_environment["a"].uses
