"""One page for many environments: a row for each, and what several of them share.

A row is made as soon as its audit has ended, so that nothing of the audit is held any longer.
"""

import threading
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from auditor.differences.values import Difference
from auditor.fleet.comparison import Sharing
from auditor.model import Audit, RootCause, Standing, Subject

MOST_CAUSES = 50
"""Causes of one environment that are looked at for what several share."""
_SHARED_KINDS = ("tenant", "email-system")


class Cause(Struct, frozen=True):
    """A cause as the overview names it; `title` is that of its first rule."""

    title: str
    subject: Subject
    rules: tuple[str, ...]
    remedy: str
    mailboxes: int
    repairs: int


class Changed(Struct, frozen=True):
    """How much changed since the environment's last run."""

    stopped: int
    works_again: int
    new: int
    fixed: int


class Row(Struct, frozen=True, kw_only=True):
    """One environment. `report` is the first report that was written, relative to the overview.

    `standing` None: it was not audited. `problem` says why it is not complete. `changed` None: it
    is not known what was before.
    """

    environment: str
    complete: bool
    standing: Standing | None
    report: str | None
    changed: Changed | None
    first_cause: Cause | None
    labels: Mapping[str, str] = {}
    finished_at: str | None = None
    exit_code: int = 0
    problem: str | None = None


class SharedCause(Struct, frozen=True, kw_only=True):
    """One thing to change that several environments show: it is counted once."""

    cause: Cause
    environments: tuple[str, ...]


class Overview(Struct, frozen=True, kw_only=True):
    """All rows, in the order in which a person would look at them, and what several share.

    First those with the most broken mailboxes, then those that are not complete, then by name.
    `shared_addresses` are those that several synchronize. `not_compared` are environments of which
    it is not known which addresses they synchronize; None: nothing was compared. `generated_at` is
    UTC, ISO 8601.
    """

    generated_at: str
    rows: tuple[Row, ...]
    shared_causes: tuple[SharedCause, ...]
    shared_addresses: tuple[Sharing, ...] = ()
    not_compared: tuple[str, ...] | None = None

    @property
    def incomplete(self) -> int:
        """Environments that were not read completely, or not at all."""
        return sum(not each.complete for each in self.rows)

    def total(self, standing: str) -> int:
        """Mailboxes of all environments that stand so."""
        return sum(
            getattr(each.standing, standing) for each in self.rows if each.standing is not None
        )


class Collector:
    """Takes audits as they end, from several threads, and keeps what the overview needs."""

    def __init__(self, labels: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self._labels = labels or {}
        self._lock = threading.Lock()
        self._rows: dict[str, Row] = {}
        self._shared: dict[tuple[Any, ...], tuple[Cause, list[str]]] = {}
        self._sharing: tuple[Sharing, ...] = ()
        self._not_compared: tuple[str, ...] | None = None

    def add(
        self,
        audit: Audit,
        exit_code: int,
        report: str | None = None,
        difference: Difference | None = None,
        problem: str | None = None,
    ) -> None:
        """Notes an audit that ended."""
        titles = {each.rule.id: each.rule.title for each in audit.rules}
        causes = [_cause(each, titles) for each in islice(audit.causes(), MOST_CAUSES)]
        name = audit.environment.name
        row = Row(
            environment=name,
            complete=audit.complete,
            standing=audit.summary.standing,
            report=report,
            changed=_changed(difference),
            first_cause=causes[0] if causes else None,
            labels=self._labels.get(name, {}),
            finished_at=audit.finished_at,
            exit_code=exit_code,
            problem=problem,
        )
        with self._lock:
            self._rows[name] = row
            for each in causes:
                key = _shared_key(each, audit.environment.tenant_id)
                if key is not None:
                    self._shared.setdefault(key, (each, []))[1].append(name)

    def fail(self, environment: str, exit_code: int, problem: str) -> None:
        """Notes an environment that was not audited."""
        with self._lock:
            self._rows[environment] = Row(
                environment=environment,
                complete=False,
                standing=None,
                report=None,
                changed=None,
                first_cause=None,
                labels=self._labels.get(environment, {}),
                exit_code=exit_code,
                problem=problem,
            )

    def compare(self, sharing: Sequence[Sharing], not_compared: Sequence[str]) -> None:
        """Notes what the comparison of addresses found."""
        self._sharing, self._not_compared = tuple(sharing), tuple(not_compared)

    def settle(self, environment: str, exit_code: int) -> None:
        """Notes the exit code of an audit once its addresses were compared."""
        with self._lock:
            if environment in self._rows:
                row = self._rows[environment]
                self._rows[environment] = replace(row, exit_code=exit_code)

    def overview(self, generated_at: str, group_by: str | None = None) -> Overview:
        """What was taken so far; rows with the same value of the label `group_by` together."""
        with self._lock:
            rows, shared = list(self._rows.values()), list(self._shared.values())
        return Overview(
            generated_at=generated_at,
            rows=tuple(
                sorted(rows, key=lambda row: (row.labels.get(group_by or "", ""), _place(row)))
            ),
            shared_causes=tuple(
                SharedCause(cause=cause, environments=tuple(sorted(names)))
                for cause, names in sorted(shared, key=lambda each: (-len(each[1]), each[0].title))
                if len(names) > 1
            ),
            shared_addresses=self._sharing,
            not_compared=self._not_compared,
        )


def _place(row: Row) -> tuple[Any, ...]:
    broken = row.standing.broken if row.standing is not None else 0
    return (-broken, row.complete, row.environment)


def _cause(of: RootCause, titles: Mapping[str, str]) -> Cause:
    return Cause(
        title=titles.get(of.rules[0], of.rules[0]),
        subject=of.subject,
        rules=of.rules,
        remedy=of.remedy,
        mailboxes=of.mailboxes,
        repairs=of.repairs,
    )


def _shared_key(cause: Cause, tenant_id: str | None) -> tuple[Any, ...] | None:
    """What is one thing in several environments: a tenant's setting, or one mail server."""
    subject = cause.subject
    if subject.kind not in _SHARED_KINDS:
        return None
    which = (tenant_id or "").casefold() if subject.kind == "tenant" else subject.id
    return (subject.kind, which, cause.rules) if which else None


def _changed(difference: Difference | None) -> Changed | None:
    if difference is None or difference.old is None:
        return None
    return Changed(
        stopped=sum(each.stopped for each in difference.mailboxes),
        works_again=sum(each.works_again for each in difference.mailboxes),
        new=len(difference.of("new", "reopened", "waiver-expired")),
        fixed=len(difference.of("fixed")),
    )
