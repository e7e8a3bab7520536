"""What a run is asked to do: the rules that a selection leaves, and none of them is refused."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from auditor.configuration import Auth, Configuration, Declared, Environment
from auditor.configuration import Waiver as ConfiguredWaiver
from auditor.request import Request
from auditor.running import (
    Judging,
    chosen_edition_id,
    chosen_rules,
    header_of,
    replayed,
    request_of,
)
from auditor.selection import selection_of
from auditor.usage import UsageProblem
from rules.option_sets import Deployment
from rules.rule import catalogue


def test_selections_narrow_one_another() -> None:
    assert chosen_rules(Judging()) == catalogue()
    kinds = chosen_rules(Judging(kinds=("support",)))
    assert {rule.kind for rule in kinds} == {"support"}
    first, second = (rule.id for rule in kinds[:2])
    both = Judging(rules=(first, second), skipped=(second,), kinds=("support",))
    assert [rule.id for rule in chosen_rules(both)] == [first]


def test_selection_of_nothing_is_refused() -> None:
    with pytest.raises(UsageProblem, match="no rule"):
        chosen_rules(Judging(rules=("duplicate-address",), skipped=("duplicate-address",)))


@pytest.mark.parametrize(
    ("judging", "words"),
    [
        (Judging(rules=("duplicate-adress",)), "no rule 'duplicate-adress'; did you mean"),
        (Judging(skipped=("duplicate-adress",)), "no rule 'duplicate-adress'; did you mean"),
        (Judging(kinds=("suport",)), "no kind 'suport'; did you mean support"),
    ],
)
def test_what_there_is_not_is_refused(judging: Judging, words: str) -> None:
    with pytest.raises(UsageProblem, match=words):
        chosen_rules(judging)


def test_an_edition_is_one_that_there_is() -> None:
    assert chosen_edition_id(Judging()) == "auto"
    assert chosen_edition_id(Judging(edition="online")) == "online"
    with pytest.raises(UsageProblem, match="no edition 'onlin'; did you mean online"):
        chosen_edition_id(Judging(edition="onlin"))


ENVIRONMENT = Environment(
    name="contoso",
    url="https://contoso.example",
    auth=Auth(method="managed-identity"),
    declared=Declared(fips_140_2=True, exchange_builds={"m": "15.2.1544.4"}, providers={"p": "G"}),
)
CONFIGURATION = Configuration(
    path=Path("auditor.toml"),
    thresholds={"synchronization_stale_warning": 60},
    waivers=(ConfiguredWaiver("a-rule", "CHG-1", datetime.date(2027, 3, 31)),),
)
DAY = datetime.date(2026, 11, 23)


def asked(judging: Judging = Judging(), **changes: Any) -> Request:  # noqa: B008
    environment = structs.replace(ENVIRONMENT, **changes)
    return request_of(CONFIGURATION, environment, judging, "2026-11-23T08:00:00Z")


class TestRequest:
    def test_declarations_are_those_of_the_environment(self) -> None:
        declared = asked().declarations
        assert declared.values["fips_140_2"] is True
        assert not {"exchange_builds", "providers"} & declared.values.keys()
        assert (declared.builds, declared.providers) == ({"m": "15.2.1544.4"}, {"p": "G"})
        assert declared.deployment is None

    def test_so_is_where_the_organisation_runs(self) -> None:
        assert asked(deployment="online").declarations.deployment == Deployment.ONLINE

    def test_dates_are_judged_as_on_a_day(self) -> None:
        assert asked(Judging(as_of=DAY)).as_of == DAY
        assert asked().as_of >= DAY

    def test_limits_and_waivers_are_those_of_the_configuration(self) -> None:
        assert dict(asked().thresholds.set) == {"synchronization_stale_warning": 60}
        assert [each.reason for each in asked().waivers] == ["CHG-1"]

    def test_rules_that_bear_on_mailboxes_are_judged_and_not_reported(self) -> None:
        only = asked(Judging(only=selection_of(["mailbox:a"])))
        assert {rule.subject for rule in only.rules} == {"mailbox"}
        rest = {rule.subject for rule in only.unreported}
        assert "profile" in rest
        assert "mailbox" not in rest
        assert asked().unreported == ()


class TestReplayed:
    @pytest.mark.parametrize(
        ("lent", "thresholds", "reasons"),
        [
            (None, {"synchronization_stale_warning": 60}, ["CHG-1"]),
            (Configuration(path=Path("other.toml")), {}, []),
        ],
    )
    def test_a_configuration_that_is_lent_goes_first(
        self, lent: Configuration | None, thresholds: dict[str, int], reasons: list[str]
    ) -> None:
        found = replayed(header_of(asked(Judging(as_of=DAY))), Judging(), lent)
        assert dict(found.thresholds.set) == thresholds
        assert [each.reason for each in found.waivers] == reasons
        assert found.as_of == DAY

    def test_another_day_may_be_asked_for(self) -> None:
        other = datetime.date(2027, 1, 1)
        header = header_of(asked(Judging(as_of=DAY)))
        assert replayed(header, Judging(as_of=other), None).as_of == other
