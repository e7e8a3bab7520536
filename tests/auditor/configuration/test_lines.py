"""Every key and table of a configuration has its line, so that a mistake is named where it is."""

import tomllib

import pytest

from auditor.configuration.lines import Key, index_lines, line_of

TEXT = '''\
# [none] = 1
first = 1 # second = 2

[a.b]   # its comment
c."d.e".f = "g = h"
'plain' = [
  "[x]", # y = 1
  { z = 2 },
]
long = """
one = 1
two"""
after = 3

[[w]]
rule = "x"
[[w.inner]]
k = 1
[w.part]
p = 1
[[w]]
rule = { deep = 1, more = [1, 2] }
[w.part]
p = 2
[last]'''


def test_each_key_and_table_is_mapped_to_its_line() -> None:
    tomllib.loads(TEXT)
    assert index_lines(TEXT) == {
        ("first",): 2,
        ("a",): 4,
        ("a", "b"): 4,
        ("a", "b", "c"): 5,
        ("a", "b", "c", "d.e"): 5,
        ("a", "b", "c", "d.e", "f"): 5,
        ("a", "b", "plain"): 6,
        ("a", "b", "long"): 10,
        ("a", "b", "after"): 13,
        ("w",): 15,
        ("w", 0): 15,
        ("w", 0, "rule"): 16,
        ("w", 0, "inner"): 17,
        ("w", 0, "inner", 0): 17,
        ("w", 0, "inner", 0, "k"): 18,
        ("w", 0, "part"): 19,
        ("w", 0, "part", "p"): 20,
        ("w", 1): 21,
        ("w", 1, "rule"): 22,
        ("w", 1, "part"): 23,
        ("w", 1, "part", "p"): 24,
        ("last",): 25,
    }


def test_an_empty_text_has_no_lines() -> None:
    assert index_lines("") == {}
    assert index_lines("\n# nothing\n\n") == {}


@pytest.mark.parametrize(
    ("key", "line"),
    [(("a", "b"), 2), (("a", "b", "c", 0), 2), (("a", "x"), 1), (("x",), None), ((), None)],
)
def test_a_key_without_a_line_has_that_of_the_nearest_table_around_it(
    key: Key, line: int | None
) -> None:
    assert line_of({("a",): 1, ("a", "b"): 2}, key) == line
