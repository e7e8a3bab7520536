"""A difference as one HTML page without a script."""

from collections.abc import Iterator
from importlib import resources
from typing import BinaryIO

from auditor.differences import Difference
from auditor.reports.shared import changes
from auditor.reports.shared.markup import safe
from auditor.reports.shared.policy import policy
from auditor.reports.shared.text import text_stream

MOST = 2000


def write(difference: Difference, out: BinaryIO) -> None:
    """Write the page."""
    with text_stream(out) as text:
        text.writelines(page(f"What changed: {difference.new.environment}", _body(difference)))


def page(title: str, body: Iterator[str]) -> Iterator[str]:
    """A page that asks for nothing beside itself, with the given body."""
    style = resources.files("auditor.reports.page").joinpath("page.css").read_text("utf-8").strip()
    yield (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(style)}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{safe(title)}</title>\n<style>{style}</style></head>\n<body>\n"
        f"<header><h1>{safe(title)}</h1></header>\n<main>\n"
    )
    yield from body
    yield "</main>\n</body></html>\n"


def _body(difference: Difference) -> Iterator[str]:
    yield f"<p><strong>{safe(changes.summary(difference))}</strong></p>\n"
    for part in changes.parts(difference, MOST):
        yield f"<section><h2>{safe(part.heading)}</h2>\n<ul>\n"
        for line in part.lines:
            yield f"<li>{safe(line)}</li>\n"
        if part.more:
            yield f"<li>and {part.more:,} more in --format json</li>\n"
        yield "</ul></section>\n"
