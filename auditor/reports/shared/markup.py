"""HTML that small pages are made of: text made harmless, and tables."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from auditor.reports.shared.text import plain

CLOSED = "</tbody></table></div>\n"


def safe(text: str) -> str:
    """The text on one line, as HTML text or attribute."""
    return escape(plain(text))


def table(caption: str, columns: Sequence[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A table of cells that are HTML already; each names its column for narrow screens."""
    labels = [f'<td data-label="{column}">' for column in columns]
    yield from opened(caption, columns)
    for row in rows:
        cells = zip(labels, row, strict=True)
        yield f"<tr>{''.join(f'{label}{cell}</td>' for label, cell in cells)}</tr>\n"
    yield CLOSED


def opened(caption: str, columns: Iterable[str]) -> str:
    """The beginning of a table, whose rows are written by hand and ended by `CLOSED`."""
    heads = "".join(f'<th scope="col">{column}</th>' for column in columns)
    return (
        f'<div class="scroll"><table><caption>{caption}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>\n"
    )


def is_web(address: str) -> bool:
    """Whether a link may lead to the address."""
    return address.startswith("https://") and address.isprintable()
