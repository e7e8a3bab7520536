"""The numbers above all rows: who was not read, and how mailboxes of all environments stand."""

from auditor.fleet.overview import Overview, Row
from auditor.model import Standing


def row(name: str, broken: int | None, complete: bool) -> Row:
    return Row(
        environment=name,
        complete=complete,
        standing=None if broken is None else Standing(broken, 0, broken, 0, {}),
        report=None,
        changed=None,
        first_cause=None,
    )


def test_what_was_not_read_in_full_and_what_stands_so_is_counted() -> None:
    rows = (row("a", 9, True), row("b", 2, False), row("c", None, False))
    overview = Overview(generated_at="", rows=rows, shared_causes=())
    assert overview.incomplete == 2
    assert overview.total("broken") == 11
