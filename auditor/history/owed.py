"""Messages of earlier runs that are still owed to somebody, as values: no database is needed."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct


class Undelivered(Struct, frozen=True):
    """A message that did not reach its receiver; `started_at` is of its run (UTC, ISO 8601)."""

    started_at: str
    title: str
    body: str


Messages: TypeAlias = Mapping[str, Sequence[Undelivered]]
"""By receiver, as the configuration refers to its address; the oldest first."""
MOST_KEPT = 100
"""Of so many messages to one receiver something is kept: the newest."""
MOST_WHOLE = 10
"""Of so many the body is kept, of older ones the title alone."""


def kept(messages: Sequence[Undelivered]) -> list[Undelivered]:
    """What is kept of messages to one receiver."""
    some = messages[-MOST_KEPT:]
    titles = [Undelivered(each.started_at, each.title, "") for each in some[:-MOST_WHOLE]]
    return [*titles, *some[-MOST_WHOLE:]]
