"""Text made harmless for Markdown."""

import re

from auditor.model import Subject
from auditor.reports.shared import wording
from auditor.reports.shared.text import plain

# GitHub makes links of bare addresses too: by "://" and "www." (GFM, 6.9).
_MARKUP = re.compile(r"[\\`*_\[\]<>|#~&!{}$@]|:(?=//)|(?i:(?<=www)\.)")


def safe(text: str) -> str:
    """The text on one line, with nothing in it that Markdown or HTML reads as markup or a link."""
    return _MARKUP.sub(lambda sign: "&#64;" if sign[0] == "@" else f"\\{sign[0]}", plain(text))


def linked(subject: Subject) -> str:
    """The subject's kind and name, as a link to its page where that is a plain address."""
    name = safe(wording.subject(subject))
    address = subject.url
    if not address.startswith("https://") or not address.isprintable():
        return name
    if set(address) & set(" <>()|\\[]\"'`"):
        return name
    return f"[{name}]({address})"
