"""Cells of a CSV file that a spreadsheet shows and never calculates."""

from auditor.reports.shared.text import plain

# What a spreadsheet takes for the beginning of a formula, in plain and in full width.
_FORMULA = frozenset("=+-@\t\r\n|%＝＋－＠")  # noqa: RUF001


def cell(text: str) -> str:
    """The text, made harmless: an apostrophe goes before what would begin a formula.

    Spaces before it do not hide one. Control characters are shown as their code.
    """
    if text.isprintable():
        first = text[:1]
        if first not in _FORMULA and first != " ":
            return text
    shown = plain(text)
    return f"'{shown}" if text.lstrip()[:1] in _FORMULA or text[:1] in _FORMULA else shown
