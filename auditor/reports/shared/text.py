"""Text that is safe to show, and streams of text over the binary stream of a report."""

import contextlib
import re
from collections.abc import Iterator
from typing import BinaryIO, TextIO

from auditor.process.files import text_over

# Joiners belong to names in Persian, Hindi and other scripts, and move nothing on a screen.
_KEPT = "\u200c\u200d"
_SUSPECT = re.compile(r"[^ -~]")


def plain(text: str) -> str:
    """The text on one line, with nothing in it that steers a terminal or reorders what is read.

    Line ends and other spaces become a space, control and formatting characters their code.
    """
    return text if text.isprintable() else _SUSPECT.sub(_shown, text)


def _shown(match: re.Match[str]) -> str:
    character = match[0]
    if character.isprintable() or character in _KEPT:
        return character
    if character.isspace():
        return " "
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


@contextlib.contextmanager
def text_stream(out: BinaryIO, encoding: str = "utf-8") -> Iterator[TextIO]:
    """A text stream over a binary one, which stays open; line ends are written as given.

    A character that the encoding cannot hold is written as its code.
    """
    with text_over(out, encoding, "backslashreplace") as text:
        yield text
