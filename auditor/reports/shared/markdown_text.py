"""Text made harmless for Markdown."""

import re

from auditor.reports.shared.text import plain

_MARKUP = re.compile(r"[\\`*_\[\]<>|#~&!{}$@]")


def safe(text: str) -> str:
    """The text on one line, with nothing in it that Markdown or HTML would read as markup."""
    return _MARKUP.sub(lambda sign: "&#64;" if sign[0] == "@" else f"\\{sign[0]}", plain(text))
