"""The settings of one record, as two audits are compared by them and as the history stores them.

A record's settings are its columns without those that Dynamics 365 itself moves on (times, counts).
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from auditor.model import Subject, SubjectKind

KINDS: Mapping[str, tuple[SubjectKind, str, str]] = {
    "dynamics.mailboxes": ("mailbox", "name", "emailaddress"),
    "dynamics.emailserverprofiles": ("profile", "name", ""),
    "dynamics.organizations": ("organization", "name", ""),
    "dynamics.systemusers": ("user", "fullname", "internalemailaddress"),
    "dynamics.queues": ("queue", "name", "emailaddress"),
}
"""The sources whose records have settings: what a record is, and the fields that name it."""
SOURCES: Mapping[str, str] = {kind: source for source, (kind, _, _) in KINDS.items()}
_MOVED_BY_DYNAMICS = re.compile(
    r"(completed|attempted|occurred|expires|modified|created)on$|starttime$|count$|postpone"
    r"|^itemsfailedforlastsync$|^processingstatecode$|^hostid$|^testemailconfigurationscheduled$"
)


def is_setting(column: str) -> bool:
    """Whether somebody sets the column; the others Dynamics 365 itself moves on."""
    return not _MOVED_BY_DYNAMICS.search(column)


class Settings(Struct, frozen=True):
    """The settings of one record: `values` by the names of their columns; read when (UTC)."""

    source: str
    id: str
    values: Mapping[str, Any]
    read_at: str

    @property
    def subject(self) -> Subject:
        """The record as the subject of a report."""
        kind, name, address = KINDS[self.source]
        return Subject(
            kind,
            self.id,
            str(self.values.get(name) or ""),
            str(self.values.get(address) or ""),
        )


class Shape(Struct, frozen=True):
    """The names of the values that records have of their own, and what they have in common."""

    own: tuple[str, ...]
    common: dict[str, Any]


class Record(Struct, frozen=True):
    """One record as it is stored: its digest, JSON of its own values, and its shape."""

    digest: bytes
    source: str
    id: str
    own: str
    shape: Shape
    read_at: str

    def settings(self) -> Settings:
        """What the record holds."""
        return settings_of(self.source, self.id, self.shape, self.own, self.read_at)


def settings_of(source: str, id: str, shape: Shape, own: str, read_at: str) -> Settings:
    """The settings of a record that is stored in parts."""
    values = dict(zip(shape.own, msgspec.json.decode(own), strict=True))
    return Settings(source, id, {**values, **shape.common}, read_at)
