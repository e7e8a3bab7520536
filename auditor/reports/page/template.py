"""The template of the page with its style and script, and the policy that allows these alone."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from auditor.reports.page.collected import Shown
from auditor.reports.shared import wording
from auditor.reports.shared.markup import is_web
from auditor.reports.shared.policy import policy
from auditor.reports.shared.text import plain

COLOURS = {"error": "broken", "warning": "unsupported", "note": "unknown"}


def page(shown: Mapping[str, Any]) -> Iterator[str]:
    """The page in pieces. Every text is escaped, and steers nothing on the screen."""
    # Without line ends around them, so that every reader of the policy takes the same hash.
    style, script = _text("page.css").strip(), _text("page.js").strip()
    own = {
        "style": Markup(style),
        "script": Markup(script),
        "policy": policy(style, script),
    }
    return _environment().get_template("page.html").generate(**shown, **own)


def colour(of: Shown) -> str:
    """The colour of a finding: by severity where it fails, else that of the unknown."""
    return COLOURS[of.severity] if of.verdict == "fail" and not of.waived else "unknown"


def word(of: Shown) -> str:
    """What a finding says, in a word."""
    if of.waived:
        return "waived"
    return "fails" if of.verdict == "fail" else "could not be established"


def prose(text: str) -> Markup:
    """A sentence as HTML, with what stands between backticks as code."""
    parts = [escape(part) for part in plain(text).split("`")]
    if len(parts) % 2 == 0:
        return escape(plain(text))
    marked = (
        Markup("<code>{}</code>").format(part) if at % 2 else part for at, part in enumerate(parts)
    )
    return Markup("").join(marked)


@cache
def _text(name: str) -> str:
    return resources.files("auditor.reports.page").joinpath(name).read_text("utf-8")


@cache
def _environment() -> Environment:
    made = Environment(
        autoescape=True,
        loader=FunctionLoader(_text),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_shown,
    )
    made.filters["number"] = "{:,}".format
    made.filters["subject"] = wording.subject
    made.filters["colour"] = colour
    made.filters["word"] = word
    made.filters["prose"] = prose
    made.tests["web"] = is_web
    return made


def _shown(value: object) -> object:
    return plain(value) if type(value) is str else value
