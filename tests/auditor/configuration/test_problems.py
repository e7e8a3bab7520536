"""Problems are told once each, in the order of the file, at the key where they are written."""

from pathlib import Path

import pytest

from auditor.configuration.lines import Key
from auditor.configuration.problems import ConfigurationError, Problem, Problems, dotted

FILE = Path("auditor.toml")


def lines(problems: Problems) -> list[str]:
    with pytest.raises(ConfigurationError) as refused:
        problems.raise_any()
    assert str(refused.value).splitlines() == [str(each) for each in refused.value.problems]
    return str(refused.value).splitlines()


def test_a_problem_is_file_line_key_and_message_as_far_as_there_are() -> None:
    assert str(Problem("f", 3, "a.b", "is wrong")) == "f:3: a.b: is wrong"
    assert str(Problem("f", None, "", "is wrong")) == "f: is wrong"


def test_without_problems_nothing_is_raised() -> None:
    Problems(FILE).raise_any()


def test_problems_come_in_the_order_of_the_file_and_each_once() -> None:
    problems = Problems(FILE)
    problems.lines = {("b",): 1, ("a",): 2}
    problems.add(("a",), "second")
    problems.add(("b", "inside"), "first")
    problems.add(("a",), "second")
    problems.add((), "of the whole")
    problems.add((), "elsewhere", line=7)
    assert lines(problems) == [
        "auditor.toml: of the whole",
        "auditor.toml:1: b.inside: first",
        "auditor.toml:2: a: second",
        "auditor.toml:7: elsewhere",
    ]


def test_an_inherited_key_is_named_where_it_is_written() -> None:
    problems = Problems(FILE)
    problems.lines = {("defaults",): 4, ("environments",): 9}
    problems.origins = {("environments", "a", "x"): ("defaults", "x")}
    problems.add(("environments", "a", "x"), "is wrong")
    problems.add(("environments", "a", "y"), "is wrong")
    assert lines(problems) == [
        "auditor.toml:4: defaults.x: is wrong",
        "auditor.toml:9: environments.a.y: is wrong",
    ]


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ((), ""),
        (("a", "b-c_9"), "a.b-c_9"),
        (("waivers", 1, "until"), "waivers[2].until"),
        (("a", "m.contoso.com"), 'a."m.contoso.com"'),
        (("two words",), '"two words"'),
        (("line\nend",), '"line\\nend"'),
    ],
)
def test_a_key_is_written_as_toml_writes_it(key: Key, text: str) -> None:
    assert dotted(key) == text
