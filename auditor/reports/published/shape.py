"""The published shape of the JSON report, version 1.1: what `model` holds, put together.

What stands here and in `model` is promised to readers of reports: names, order, types. The JSON
Schema is generated from it, and reports that are given as input are held against it.
"""

from collections.abc import Mapping
from typing import Annotated, Final, TypeAlias

from msgspec import Meta, Struct

from auditor.model import (
    Counts,
    EnvironmentOf,
    Finding,
    MailboxEntry,
    OpenCause,
    RootCause,
    SourceOf,
    StatementResult,
    Summary,
)
from rules.rule import Kind
from rules.verdict import Effect, Severity

SCHEMA_VERSION = "1.1"

Version: TypeAlias = Annotated[str, Meta(pattern=r"^1\.[0-9]+$")]

SCHEMA_NAMES: Final[Mapping[str, str]] = {
    "EnvironmentOf": "Environment",
    "SourceOf": "Source",
    "SharedCause": "Cause",
    "StatementResult": "Statement",
}
"""What the JSON Schema calls some types of `model`."""


class Tool(Struct, frozen=True):
    """The program that wrote the report."""

    name: str
    version: str


class Run(Struct, frozen=True):
    """The run; times are UTC, ISO 8601, `as_of` is the day that dates were judged against."""

    id: str
    started_at: str
    finished_at: str
    as_of: str


class Rule(Struct, frozen=True):
    """One rule and how its subjects ended.

    Like `severity`, `effect` is the gravest that the rule can give; a report of version 1.0 does
    not say.
    """

    id: str
    title: str
    kind: Kind
    severity: Severity
    statements: tuple[str, ...]
    counts: Counts
    effect: Effect | None = None


class Head(Struct, frozen=True):
    """Everything of a report but its causes, mailboxes and findings, in published order.

    `notes` are sentences to be seen first, such as what the choice of edition rests on. `names`
    are what people call the records that causes and evidence tell by id.
    """

    schema_version: Version
    tool: Tool
    run: Run
    environment: EnvironmentOf
    complete: bool
    sources: tuple[SourceOf, ...]
    summary: Summary
    undetermined: tuple[OpenCause, ...]
    statements: tuple[StatementResult, ...]
    rules: tuple[Rule, ...]
    notes: tuple[str, ...] = ()
    names: dict[str, str] = {}


class Report(Head, frozen=True, kw_only=True):
    """A whole report. Of the synchronizing mailboxes it lists those that do not simply work."""

    causes: tuple[RootCause, ...]
    mailboxes: tuple[MailboxEntry, ...]
    findings: tuple[Finding, ...]
