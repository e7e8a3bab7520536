"""Lines on a screen: wrapped, never cut, and with text from records shown as it is."""

import locale
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from rich.cells import cell_len
from rich.console import Console
from rich.containers import Lines
from rich.text import Text

from auditor.reports.shared.text import text_stream

WIDTH = 80
_WORD = re.compile(r"\S+\s*")
_UNSAFE_IN_LINKS = set(" ;[]")


class Screen:
    """Writes lines that wrap at the width of the console."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.width = console.width

    def line(self, text: str | Text, *, indent: int = 0, hang: int = 0, style: str = "") -> None:
        """Write text; its further lines stand `hang` columns to the right of the first."""
        whole = Text(text, style=style) if isinstance(text, str) else text
        room = max(self.width - indent, 20)
        for number, line in enumerate(_wrapped(whole, room, room - hang)):
            line.rstrip()
            margin = indent + (hang if number else 0)
            self._console.print(Text(" " * margin).append_text(line), soft_wrap=True)

    def labelled(self, label: str, text: str, *, indent: int = 0, style: str = "") -> None:
        """Write text after its label."""
        self.line(Text.assemble((f"{label}: ", "dim"), (text, style)), indent=indent)

    def command(self, label: str, text: str) -> None:
        """Write a command after its label, never broken, so that it can be pasted."""
        if cell_len(f"{label}: {text}") <= self.width:
            self.labelled(label, text)
            return
        self.line(f"{label}:", style="dim")
        self._console.print(Text(f"  {text}"), soft_wrap=True)

    def heading(self, text: str) -> None:
        """Write the heading of a section."""
        self.line(text, style="bold underline")

    def gap(self) -> None:
        """Leave a line empty."""
        self._console.print()


@contextmanager
def screen(out: BinaryIO) -> Iterator[Screen]:
    """A screen in colour and at its width on a terminal, else plain in 80 columns."""
    on_terminal = out.isatty()
    # Consoles of Windows take UTF-8 bytes whatever the code page.
    encoding = locale.getencoding() if on_terminal and os.name != "nt" else "utf-8"
    with text_stream(out, encoding) as text:
        yield Screen(
            Console(
                file=text,
                force_terminal=on_terminal,
                width=None if on_terminal else WIDTH,
                markup=False,
                emoji=False,
                highlight=False,
                legacy_windows=False,
            )
        )


def link(address: str) -> str:
    """The style that links text to an address where a terminal may open it, else empty text."""
    safe = address.startswith("https://") and address.isprintable()
    return f"link {address}" if safe and not _UNSAFE_IN_LINKS & set(address) else ""


def _wrapped(text: Text, first: int, further: int) -> Lines:
    """The text in lines; a word longer than one stays whole: half an address cannot be copied."""
    breaks: list[int] = []
    column = 0
    for word in _WORD.finditer(text.plain):
        width = further if breaks else first
        if column and column + cell_len(word[0].rstrip()) > width:
            breaks.append(word.start())
            column = 0
        column += cell_len(word[0])
    return text.divide(breaks)
