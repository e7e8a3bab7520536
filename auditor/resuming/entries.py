"""What a journal holds, one entry after the other.

Tested in `tests/auditor/resuming/test_journal.py`.
"""

from typing import TypeAlias

import msgspec
from msgspec import Struct

from connectors.sources.source import SourceState
from connectors.transport.journal import KeptAnswer


class Header(Struct, frozen=True, tag="header"):
    """Which run wrote the journal: of what, when (UTC, ISO 8601), and by which configuration.

    `configuration` is a digest of all that decides what is asked of whom.
    """

    tool_version: str
    environment: str
    url: str
    configuration: str
    started_at: str


class Answered(Struct, frozen=True, tag="answer"):
    """An answer of a large listing. `key` is the digest of the request."""

    key: bytes
    source: str
    answer: KeptAnswer


class Noted(Struct, frozen=True, tag="note"):
    """What was decided while a source was read."""

    name: str
    content: bytes


class Begun(Struct, frozen=True, tag="begun"):
    """A source is read from its beginning; earlier rows of it are void."""

    source: str


class Rows(Struct, frozen=True, tag="rows"):
    """Pages of a source, as a snapshot stores them."""

    source: str
    block: bytes


class Ended(Struct, frozen=True, tag="ended"):
    """A source was read in full."""

    state: SourceState


Entry: TypeAlias = Header | Answered | Noted | Begun | Rows | Ended

encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Entry).decode
