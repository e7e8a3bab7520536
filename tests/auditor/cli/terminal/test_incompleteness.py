"""The one line that says which sources could not be read, and what to do about the first."""

from auditor.cli.terminal.incompleteness import unread_line
from auditor.model import SourceOf
from tests.auditor.reports.audits import audit_of

READ = SourceOf("read", "read", 1, 1, "", "")
LEFT_OUT = SourceOf("left-out", "not-configured", 0, 0, "", "")


def failed(name: str, reason: str = "It is gone", remedy: str = "Find it.") -> SourceOf:
    return SourceOf(name, "failed", 0, 1, reason, remedy)


def line(*sources: SourceOf) -> str:
    return unread_line(audit_of(sources=sources))


def test_failures_come_first_each_with_reason_and_remedy() -> None:
    partial = SourceOf("part", "partial", 1, 1, "Some rows!", "Grant it.")
    assert line(READ, LEFT_OUT, partial, failed("a")) == (
        "contoso: incomplete: 2 of 3 sources not read completely. a could not be read: It is gone."
        " Find it. part read in part: Some rows! Grant it."
    )


def test_where_nothing_was_read_every_source_is_meant() -> None:
    assert line(failed("a"), LEFT_OUT).startswith(
        "contoso: incomplete: every configured source not read completely. a could not be read"
    )


def test_a_source_that_was_read_in_part_was_read() -> None:
    partial = SourceOf("part", "partial", 1, 1, "", "")
    assert "1 of 1 sources not read completely" in line(partial)
    assert line(partial).endswith("part read in part:")


def test_three_of_those_that_ended_alike_are_named() -> None:
    assert "a, b, c could" in line(READ, *map(failed, "abc"))
    assert "a, b, c, ... could" in line(READ, *map(failed, "abcd"))


def test_two_reasons_are_told_and_the_rest_is_counted() -> None:
    three = [failed(name, reason=f"Why {name}?") for name in "abc"]
    assert "more in the report" not in line(READ, *three[:2])
    found = line(READ, *three)
    assert "Why b? Find it. And 1 more in the report." in found
    assert "Why c" not in found


def test_what_is_not_configured_was_not_asked() -> None:
    assert "1 of 2 sources" in line(READ, LEFT_OUT, LEFT_OUT, failed("a"))
