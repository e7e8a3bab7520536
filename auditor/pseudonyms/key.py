"""The key file: what pseudonyms are made with, and what each of them stands for."""

import secrets
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from auditor.process.files import explain, is_pipe_or_device, write_atomically

KEY_BYTES = 32
LARGEST_KEY_FILE_BYTES = 2 << 30


class KeyNotUsable(Exception):
    """A key file cannot be used: says which, why, and what to do."""


class _Stored(Struct, forbid_unknown_fields=True):
    key: str
    pseudonyms: dict[str, str]


class KeyFile:
    """A key file: the one that is there, or a new one. Raises KeyNotUsable.

    The same key gives the same pseudonyms, so that outputs made with it join with each other.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        stored = _stored(path)
        self.key = secrets.token_bytes(KEY_BYTES) if stored is None else _key(path, stored.key)
        self._known = {} if stored is None else stored.pseudonyms

    def keep(self, originals: Mapping[str, str]) -> None:
        """Write the file, mode 0600, with these originals by pseudonym. Raises FileNotWritten."""
        self._known.update((name, _encodable(text)) for name, text in originals.items())
        content = _Stored(self.key.hex(), dict(sorted(self._known.items())))
        write_atomically(self.path, msgspec.json.format(msgspec.json.encode(content)) + b"\n")


def _encodable(text: str) -> str:
    """The text, its halves of surrogate pairs as their codes: a forged snapshot may hold some."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _stored(path: Path) -> _Stored | None:
    if is_pipe_or_device(path):
        raise KeyNotUsable(
            f"{path} is a pipe or a device; name a file with --redact-key, which keeps the key"
        )
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_KEY_FILE_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as refusal:
        raise KeyNotUsable(f"{path}: {explain(refusal)}") from refusal
    try:
        return msgspec.json.decode(content, type=_Stored)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise KeyNotUsable(
            f"{path} is no key file of --redact; name another one with --redact-key"
        ) from None


def _key(path: Path, text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyNotUsable(f"{path} holds no whole key; name another file with --redact-key")
    return key
