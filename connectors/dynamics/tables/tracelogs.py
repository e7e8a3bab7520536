"""Reads the table *tracelog*: the alerts of mailboxes and profiles, never their words.

The words of an alert may hold addresses and names. While a row is decoded they are reduced to the
cause that they tell, so that they reach neither facts nor snapshots. Sources: Dataverse table
reference *tracelog*; Microsoft support article 4014622, which logs the conflict of two
organisations as a warning.
"""

import re
from collections.abc import Iterator, Mapping

import msgspec
from msgspec import UNSET, Struct, UnsetType, field

from connectors.columnar.page import Page
from connectors.dynamics.bounded_tables import BoundedTable
from connectors.dynamics.client import Dynamics
from connectors.dynamics.column_types import Number, Text
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress
from connectors.transport.errors import SourceFailed
from rules.alert_causes import AlertCause, cause_in

ERROR = 3
"""The option of `level` for errors; 1 is information, 2 a warning."""

DAYS = 30
"""How far back alerts are read."""

ENGLISH = "english"
"""The text says something that is not recognised, in English."""
UNREADABLE = "unreadable"
"""The text is in a language in which its meaning is not recognised."""
UNRECOGNISED = "unrecognised"
"""The details hold something, but no known code."""

CAUSES: Mapping[str | None | UnsetType, AlertCause] = {cause.id: cause for cause in AlertCause}
"""Causes by what stands for them in a row."""

RECEIVING = " (receiving)"
"""Follows what a text says where it speaks of receiving or of appointments, not of sending."""

_PLAIN_SUBSTANCES = frozenset({*CAUSES, ENGLISH, UNREADABLE, UNRECOGNISED})
_SUBSTANCES = _PLAIN_SUBSTANCES | {f"{each}{RECEIVING}" for each in _PLAIN_SUBSTANCES}
_SENDS = re.compile(r"\b(?:sending|sent|send|outgoing)\b|outgoingemail", re.IGNORECASE)
_RECEIVES = re.compile(
    r"\b(?:receiv(?:e|ed|ing)|incoming|synchroni[sz](?:e|ed|ing))\b|incomingemail", re.IGNORECASE
)
_MOST_CHARACTERS = 20_000
_CONFLICT = re.compile(r"configured with another\b[^.]{0,80}\borgani[sz]ation", re.IGNORECASE)
_ENGLISH_WORDS = re.compile(
    r"\b(?:the|cannot|can['\u2019]t|couldn['\u2019]t|could|has|been|were|error|server|returned)\b",
    re.IGNORECASE,
)


class AlertRow(Struct, frozen=True):
    """Table *tracelog*. Of its words a row only ever holds what they say in general."""

    tracelogid: str
    level: Number = UNSET
    text: Text = UNSET
    errordetails: Text = UNSET
    traceparameterxml: Text = UNSET
    createdon: Text = UNSET
    modifiedon: Text = UNSET
    regarding: Text = field(name="_regardingobjectid_value", default=UNSET)

    def __post_init__(self) -> None:
        if self.text:
            msgspec.structs.force_setattr(self, "text", substance_of(self.text))
        for name in ("errordetails", "traceparameterxml"):
            details = getattr(self, name)
            if details:
                msgspec.structs.force_setattr(self, name, code_in(details))

    @property
    def cause(self) -> AlertCause | None:
        """What the alert is about, the most telling of its codes; None: none is recognised."""
        told = (self.text, self.errordetails, self.traceparameterxml)
        plain = [each.removesuffix(RECEIVING) for each in told if isinstance(each, str)]
        found = [CAUSES[each] for each in plain if each in CAUSES]
        return min(found, key=_RANK.__getitem__, default=None)

    @property
    def is_about_receiving(self) -> bool:
        """Whether it is told that the alert is about receiving or appointments, not sending."""
        return isinstance(self.text, str) and self.text.endswith(RECEIVING)


_RANK = {cause: number for number, cause in enumerate(AlertCause)}


def substance_of(text: str) -> str:
    """What the text of an alert says in general; of such an answer it is the answer itself."""
    if text in _SUBSTANCES:
        return text
    direction = RECEIVING if _RECEIVES.search(text) and not _SENDS.search(text) else ""
    cause = _cause_in(text)
    if cause is not None:
        return f"{cause.id}{direction}"
    return f"{ENGLISH}{direction}" if _ENGLISH_WORDS.search(text) else UNREADABLE


def code_in(details: str) -> str:
    """The cause whose code the details of an alert hold; of such an answer the answer itself."""
    if details in _SUBSTANCES:
        return details
    cause = _cause_in(details)
    return UNRECOGNISED if cause is None else cause.id


def _cause_in(text: str) -> AlertCause | None:
    folded = text[:_MOST_CHARACTERS].casefold()
    if "configured with another" in folded and _CONFLICT.search(folded):
        return AlertCause.ANOTHER_ORGANIZATION
    return cause_in(folded)


class AlertTable(BoundedTable, frozen=True, kw_only=True):
    """The alerts: recent errors, warnings of a conflict, and the oldest alert of all."""

    def read(
        self, dynamics: Dynamics, progress: Progress, earlier: EarlierReadings
    ) -> Iterator[Page]:
        """The newest pages, then the alert that was repeated longest ago where they lack it."""
        known: set[str] = set()
        for page in super().read(dynamics, progress, earlier):
            known.update(row.tracelogid for row in page.rows)
            yield page
        if "modifiedon" not in progress.columns:
            return
        try:
            for page in self.asked(dynamics, Progress(), "$orderby=modifiedon asc&$top=1"):
                oldest = [row for row in page.rows[:1] if row.tracelogid not in known]
                yield Page(rows=oldest, read_at=page.read_at, digest=page.digest)
                return
        except SourceFailed as failure:
            raise self._explained(failure) from failure


TABLE = AlertTable(
    source="dynamics.tracelogs",
    logical_name="tracelog",
    entity_set="tracelogs",
    privilege="prvReadTraceLog",
    row=AlertRow,
    title="the alerts",
    condition=(f"level eq {ERROR} or (level eq 2 and contains(text,'configured with another'))"),
    days=DAYS,
)
READER = TABLE.reader()
