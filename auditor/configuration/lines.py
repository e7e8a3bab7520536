"""The line of every key in a TOML text, so that an error can say where.

The text is taken as valid: the TOML parser has been over it before.
"""

import re
import tomllib
from collections.abc import Iterator
from typing import TypeAlias

Key: TypeAlias = tuple[str | int, ...]

_TOKEN = re.compile(
    r'''
      (?P<quoted> """(?:[^\\]|\\[\s\S])*?"""(?:"{0,2}) | \'\'\'[\s\S]*?\'\'\'(?:'{0,2})
                | "(?:[^"\\\n]|\\.)*" | '[^'\n]*' )
    | (?P<comment> \#[^\n]* )
    | (?P<end> \n )
    | (?P<mark> [\[\]{}=,.] )
    | (?P<bare> [^\s\[\]{}=,."'\#]+ )
    ''',
    re.VERBOSE,
)


def index_lines(text: str) -> dict[Key, int]:
    """Map the path of each key and table to its line, counted from 1; of one first met, the first.

    A path holds names, and positions within arrays of tables: ("waivers", 0, "rule"). Keys of
    inline tables have no entry of their own: look up the key that holds them (see `line_of`).
    """
    lines: dict[Key, int] = {}
    arrays: dict[Key, int] = {}
    table: Key = ()
    for statement in _statements(text):
        line, words = statement[0][0], [word for _, word in statement]
        if words[0] == "[":
            depth = 2 if words[1] == "[" else 1
            names = _names(words[depth : words.index("]")])
            table = (*_place(arrays, names[:-1]), names[-1])
            for end in range(1, len(table)):
                lines.setdefault(table[:end], line)
            if depth == 2:
                lines.setdefault(table, line)
                arrays[table] = arrays.get(table, -1) + 1
                table = (*table, arrays[table])
            lines.setdefault(table, line)
        elif "=" in words:
            path = table
            for name in _names(words[: words.index("=")]):
                path = (*path, name)
                lines.setdefault(path, line)
    return lines


def line_of(lines: dict[Key, int], key: Key) -> int | None:
    """The line of a key, or of the nearest table that holds it; None when neither is known."""
    while key:
        if key in lines:
            return lines[key]
        key = key[:-1]
    return None


def _statements(text: str) -> Iterator[list[tuple[int, str]]]:
    """Yield each header and each assignment as (line, token) pairs, without comments."""
    line, depth = 1, 0
    statement: list[tuple[int, str]] = []
    for token in _TOKEN.finditer(text):
        word = token.group()
        if token.lastgroup == "end" and depth == 0:
            if statement:
                yield statement
            statement = []
        elif token.lastgroup not in ("end", "comment"):
            statement.append((line, word))
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(word, 0)
        line += word.count("\n")
    if statement:
        yield statement


def _names(words: list[str]) -> list[str]:
    """The names of a dotted key, quotes taken off."""
    return [
        tomllib.loads(f"name = {word}")["name"] if word[0] in "\"'" else word
        for word in words
        if word != "."
    ]


def _place(arrays: dict[Key, int], names: list[str]) -> Key:
    """The path of a table, with the position of the newest element of each array on the way."""
    path: Key = ()
    for name in names:
        path = (*path, name)
        if path in arrays:
            path = (*path, arrays[path])
    return path
