"""From TOML tables to the typed sections, collecting every problem on the way.

msgspec's own decoder stops at the first error; an administrator wants all of them at once.
"""

import difflib
import types
import typing
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Final

from msgspec import UNSET, Struct, structs

from auditor.configuration.forms import Form
from auditor.configuration.lines import Key
from auditor.configuration.model import Given
from auditor.configuration.problems import Problems, dotted

WANTED: Final[dict[type, str]] = {
    bool: "true or false",
    int: "a whole number",
    str: 'a text in quotes, "…"',
    date: "a date without quotes, such as 2027-03-31",
    dict: "a table",
    tuple: "a list in brackets, […]",
}
FOUND: Final[tuple[tuple[type, str], ...]] = (
    (bool, "true or false"),
    (int, "a number"),
    (float, "a number"),
    (str, "a text"),
    (datetime, "a date with a time"),
    (date, "a date"),
    (dict, "a table"),
    (list, "a list"),
)

REFUSED: Final = UNSET


def decode(
    kind: type[Struct],
    table: Mapping[str, Any],
    problems: Problems,
    key: Key = (),
    *,
    beside: Collection[str] = (),
    **given: object,
) -> Any:
    """A `kind` made of a table, or REFUSED where a value is wrong or missing (see `problems`).

    `given` are the values of the fields that are not written as keys; `beside` are keys of the
    table that are read elsewhere.
    """
    hints = typing.get_type_hints(kind, include_extras=True)
    written = {name: hint for name, hint in hints.items() if not _is_given(hint)}
    values = dict(given)
    for name in table:
        if name not in written and name not in beside:
            message = "is not a key that is known here"
            problems.add((*key, name), message + suggest(name, {*written, *beside}))
    for field in structs.fields(kind):
        if field.name not in written:
            continue
        if field.name in table:
            path = (*key, field.name)
            values[field.name] = _value(written[field.name], table[field.name], problems, path)
        elif field.required:
            problems.add((*key, field.name), f"is missing; {_remedy(written[field.name], key)}")
            values[field.name] = REFUSED
    if any(value is REFUSED for value in values.values()):
        return REFUSED
    return kind(**values)


def suggest(name: str, known: Collection[str]) -> str:
    """What a misspelt name may have meant: the one like it, or all names when they are few."""
    close = difflib.get_close_matches(name.lower(), sorted(known), n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]}?"
    if 0 < len(known) <= 12:
        return f"; known are {', '.join(sorted(known))}"
    return ""


def _value(hint: Any, value: Any, problems: Problems, key: Key) -> Any:
    hint, form = _plain(hint)
    origin = typing.get_origin(hint)
    if origin is typing.Literal:
        return _choice(typing.get_args(hint), value, problems, key)
    if origin is tuple:
        return _list(typing.get_args(hint)[0], value, problems, key)
    if origin is dict:
        names, parts = typing.get_args(hint)
        return _mapping(names, parts, value, problems, key)
    if isinstance(hint, type) and issubclass(hint, Struct):
        if not isinstance(value, dict):
            return _wrong(dict, value, problems, key)
        return decode(hint, value, problems, key)
    # Python counts a bool as an int and a datetime as a date; an administrator does not.
    if type(value) is not hint:
        return _wrong(hint, value, problems, key)
    return _formed(form, value, problems, key)


def _plain(hint: Any) -> tuple[Any, Form | None]:
    """A hint without `| None` and without its annotation, and the form annotated."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        hint = next(arm for arm in typing.get_args(hint) if arm is not type(None))
    if typing.get_origin(hint) is typing.Annotated:
        plain, *extras = typing.get_args(hint)
        return plain, next((extra for extra in extras if isinstance(extra, Form)), None)
    return hint, None


def _choice(choices: tuple[str, ...], value: Any, problems: Problems, key: Key) -> Any:
    if type(value) is not str:
        return _wrong(str, value, problems, key)
    if value not in choices:
        problems.add(key, f"must be one of {', '.join(choices)}")
        return REFUSED
    return value


def _list(hint: Any, value: Any, problems: Problems, key: Key) -> Any:
    if not isinstance(value, list):
        return _wrong(tuple, value, problems, key)
    parts = tuple(
        _value(hint, part, problems, (*key, position)) for position, part in enumerate(value)
    )
    return REFUSED if any(part is REFUSED for part in parts) else parts


def _mapping(names: Any, values: Any, value: Any, problems: Problems, key: Key) -> Any:
    if not isinstance(value, dict):
        return _wrong(dict, value, problems, key)
    _, form = _plain(names)
    plain, _ = _plain(values)
    parts: dict[Any, Any] = {}
    for written, part in value.items():
        path = (*key, written)
        name = _formed(form, written, problems, path)
        if name is not REFUSED and name in parts:
            problems.add(path, "is written twice, in capitals and in small letters; keep one")
            name = REFUSED
        if not (isinstance(plain, type) and issubclass(plain, Struct)):
            parts[name] = _value(values, part, problems, path)
        elif isinstance(part, dict):
            # A table of tables: each is told the name that it goes by.
            parts[name] = decode(plain, part, problems, path, name=name)
        else:
            parts[name] = _wrong(dict, part, problems, path)
    is_refused = REFUSED in parts or any(part is REFUSED for part in parts.values())
    return REFUSED if is_refused else parts


def _formed(form: Form | None, text: Any, problems: Problems, key: Key) -> Any:
    if form is None:
        return text
    try:
        return form.read(text)
    except ValueError as refusal:
        problems.add(key, str(refusal))
        return REFUSED


def _wrong(wanted: type, value: Any, problems: Problems, key: Key) -> Any:
    found = next((word for kind, word in FOUND if isinstance(value, kind)), "a time")
    problems.add(key, f"must be {WANTED[wanted]}; here it is {found}")
    return REFUSED


def _remedy(hint: Any, key: Key) -> str:
    plain, form = _plain(hint)
    if isinstance(plain, type) and issubclass(plain, Struct):
        return f"write a table [{dotted((*key, 'auth'))}], or [defaults.auth] for all environments"
    if typing.get_origin(plain) is tuple:
        _, form = _plain(typing.get_args(plain)[0])
        return f"write for example [{form.example}]" if form else "write a list"
    return f"write for example {form.example if form else '2027-03-31'}"


def _is_given(hint: Any) -> bool:
    return typing.get_origin(hint) is typing.Annotated and Given in typing.get_args(hint)
