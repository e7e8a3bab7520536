"""JSON that is safe to look at: what steers a terminal or reorders text stands as its code."""

import re
from collections.abc import Collection, Iterator
from itertools import islice

import msgspec

_encoder = msgspec.json.Encoder()

# Joiners belong to names in Persian, Hindi and other scripts, and move nothing on a screen.
_JOINERS = "\u200c\u200d"
_LINE_ENDS = "\x1c\x1d\x1e\x1f\x85\u2028\u2029"
_AT_A_TIME = 1000
_SUSPECT = re.compile(r"[^ -~]")


def encode(value: object) -> bytes:
    """The value as JSON that decodes to the same value, in printable characters alone.

    Half of a surrogate pair, which no encoding holds, becomes its code.
    """
    try:
        encoded = _encoder.encode(value)
    except UnicodeEncodeError:
        encoded = _encoder.encode(_encodable(msgspec.to_builtins(value)))
    # Beyond ASCII there is nothing in JSON but the inside of texts, where a code stands as well.
    text = encoded.decode()
    return encoded if text.isprintable() else _SUSPECT.sub(_shown, text).encode()


def encode_indented(value: object) -> bytes:
    """The value as JSON on several lines, the last one ended."""
    return msgspec.json.format(encode(value), indent=2) + b"\n"


def encode_in_parts(value: object, depth: int = 0) -> Iterator[bytes]:
    """The same text as that of `encode_indented`, in parts, without the last line's end.

    Values of dicts may be collections that are made as they are gone through: some at a time.
    A dict in such a collection holds none.
    """
    pad = b"\n" + b"  " * depth
    if isinstance(value, dict) and value:
        between = b"{"
        for key, each in value.items():
            yield between + pad + b"  " + encode(key) + b": "
            yield from encode_in_parts(each, depth + 1)
            between = b","
        yield pad + b"}"
    elif isinstance(value, list) and value:
        between = b"["
        for each in value:
            yield between + pad + b"  "
            yield from encode_in_parts(each, depth + 1)
            between = b","
        yield pad + b"]"
    elif isinstance(value, Collection) and not isinstance(value, str | bytes | dict):
        between = b"["
        values = iter(value)
        while some := list(islice(values, _AT_A_TIME)):
            # Between its brackets, each of which stands on a line of its own.
            inner = msgspec.json.format(encode(some), indent=2)[1:-2]
            yield between + inner.replace(b"\n", pad)
            between = b","
        yield b"[]" if between == b"[" else pad + b"]"
    else:
        yield msgspec.json.format(encode(value), indent=2).replace(b"\n", pad)


def _shown(match: re.Match[str]) -> str:
    character = match[0]
    is_space = character.isspace() and character not in _LINE_ENDS
    if character.isprintable() or character in _JOINERS or is_space:
        return character
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


def _encodable(value: object) -> object:
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode("utf-8")
        case dict():
            return {_encodable(key): _encodable(each) for key, each in value.items()}
        case list() | tuple():
            return [_encodable(each) for each in value]
        case _:
            return value
