"""`$filter` of the simulated tenant: what a text means for a row, and what cannot be read."""

from typing import Any

import pytest

from auditor.demo.odata_error import ODataError
from auditor.demo.odata_filter import compile_filter

ROW = {
    "name": "O'Hara",
    "count": 5,
    "id": "0a1b2c3d-1111-2222-3333-444455556666",
    "at": "2026-11-23T12:00:00Z",
    "on": True,
    "none": None,
}


def meets(text: str) -> bool:
    row: Any = ROW
    return compile_filter(text, lambda column: None)(row)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name eq 'o''hara'", True),
        ("name eq 'other'", False),
        ("name ne 'other'", True),
        ("name ne 'O''HARA'", False),
        ("none eq null", True),
        ("name eq null", False),
        ("none ne 'x'", True),
        ("on eq true", True),
        ("on eq false", False),
        ("count eq 5", True),
        ("count gt 4", True),
        ("count gt 5", False),
        ("count ge 5", True),
        ("count ge 6", False),
        ("count lt 5", False),
        ("count lt 6", True),
        ("count le 5", True),
        ("count le 4", False),
        ("count gt -1", True),
        ("count gt 'a'", False),
        ("name gt 1", False),
        ("none gt 1", False),
        ("name lt 'p'", True),
        ("id eq 0A1B2C3D-1111-2222-3333-444455556666", True),
        ("id eq {0a1b2c3d-1111-2222-3333-444455556666}", True),
        ("at eq 2026-11-23T12:00:00Z", True),
        ("at eq 2026-11-23T13:00:00+01:00", True),
        ("at gt 2026-11-23", True),
        ("at lt 2026-11-23T12:00", False),
        ("contains(name,'HAR')", True),
        ("contains(name,'x')", False),
        ("startswith(name,'o''h')", True),
        ("startswith(name,'hara')", False),
        ("endswith(name,'hara')", True),
        ("endswith(name,'o')", False),
        ("contains(count,'5')", False),
        ("contains(none,'')", False),
        ("not count eq 5", False),
        ("not (count eq 4)", True),
        ("count eq 5 and on eq true", True),
        ("count eq 5 and on eq false", False),
        ("count eq 4 or on eq true", True),
        ("count eq 4 or on eq false", False),
        ("count eq 5 or count eq 4 and on eq false", True),
        ("(count eq 5 or count eq 4) and on eq false", False),
        ("not count eq 4 and on eq false", False),
        ("  count eq 5  ", True),
    ],
)
def test_a_filter_is_met(text: str, expected: bool) -> None:
    assert meets(text) is expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "ends too early"),
        ("count", "ends too early"),
        ("count eq", "ends too early"),
        ("count eq 5 and", "ends too early"),
        ("5 eq count", "Unexpected '5'"),
        ("count is 5", "Unexpected 'is'"),
        ("count 5 5", "Unexpected '5'"),
        ("count eq other", "Unexpected 'other'"),
        ("count eq 5.5", "Unexpected '5.5'"),
        ("count eq (", "Unexpected '('"),
        ("count eq 5 5", "Unexpected '5'"),
        ("(count eq 5", "Unexpected 'the end'"),
        ("count eq 5)", "Unexpected ')'"),
        ("contains(name 'x')", "Unexpected ''x''"),
        ("contains(name,'x'", "Unexpected 'the end'"),
        ("contains(name,5)", "The function contains asks for a quoted text."),
        ("contains name", "Unexpected 'name'"),
        ("at gt 2026-13-45", "'2026-13-45' is not a date."),
        ("count eq #", "Syntax error at position 8"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, words: str) -> None:
    with pytest.raises(ODataError) as caught:
        meets(text)
    assert words in str(caught.value)


@pytest.mark.parametrize("text", ["gone eq 5", "contains(gone,'x')"])
def test_columns_that_do_not_exist_are_refused(text: str) -> None:
    asked: list[str] = []
    compile_filter(text, asked.append)
    assert asked == ["gone"]


@pytest.mark.parametrize(("deep", "is_read"), [(99, True), (100, False)])
def test_a_filter_is_nested_so_deep_and_no_deeper(deep: int, is_read: bool) -> None:
    text = "(" * deep + "count eq 5" + ")" * deep
    if is_read:
        assert meets(text)
        return
    with pytest.raises(ODataError, match="nested too deeply"):
        meets(text)


def test_one_after_the_other_is_not_nested() -> None:
    assert meets(" and ".join(["(count eq 5)"] * 200))
