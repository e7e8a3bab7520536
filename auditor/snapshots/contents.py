"""What stands before and after the pages of a snapshot: its header and its index."""

from datetime import date

import msgspec
from msgspec import Struct

from auditor.request import Waiver
from connectors.normalisation.declared import Declarations
from connectors.sources.source import SourceState


class Header(Struct, frozen=True, kw_only=True):
    """What an audit needs beside the records, as it was when they were read.

    `environment` is the configured name and `url` its address; `started_at` is UTC, ISO 8601;
    `as_of` the day that dates were judged against; `thresholds` the limits that were set, by name,
    in seconds or plain numbers.
    """

    tool_version: str
    environment: str
    url: str
    started_at: str
    as_of: date
    declarations: Declarations = Declarations()
    thresholds: dict[str, int] = {}
    waivers: tuple[Waiver, ...] = ()

    def __post_init__(self) -> None:
        # Stored lists come back as the tuples that a configuration holds.
        values = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in self.declarations.values.items()
        }
        declarations = msgspec.structs.replace(self.declarations, values=values)
        msgspec.structs.force_setattr(self, "declarations", declarations)


class SourceEntry(Struct, frozen=True):
    """One source: how its reading ended, and at which bytes its blocks of pages begin."""

    state: SourceState
    pages: int
    records: int
    blocks: tuple[int, ...]


class Index(Struct, frozen=True):
    """Every source that the snapshot knows, in the order in which they ended."""

    sources: tuple[SourceEntry, ...] = ()
