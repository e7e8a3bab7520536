"""Takes the secrets of a run out of the records in which a server repeats them."""

from typing import Any

import msgspec
from msgspec import Struct, structs

from connectors.columnar.packed_rows import PackedRows
from connectors.columnar.page import Page
from connectors.transport.redaction import Forms, Redaction

_ENCODER = msgspec.msgpack.Encoder(enc_hook=repr)


def masked(page: Page, redaction: Redaction) -> Page:
    """The page, or one with masks in its texts where they hold a secret that servers were told.

    Rows that are packed are of an answer that was searched when it came.
    """
    was_searched = page.is_searched or isinstance(page.rows, PackedRows)
    if was_searched or not _holds_one(page.rows, redaction.told):
        return page
    return Page([without_secrets(row, redaction) for row in page.rows], page.read_at, page.digest)


def _holds_one(rows: Any, secrets: tuple[str, ...]) -> bool:
    if not secrets:
        return False
    try:
        content = _ENCODER.encode(rows)
    except (OverflowError, UnicodeEncodeError):
        # A whole number beyond 64 bits, or half of a surrogate pair: each text is looked at.
        return True
    return Forms(each.encode("utf-8", "surrogatepass") for each in secrets).is_in(content)


def without_secrets(value: Any, redaction: Redaction) -> Any:
    """The same value, masked in every text that it is made of."""
    match value:
        case str():
            return redaction.masked(value)
        case Struct():
            return _changed_struct(value, redaction)
        case list() | tuple() | set() | frozenset():
            return type(value)(without_secrets(each, redaction) for each in value)
        case dict():
            return {
                without_secrets(name, redaction): without_secrets(each, redaction)
                for name, each in value.items()
            }
        case _:
            return value


def _changed_struct(value: Struct, redaction: Redaction) -> Struct:
    changed = {}
    for name in value.__struct_fields__:
        before = getattr(value, name)
        after = without_secrets(before, redaction)
        if after != before:
            changed[name] = after
    return structs.replace(value, **changed) if changed else value
