"""`$filter`: a text in, a predicate over rows out.

Knows eq ne gt ge lt le, and or not, parentheses, contains startswith endswith, and the literals
null, true, false, numbers, GUIDs, dates and quoted text.
"""

import datetime as dt
import operator
import re
from collections.abc import Callable

from auditor.demo.odata_error import ODataError, bad_request
from auditor.demo.rows import Row
from auditor.demo.schema import Value

Predicate = Callable[[Row], bool]
CheckColumn = Callable[[str], None]

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>'(?:[^']|'')*')
  | (?P<guid>\{?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?)
  | (?P<date>\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?)
  | (?P<number>-?\d+(?:\.\d+)?)
  | (?P<word>[A-Za-z_][A-Za-z0-9_.]*)
  | (?P<mark>[(),])
    )""",
    re.VERBOSE,
)
_ORDER = {"gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le}
_TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda value, part: part in value,
    "startswith": str.startswith,
    "endswith": str.endswith,
}
_CONSTANTS: dict[str, Value] = {"null": None, "true": True, "false": False}
_DEEPEST = 100


def compile_filter(text: str, check_column: CheckColumn) -> Predicate:
    """Give the predicate of a filter; `check_column` refuses columns that do not exist.

    As SQL Server does behind the real one, text compares without case and `ne` is met by null.
    Raises ODataError (400) on what it cannot read.
    """
    return _Parser(_tokens(text), check_column).parse()


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    position = 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise bad_request(f"Syntax error at position {position} in '{text}'.")
        found.append((str(match.lastgroup), match[str(match.lastgroup)]))
        position = match.end()
    return found


class _Parser:
    """A recursive descent over the tokens; `or` binds weaker than `and`, `and` than `not`."""

    def __init__(self, tokens: list[tuple[str, str]], check_column: CheckColumn) -> None:
        self._tokens = tokens
        self._check_column = check_column
        self._position = 0
        self._depth = 0

    def parse(self) -> Predicate:
        found = self._either()
        if self._position != len(self._tokens):
            raise self._unexpected()
        return found

    def _either(self) -> Predicate:
        parts = [self._both()]
        while self._take("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda row: any(part(row) for part in parts)

    def _both(self) -> Predicate:
        parts = [self._single()]
        while self._take("and"):
            parts.append(self._single())
        return parts[0] if len(parts) == 1 else lambda row: all(part(row) for part in parts)

    def _single(self) -> Predicate:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise bad_request("The filter is nested too deeply.")
        try:
            if self._take("not"):
                inner = self._single()
                return lambda row: not inner(row)
            if self._take("("):
                found = self._either()
                self._expect(")")
                return found
            return self._comparison()
        finally:
            self._depth -= 1

    def _comparison(self) -> Predicate:
        kind, word = self._next()
        if kind != "word":
            raise self._unexpected(back=1)
        if word in _TEXT_TESTS and self._take("("):
            return self._text_test(word)
        self._check_column(word)
        kind, comparison = self._next()
        if kind != "word" or comparison not in ("eq", "ne", *_ORDER):
            raise self._unexpected(back=1)
        return _compare(word, comparison, self._literal())

    def _text_test(self, name: str) -> Predicate:
        _, column = self._next()
        self._check_column(column)
        self._expect(",")
        literal = self._literal()
        self._expect(")")
        if not isinstance(literal, str):
            raise bad_request(f"The function {name} asks for a quoted text.")
        test, part = _TEXT_TESTS[name], literal.lower()

        def meets(row: Row) -> bool:
            value = row.get(column)
            return isinstance(value, str) and test(value.lower(), part)

        return meets

    def _literal(self) -> Value:
        kind, text = self._next()
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if kind == "guid":
            return text.strip("{}").lower()
        if kind == "date":
            return _plain_date(text)
        if kind == "number" and "." not in text:
            return int(text)
        if kind == "word" and text in _CONSTANTS:
            return _CONSTANTS[text]
        raise self._unexpected(back=1)

    def _next(self) -> tuple[str, str]:
        if self._position >= len(self._tokens):
            raise bad_request("The filter ends too early.")
        self._position += 1
        return self._tokens[self._position - 1]

    def _take(self, word: str) -> bool:
        if self._position < len(self._tokens) and self._tokens[self._position][1] == word:
            self._position += 1
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise self._unexpected()

    def _unexpected(self, back: int = 0) -> ODataError:
        position = self._position - back
        word = self._tokens[position][1] if position < len(self._tokens) else "the end"
        return bad_request(f"Unexpected '{word}' in the filter expression.")


def _compare(column: str, comparison: str, literal: Value) -> Predicate:
    wanted = literal.lower() if isinstance(literal, str) else literal

    def plain(row: Row) -> Value:
        value = row.get(column)
        return value.lower() if isinstance(value, str) else value

    if comparison == "eq":
        return lambda row: plain(row) == wanted
    if comparison == "ne":
        return lambda row: plain(row) != wanted
    compare = _ORDER[comparison]

    def meets(row: Row) -> bool:
        value = plain(row)
        if isinstance(value, str) and isinstance(wanted, str):
            return bool(compare(value, wanted))
        if isinstance(value, int) and isinstance(wanted, int):
            return bool(compare(value, wanted))
        return False

    return meets


def _plain_date(text: str) -> str:
    """Give a date literal in the form of stored dates, so that they compare as text."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise bad_request(f"'{text}' is not a date.") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
