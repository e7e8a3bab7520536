"""Text on standard output, in lines and columns that a terminal shows."""

import os
import shutil
import sys

import pytest

from auditor.cli.terminal import output
from auditor.cli.terminal.output import columns, fits, markdown_table, show, wrapped
from auditor.process.standard_streams import NobodyReads

ROWS = [("id", "title"), ("a-rule", "What it says of it")]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard output is a terminal of 20 columns."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(shutil, "get_terminal_size", lambda: os.terminal_size((20, 24)))


def test_lines_are_written_each_with_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    show(["a", "ü"])
    assert capsys.readouterr().out == "a\nü\n"


def test_a_line_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    show(["one\n\ttwo", "\x1b[31mred"])
    assert capsys.readouterr().out == "one\n\ttwo\n\\x1b[31mred\n"


def test_it_is_no_failure_that_the_reader_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    discarded = []
    monkeypatch.setattr(output, "discard_output", lambda: discarded.append(True))
    with output.while_somebody_reads():
        raise NobodyReads
    assert discarded == [True]


def test_long_text_is_wrapped_at_the_width_and_paragraphs_are_kept() -> None:
    assert wrapped("a " * 40) == [" ".join("a" * 40)]
    assert wrapped("a " * 41) == [" ".join("a" * 40), "a"]
    assert wrapped("one\ntwo\n\nthree", "  ") == ["  one two", "", "  three"]
    assert wrapped("") == []
    assert wrapped("https://" + "x-" * 50) == ["https://" + "x-" * 50]


def test_cells_are_aligned_where_there_is_no_terminal() -> None:
    assert columns(ROWS) == ["id      title", "a-rule  What it says of it"]


@pytest.mark.usefixtures("terminal")
def test_cells_wrap_to_the_width_of_a_terminal() -> None:
    assert fits([("a" * 9, "b" * 9)])
    assert not fits([("a" * 9, "b" * 10)])
    assert fits([("a" * 20,)])
    assert columns([("id", "title"), ("a", "b")]) == ["id  title", "a   b"]
    lines = columns(ROWS)
    assert lines[:2] == ["id      title", "a-rule  What it says"]
    assert max(map(len, lines)) <= 20


def test_without_a_terminal_any_width_fits() -> None:
    assert fits([("a" * 999,)])


def test_a_table_in_markdown_keeps_to_its_cells() -> None:
    assert markdown_table([("a", "b"), ("x|y", "two\nlines")]) == [
        "| a | b |",
        "| --- | --- |",
        "| x\\|y | two lines |",
    ]
