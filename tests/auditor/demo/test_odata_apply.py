"""`$apply` of the simulated tenant: rows counted, up to the service's limit."""

from typing import Any

import pytest

from auditor.demo import odata_apply
from auditor.demo.odata_apply import apply
from auditor.demo.odata_error import ODataError

ROWS: list[Any] = [{"a": at} for at in range(5)]


def counted(text: str) -> Any:
    return apply(text, ROWS, lambda column: None)


def test_rows_are_counted_all_or_those_that_meet_a_filter() -> None:
    assert counted("aggregate($count as n)") == [{"n": 5}]
    assert counted(" filter(a gt 2)/aggregate($count as many) ") == [{"many": 2}]


@pytest.mark.parametrize("text", ["", "aggregate(a with sum as n)", "groupby((a))"])
def test_other_expressions_are_refused(text: str) -> None:
    with pytest.raises(ODataError, match="cannot be read here"):
        counted(text)


@pytest.mark.parametrize(("most", "is_counted"), [(5, True), (4, False)])
def test_so_many_rows_are_counted_and_no_more(
    most: int, is_counted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(odata_apply, "_MOST_ROWS", most)
    if is_counted:
        assert counted("aggregate($count as n)") == [{"n": 5}]
        return
    with pytest.raises(ODataError, match="maximum record limit"):
        counted("aggregate($count as n)")
