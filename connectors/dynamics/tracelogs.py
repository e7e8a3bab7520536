"""Reads the table *tracelog*: the alerts of mailboxes and profiles, never their words.

The text of an alert may hold addresses and names. While a row is decoded it is reduced to what it
says in general, so that it reaches neither facts nor snapshots. Sources: Dataverse table reference
*tracelog*; Microsoft support article 4014622, which logs the conflict of two organisations as a
warning.
"""

import re
from collections.abc import Iterator

import msgspec
from msgspec import UNSET, Struct, field

from connectors.dynamics.bounded_tables import BoundedTable
from connectors.dynamics.client import Dynamics
from connectors.dynamics.rows import Number, Text
from connectors.errors import SourceFailed
from connectors.readings import Before
from connectors.sources import Page, Progress

ERROR = 3
"""The option of `level` for errors; 1 is information, 2 a warning."""

DAYS = 30
"""How far back alerts are read."""

ANOTHER_ORGANIZATION = "another-organization"
"""The text says that another organisation synchronizes the mailbox."""
ENGLISH = "english"
"""The text says something else, in English."""
UNREADABLE = "unreadable"
"""The text is in a language in which its meaning is not recognised."""

_SUBSTANCES = (ANOTHER_ORGANIZATION, ENGLISH, UNREADABLE)
_CONFLICT = re.compile(r"configured with another\b[^.]{0,80}\borgani[sz]ation", re.IGNORECASE)
_ENGLISH_WORDS = re.compile(
    r"\b(?:the|cannot|can['\u2019]t|couldn['\u2019]t|could|has|been|were|error|server|returned)\b",
    re.IGNORECASE,
)


class AlertRow(Struct, frozen=True):
    """Table *tracelog*. `text` is only ever what the text says in general."""

    tracelogid: str
    level: Number = UNSET
    text: Text = UNSET
    createdon: Text = UNSET
    modifiedon: Text = UNSET
    regarding: Text = field(name="_regardingobjectid_value", default=UNSET)

    def __post_init__(self) -> None:
        if self.text:
            msgspec.structs.force_setattr(self, "text", substance_of(self.text))


def substance_of(text: str) -> str:
    """What the text of an alert says in general; of such an answer it is the answer itself."""
    if text in _SUBSTANCES:
        return text
    if _CONFLICT.search(text):
        return ANOTHER_ORGANIZATION
    return ENGLISH if _ENGLISH_WORDS.search(text) else UNREADABLE


class AlertTable(BoundedTable, frozen=True, kw_only=True):
    """The alerts: recent errors, warnings of a conflict, and the oldest alert of all."""

    def read(self, dynamics: Dynamics, progress: Progress, before: Before) -> Iterator[Page]:
        """The newest pages, then one with the alert that was repeated longest ago."""
        yield from super().read(dynamics, progress, before)
        try:
            for page in self.asked(dynamics, Progress(), "$orderby=modifiedon asc&$top=1"):
                yield Page(rows=page.rows[:1], read_at=page.read_at, digest=page.digest)
                return
        except SourceFailed as failure:
            raise self._explained(failure) from failure


TABLE = AlertTable(
    source="dynamics.tracelogs",
    logical_name="tracelog",
    entity_set="tracelogs",
    row=AlertRow,
    title="the alerts",
    condition=(f"level eq {ERROR} or (level eq 2 and contains(text,'configured with another'))"),
    days=DAYS,
)
READER = TABLE.reader()
