"""What must hold between the keys of a configuration, each check by itself."""

from pathlib import Path
from typing import Any

import pytest

from auditor.configuration import checks
from auditor.configuration.problems import ConfigurationError, Problems
from connectors.sources.sampling import MOST_ASKED
from rules.thresholds import Threshold

NOT_TABLES: tuple[Any, ...] = (3, "x", [])


@pytest.fixture
def problems() -> Problems:
    return Problems(Path("f"))


def told(problems: Problems) -> list[str]:
    try:
        problems.raise_any()
    except ConfigurationError as refusal:
        return [f"{each.key}: {each.message}" for each in refusal.problems]
    return []


def environment(**table: Any) -> dict[str, Any]:
    return {"environments": {"a": table}}


class TestInherit:
    DEFAULTS: dict[str, Any] = {"auth": {"method": "ntlm", "username": "shared"}}  # noqa: RUF012

    def test_what_an_environment_says_goes_first(self, problems: Problems) -> None:
        document = {"defaults": self.DEFAULTS, **environment(url="u", auth={"username": "own"})}
        assert checks.inherit(document, problems) == {
            "defaults": self.DEFAULTS,
            "environments": {"a": {"url": "u", "auth": {"method": "ntlm", "username": "own"}}},
        }
        assert problems.origins == {
            ("environments", "a", "auth", "method"): ("defaults", "auth", "method")
        }

    def test_an_environment_without_a_sign_in_has_the_shared_one(self, problems: Problems) -> None:
        found = checks.inherit({"defaults": self.DEFAULTS, **environment()}, problems)
        assert found["environments"]["a"]["auth"] == self.DEFAULTS["auth"]

    @pytest.mark.parametrize("wrong", NOT_TABLES)
    def test_what_is_no_table_stays_for_the_decoder_to_refuse(
        self, problems: Problems, wrong: Any
    ) -> None:
        for document in (
            {"defaults": wrong, **environment(url="u")},
            {"defaults": {"auth": wrong}, **environment(url="u")},
            {"defaults": self.DEFAULTS, "environments": wrong},
            {"defaults": self.DEFAULTS, "environments": {"a": wrong}},
            {"defaults": self.DEFAULTS, **environment(auth=wrong)},
            {"defaults": self.DEFAULTS},
        ):
            assert checks.inherit(document, problems) == document
            assert problems.origins == {}


class TestSignIns:
    REACHES: dict[str, Any] = {"method": "managed-identity"}  # noqa: RUF012
    STAYS: dict[str, Any] = {"method": "ntlm", "username": "u", "password": "env:P"}  # noqa: RUF012

    @pytest.mark.parametrize(
        ("table", "expected"),
        [
            ({"auth": REACHES, "graph": {}}, []),
            ({"auth": STAYS}, []),
            (
                {"auth": STAYS, "graph": {}},
                ["environments.a.graph.auth: is missing: ntlm of the environment does not reach"],
            ),
            ({"auth": STAYS, "graph": {"auth": REACHES}}, []),
            # What is no way to sign in is told at its own key, once.
            (
                {"auth": {"method": "ntml"}, "graph": {}},
                ["environments.a.auth.method: is not a wa"],
            ),
            ({"graph": {}}, []),
            ({"auth": STAYS, "graph": 3}, []),
            (
                {"auth": {"method": "basic"}},
                ["environments.a.auth.method: is not a way to sign in"],
            ),
            ({"auth": REACHES, "exchange_server": {"auth": {"method": "negotiate"}}}, []),
            (
                {"auth": REACHES, "exchange_server": {"auth": REACHES}},
                ["environments.a.exchange_server.auth.method: is not a way to sign in here"],
            ),
            (
                {"auth": REACHES, "graph": {"auth": STAYS}},
                ["environments.a.graph.auth.method: is not a way to sign in here"],
            ),
            (
                {"auth": REACHES, "exchange_online": {}},
                ["environments.a.exchange_online.tenant: is missing; write for example"],
            ),
            ({"auth": REACHES, "exchange_online": {"tenant": "t"}}, []),
            ({"auth": {**REACHES, "tenant": "t"}, "exchange_online": {}}, []),
            ({"auth": REACHES, "exchange_online": {"auth": {**REACHES, "tenant": "t"}}}, []),
            (
                {"auth": {**REACHES, "tenant": "t"}, "exchange_online": {"auth": REACHES}},
                ["environments.a.exchange_online.tenant: is missing; write for example"],
            ),
        ],
    )
    def test_each_source_needs_one_that_fits(
        self, problems: Problems, table: dict[str, Any], expected: list[str]
    ) -> None:
        checks.check_sign_ins(environment(**table), problems)
        found = told(problems)
        assert len(found) == len(expected), found
        assert all(map(str.startswith, found, expected)), found


class TestCounts:
    @pytest.mark.parametrize(
        ("count", "wrong"),
        [
            (-1, "is negative"),
            (0, None),
            (MOST_ASKED, None),
            (MOST_ASKED + 1, f"is above {MOST_ASKED}, which is the most"),
            ("x", None),
            (True, None),
        ],
    )
    def test_between_none_and_the_most_may_be_asked(
        self, problems: Problems, count: Any, wrong: str | None
    ) -> None:
        document = environment(graph={"inbox_rules": count}, exchange_server={"mailboxes": count})
        checks.check_counts(document, problems)
        expected = [
            f"environments.a.exchange_server.mailboxes: {wrong};"
            " write how many mailboxes to open, or 0 for none",
            f"environments.a.graph.inbox_rules: {wrong};"
            " write how many mailboxes to ask, or 0 for none",
        ]
        assert told(problems) == (expected if wrong else [])


@pytest.mark.parametrize(
    ("report", "is_wrong"),
    [({"keep": -1}, True), ({"keep": 0}, False), ({"keep": "x"}, False), ({}, False), (3, False)],
)
def test_fewer_than_no_reports_are_not_kept(
    problems: Problems, report: Any, is_wrong: bool
) -> None:
    checks.check_keep({"report": report}, problems)
    assert bool(told(problems)) == is_wrong
    assert all(each.startswith("report.keep: is negative") for each in told(problems))


def test_names_that_differ_in_capitals_alone_are_told_of_the_later(problems: Problems) -> None:
    names = {"one": {}, "Two": {}, "tWO": {}, "three": 3, "Three": {}}
    checks.check_names({"environments": names}, problems)
    assert told(problems) == [
        "environments.tWO: differs from Two in capitals alone; give it another name"
    ]


class TestWaivers:
    @pytest.mark.parametrize(
        ("waivers", "expected"),
        [
            ([{"rule": "known", "environment": "a"}], []),
            (
                [{"rule": "knwon"}],
                ["waivers[1].rule: there is no rule 'knwon'; did you mean known"],
            ),
            ([{"rule": 3, "environment": 3}], []),
            ([3], []),
            (3, []),
            (
                [{"rule": "known", "environment": "b"}],
                ["waivers[1].environment: there is no environment 'b'; known are a"],
            ),
            (
                [{"rule": "known"}, {"rule": "known", "subject": "s"}, {"rule": "known"}],
                ["waivers[3]: waives the same as waivers[1]; keep one"],
            ),
            ([{"rule": "known"}, {"rule": "known", "environment": "a"}], []),
        ],
    )
    def test_each_names_what_there_is_and_once(
        self, problems: Problems, waivers: Any, expected: list[str]
    ) -> None:
        checks.check_waivers({**environment(), "waivers": waivers}, ["known", "other"], problems)
        found = told(problems)
        assert len(found) == len(expected), found
        assert all(map(str.startswith, found, expected)), found

    def test_a_rule_says_where_all_are_listed(self, problems: Problems) -> None:
        checks.check_waivers({"waivers": [{"rule": "x"}]}, ["known"], problems)
        assert told(problems)[0].endswith("; known are known; see all with: auditor rules")

    def test_without_rules_none_is_looked_up(self, problems: Problems) -> None:
        checks.check_waivers({"waivers": [{"rule": "x"}]}, None, problems)
        assert told(problems) == []


def test_a_format_is_one_that_there_is(problems: Problems) -> None:
    checks.check_formats({"report": {"formats": "html"}}, ["html"], problems)
    checks.check_formats({"report": {"formats": ["html", 3]}}, ["html"], problems)
    checks.check_formats({"report": {"formats": ["pdf"]}}, None, problems)
    assert told(problems) == []
    checks.check_formats({"report": {"formats": ["html", "htm"]}}, ["html"], problems)
    assert told(problems) == ["report.formats[2]: is not a report format; did you mean html?"]


class TestThresholds:
    KNOWN = {  # noqa: RUF012
        "age": Threshold("age", 3600, "an age"),
        "count": Threshold("count", 5, "a count", "number"),
    }

    @pytest.mark.parametrize("value", [0, 1, 2**63 - 1])
    def test_a_number_is_taken_as_it_is(self, problems: Problems, value: int) -> None:
        document = {"thresholds": {"count": value}}
        assert checks.read_thresholds(document, self.KNOWN, problems) == {"count": value}
        assert told(problems) == []

    @pytest.mark.parametrize("value", [-1, 2**63, "5", True, 1.0])
    def test_what_is_no_whole_number_is_refused(self, problems: Problems, value: Any) -> None:
        document = {"thresholds": {"count": value, "age": "1h"}}
        assert checks.read_thresholds(document, self.KNOWN, problems) == {"age": 3600}
        assert told(problems) == ["thresholds.count: must be a whole number, not below zero"]

    @pytest.mark.parametrize(
        ("value", "wrong"), [("1 hour", "is not a duration; "), (3600, "has no unit; write a text")]
    )
    def test_what_is_no_duration_is_refused(
        self, problems: Problems, value: Any, wrong: str
    ) -> None:
        assert checks.read_thresholds({"thresholds": {"age": value}}, self.KNOWN, problems) == {}
        assert told(problems)[0].startswith(f"thresholds.age: {wrong}")

    def test_without_known_ones_the_way_it_is_written_says_its_unit(
        self, problems: Problems
    ) -> None:
        document = {"thresholds": {"any": "1h", "other": 7}}
        assert checks.read_thresholds(document, None, problems) == {"any": 3600, "other": 7}

    def test_a_name_that_no_rule_has_is_refused(self, problems: Problems) -> None:
        document = {"thresholds": {"agee": "1h"}}
        assert checks.read_thresholds(document, self.KNOWN, problems) == {}
        assert checks.read_thresholds(document, {}, problems) == {}
        assert told(problems) == [
            "thresholds.agee: no rule has such a threshold; did you mean age?",
            "thresholds.agee: no rule has such a threshold; see those of a rule with:"
            " auditor explain RULE",
        ]

    def test_none_are_set_where_there_is_no_table(self, problems: Problems) -> None:
        assert checks.read_thresholds({}, self.KNOWN, problems) == {}
        assert told(problems) == []
        assert checks.read_thresholds({"thresholds": 3}, self.KNOWN, problems) == {}
        assert told(problems) == ["thresholds: must be a table; write [thresholds]"]
