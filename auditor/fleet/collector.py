"""Takes audits of several environments as they end, and makes the overview of them.

A row is made as soon as its audit has ended, so that nothing of the audit is held any longer.
"""

import threading
from collections.abc import Mapping, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any

from msgspec.structs import replace

from auditor.differences.mailboxes import Mailboxes
from auditor.differences.values import Difference
from auditor.exit_codes import INCOMPLETE
from auditor.fleet.accounts import SharedAccount
from auditor.fleet.applications import Applications, ApplicationUse, SharedApplication
from auditor.fleet.comparison import Sharing
from auditor.fleet.overview import Cause, Changed, Overview, Row, SharedCause
from auditor.model import Audit, RootCause
from auditor.reports.shared.headline import no_mailbox_came

MOST_CAUSES = 1000
"""Causes of one environment that are looked at for what several share."""
_SHARED_KINDS = ("tenant", "email-system")
_OF_THE_APPLICATION = "application-secret-expiring"
_IN_ITS_TENANT = (
    "application-graph-permissions-missing",
    "exchange-online-ews-retirement-of-applications",
)
"""Rules on profiles that fail for the application: wherever it is used, and in one tenant."""


_NOT_ENDED = "Its audit did not come to its end."


class Collector:
    """Takes audits as they end, from several threads, and keeps what the overview needs.

    `labels` are those of each environment of the run; without them those that are taken are all.
    """

    def __init__(self, labels: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self._labels = labels or {}
        self._lock = threading.Lock()
        self._rows: dict[str, Row] = {}
        self._shared: dict[tuple[Any, ...], dict[str, Cause]] = {}
        self._sharing: tuple[Sharing, ...] = ()
        self._not_compared: tuple[str, ...] | None = None
        self._applications: tuple[SharedApplication, ...] = ()
        self._accounts: tuple[SharedAccount, ...] = ()
        self._of_profiles: list[tuple[str, Cause]] = []

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
        shared = []
        for each in islice(audit.causes(), MOST_CAUSES):
            key = _shared_key(each, audit.environment.tenant_id)
            if key is not None or each.subject.kind == "profile":
                shared.append((key, _cause(each, titles)))
        name = audit.environment.name
        row = Row(
            environment=name,
            complete=audit.complete,
            standing=None if no_mailbox_came(audit) else audit.summary.standing,
            report=report,
            changed=_changed(difference),
            first_cause=_first_cause(audit),
            labels=self._labels.get(name, {}),
            finished_at=audit.finished_at,
            exit_code=exit_code,
            problem=problem,
        )
        with self._lock:
            self._rows[name] = row
            for key, cause in shared:
                if key is not None:
                    self._shared.setdefault(key, {}).setdefault(name, cause)
                elif _is_of_an_application(cause):
                    self._of_profiles.append((name, cause))

    def fail(self, environment: str, exit_code: int, problem: str) -> None:
        """Notes an environment that was not audited."""
        with self._lock:
            self._rows[environment] = self._failed(environment, exit_code, problem)

    def _failed(self, environment: str, exit_code: int, problem: str) -> Row:
        return Row(
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

    def compare(
        self,
        sharing: Sequence[Sharing],
        not_compared: Sequence[str],
        shared: Sequence[SharedApplication] = (),
        applications: Mapping[str, Applications] | None = None,
        accounts: Sequence[SharedAccount] = (),
    ) -> None:
        """Notes what the comparison found; `applications` are those of each environment."""
        self._sharing, self._not_compared = tuple(sharing), tuple(not_compared)
        self._applications, self._accounts = tuple(shared), tuple(accounts)
        uses = {
            (name, use.profile): use for name, of in (applications or {}).items() for use in of.uses
        }
        for name, cause in self._of_profiles:
            key = _application_key(cause, uses.get((name, cause.subject.id)))
            if key is not None:
                # Several of its profiles may sign in as the application.
                self._shared.setdefault(key, {}).setdefault(name, cause)

    def settle(
        self,
        environment: str,
        exit_code: int,
        difference: Difference | None,
        audit: Audit | None = None,
    ) -> None:
        """Notes an environment once its addresses were compared: its exit code, and what changed.

        `audit` is what its report shows now; None: it shows what it did.
        """
        with self._lock:
            row = self._rows.get(environment)
            if row is None:
                return
            if audit is not None:
                row = replace(row, first_cause=_first_cause(audit))
            self._rows[environment] = replace(
                row, exit_code=exit_code, changed=_changed(difference)
            )

    def overview(self, generated_at: str, group_by: str | None = None) -> Overview:
        """What was taken so far; rows with the same value of the label `group_by` together.

        An environment of the run that was not taken has its row too: the run was stopped, or its
        audit failed before there was anything to take.
        """
        with self._lock:
            shared = [sorted(each.items(), key=itemgetter(0)) for each in self._shared.values()]
            missing = [
                self._failed(name, INCOMPLETE, _NOT_ENDED)
                for name in self._labels.keys() - self._rows
            ]
            rows = [*self._rows.values(), *missing]
        return Overview(
            generated_at=generated_at,
            rows=tuple(
                sorted(rows, key=lambda row: (row.labels.get(group_by or "", ""), _place(row)))
            ),
            shared_causes=tuple(
                # Whichever audit ended first, it is told as in the report of the first environment.
                SharedCause(cause=of[0][1], environments=tuple(name for name, _ in of))
                for of in sorted(shared, key=_place_of_shared)
                if len(of) > 1
            ),
            shared_addresses=self._sharing,
            not_compared=self._not_compared,
            shared_applications=self._applications,
            shared_accounts=self._accounts,
        )


def _place_of_shared(of: Sequence[tuple[str, Cause]]) -> tuple[Any, ...]:
    _, cause = of[0]
    return -len(of), cause.title, cause.subject.kind, cause.subject.id, cause.rules


def _place(row: Row) -> tuple[Any, ...]:
    broken = row.standing.broken if row.standing is not None else 0
    return (-broken, row.complete, row.environment)


def _first_cause(audit: Audit) -> Cause | None:
    titles = {each.rule.id: each.rule.title for each in audit.rules}
    first = next(iter(audit.causes()), None)
    return None if first is None else _cause(first, titles)


def _cause(of: RootCause, titles: Mapping[str, str]) -> Cause:
    return Cause(
        title=titles.get(of.rules[0], of.rules[0]),
        subject=of.subject,
        rules=of.rules,
        remedy=of.remedy,
        mailboxes=of.mailboxes,
        repairs=of.repairs,
    )


def _is_of_an_application(cause: Cause) -> bool:
    return cause.subject.kind == "profile" and {_OF_THE_APPLICATION, *_IN_ITS_TENANT}.issuperset(
        cause.rules
    )


def _application_key(cause: Cause, use: ApplicationUse | None) -> tuple[Any, ...] | None:
    """The application that one change repairs for every profile that signs in as it."""
    if use is None:
        return None
    if set(cause.rules) == {_OF_THE_APPLICATION}:
        return ("application", use.client_id, cause.rules)
    return ("application", use.client_id, use.tenant, cause.rules) if use.tenant else None


def _shared_key(cause: RootCause, tenant_id: str | None) -> tuple[Any, ...] | None:
    """What is one thing in several environments: a tenant's setting, or one mail server.

    What else one change repairs in one of them makes it no other change.
    """
    subject = cause.subject
    if subject.kind not in _SHARED_KINDS:
        return None
    which = (tenant_id or "").casefold() if subject.kind == "tenant" else subject.id
    change = cause.id.removeprefix(f"{subject.kind}:{subject.id}:")
    return (subject.kind, which, change) if which else None


def _changed(difference: Difference | None) -> Changed | None:
    if difference is None or difference.old is None:
        return None
    mailboxes = Mailboxes(difference)
    return Changed(
        stopped=len(mailboxes.stopped),
        works_again=len(mailboxes.recovered),
        new=len(difference.of("new", "reopened", "waiver-expired")),
        fixed=len(difference.of("fixed")),
    )
