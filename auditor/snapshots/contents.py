"""What stands before and after the pages of a snapshot: its header and its index."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from auditor.configuration import forms
from auditor.configuration.durations import LONGEST_S
from auditor.request import Waiver
from connectors.normalisation import declared
from connectors.normalisation.declared import Declarations
from connectors.sources.source import SourceState

MOST_WAIVERS, MOST_SOURCES, MOST_BLOCKS = 100_000, 1_000, 1_000_000
"""Waivers and sources of a snapshot, and blocks of one source."""


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
    waivers: Annotated[tuple[Waiver, ...], Meta(max_length=MOST_WAIVERS)] = ()

    def __post_init__(self) -> None:
        # Stored lists come back as the tuples that a configuration holds.
        values = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in self.declarations.values.items()
        }
        declarations = msgspec.structs.replace(self.declarations, values=values)
        msgspec.structs.force_setattr(self, "declarations", declarations)

    def faults(self) -> Iterator[str]:
        """What no audit could have written here, such as a declaration of another type.

        A snapshot may come from anywhere, and a seal proves only that it is whole.
        """
        if not _has_form(forms.NAME, self.environment):
            yield f"{self.environment!r} is no name of an environment"
        if not _is_time(self.started_at):
            yield f"the start of the run, {self.started_at!r}, is no time in UTC"
        for key, value in self.declarations.values.items():
            if value is None or key not in declared.KEYS:
                continue
            if key in declared.LISTS:
                if not isinstance(value, tuple) or not all(type(each) is str for each in value):
                    yield f"the declaration {key} is no list of texts"
            elif type(value) is not bool:
                yield f"the declaration {key} is no true or false"
        for host, build in self.declarations.builds.items():
            if not _has_form(forms.BUILD, build):
                yield f"the build declared for {host!r} is no build of Exchange Server"
        for name, limit in self.thresholds.items():
            if not 0 <= limit <= LONGEST_S:
                yield f"the threshold {name} is no limit between 0 and {LONGEST_S}"


def _has_form(form: forms.Form, text: str) -> bool:
    try:
        form.read(text)
    except ValueError:
        return False
    return True


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).utcoffset() is not None
    except ValueError:
        return False


_MOST = (1 << 53) - 1
"""The largest number that every reader of JSON understands."""


class SourceEntry(Struct, frozen=True):
    """One source: how its reading ended, and at which bytes its blocks of pages begin."""

    state: SourceState
    pages: int
    records: int
    blocks: Annotated[tuple[int, ...], Meta(max_length=MOST_BLOCKS)]


class Index(Struct, frozen=True):
    """Every source that the snapshot knows, in the order in which they ended."""

    sources: Annotated[tuple[SourceEntry, ...], Meta(max_length=MOST_SOURCES)] = ()

    def faults(self) -> Iterator[str]:
        """What no audit could have written here, such as a source that stands twice."""
        if len({entry.state.name for entry in self.sources}) != len(self.sources):
            yield "a source stands twice in the index"
        for entry in self.sources:
            state = entry.state
            if not all(0 <= each <= _MOST for each in (entry.pages, state.requests)):
                yield f"the index says impossible numbers of {state.name!r}"
            if entry.records != state.records or not 0 <= entry.records <= _MOST:
                yield f"the index says two numbers of records of {state.name!r}"
            if state.status == "not-configured" and entry.blocks:
                yield f"{state.name!r} has records, though the index says that it was not read"
