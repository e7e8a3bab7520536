"""Cells of a CSV file that a spreadsheet shows and never calculates."""

import re

from auditor.reports.shared.text import plain

# What a spreadsheet takes for the beginning of a formula, in plain and in full width.
_FORMULA = frozenset("=+-@\t\r\n|%＝＋－＠")  # noqa: RUF001


# A space may hide one of them.
_SUSPECT = _FORMULA | {" "}
# Where lists are separated by semicolons a spreadsheet takes one for the end of a cell, quotes or
# not: those count at the beginning of a cell alone, and there the whole row is one.
_AFTER_SEMICOLON = re.compile(r";([\s\"]*)(?=[=+\-@|%＝＋－＠])")  # noqa: RUF001


def cells(texts: list[str]) -> list[str]:
    """The texts as cells of one row, each made harmless by `cell`."""
    # Nearly every row is harmless already: one look at each text settles it.
    for text in texts:
        if (
            text[:1] in _SUSPECT
            or not text.isprintable()
            or (";" in text and _AFTER_SEMICOLON.search(text))
        ):
            return [cell(each) for each in texts]
    return texts


def cell(text: str) -> str:
    """The text, made harmless: an apostrophe goes before what would begin a formula.

    Spaces before it do not hide one, nor does a semicolon. Control characters are shown as their
    code.
    """
    shown = _AFTER_SEMICOLON.sub(r";\1'", plain(text))
    return f"'{shown}" if text.lstrip()[:1] in _FORMULA or text[:1] in _FORMULA else shown


BYTE_ORDER_MARK = "\ufeff"
"""By it Excel knows that a file is UTF-8."""


def line(texts: list[str]) -> str:
    """The texts as quoted cells with commas between, without a line end.

    The same as `csv.writer` with QUOTE_ALL gives for them, at several times its speed: cells hold
    no line ends, so that doubling quotes is all there is to do.
    """
    row = cells(texts)
    joined = '","'.join(row)
    if joined.count('"') != 2 * (len(row) - 1):
        joined = '","'.join([each.replace('"', '""') for each in row])
    return f'"{joined}"'
