"""From verdicts to findings: one for each subject, or one for all that share a cause.

Findings of mailboxes are made as they are asked for; memory holds their number, not them.
"""

from collections.abc import Iterator
from functools import cached_property
from hashlib import sha256
from heapq import merge

from msgspec import Struct
from msgspec.structs import replace

from auditor.groups import SAMPLE, Group, in_order, is_own
from auditor.judging import Judged, Verdicts
from auditor.kept import KeptRow
from auditor.model import Affected, Finding, SharedCause, Subject, SubjectKind
from auditor.receipts import resolve
from auditor.waivers import Waivers
from connectors.dynamics.rows import MailboxRow
from rules.evidence import WHOLE_SOURCE, Cause
from rules.rule import Rule
from rules.verdict import SEVERITIES, Fail, Severity, Undetermined, Verdict

_TABLES = {"mailbox": "mailbox", "profile": "emailserverprofile"}


class Shared(Struct):
    """What one cause leaves open for one rule, counted while it is gathered."""

    rule: Rule
    cause: Cause
    verdict: Undetermined
    kind: SubjectKind
    count: int = 0
    configurations: int = 0
    sample: list[Subject] = []


class Findings:
    """The findings of an audit, in their published order."""

    def __init__(self, environment: str, url: str, verdicts: Verdicts, waive: Waivers) -> None:
        self._environment = environment
        self._url = url.rstrip("/")
        self._verdicts = verdicts
        self._waive = waive
        self._rules = {rule.id: rule for rule in verdicts.judge.rules}

    @cached_property
    def organization(self) -> Subject:
        """The organisation as a subject."""
        facts = self._verdicts.facts.organization
        return Subject("organization", facts.id, facts.name, "", self._url)

    def subject_of(self, judged: Judged) -> Subject:
        """The subject of a verdict that is not about a mailbox."""
        kind = judged.rule.subject
        if kind == "organization":
            return self.organization
        if kind == "profile":
            return self.profile(judged.id, judged.name)
        if kind == "email-system":
            return Subject("email-system", judged.id, judged.name)
        return Subject("tenant", judged.id, judged.name)

    def profile(self, id: str, name: str) -> Subject:
        """One email server profile as a subject."""
        return Subject("profile", id, name, "", self._page("profile", id))

    def mailbox(self, row: MailboxRow) -> Subject:
        """One mailbox as a subject."""
        page = self._page("mailbox", row.mailboxid)
        return Subject("mailbox", row.mailboxid, row.name or "", row.emailaddress or "", page)

    def _page(self, kind: str, id: str) -> str:
        return f"{self._url}/main.aspx?etn={_TABLES[kind]}&pagetype=entityrecord&id=%7B{id}%7D"

    def __iter__(self) -> Iterator[Finding]:
        """All findings: by severity, rule id, subject kind, subject id."""
        for severity in SEVERITIES:
            for id in sorted(self._rules):
                yield from self._of_rule(self._rules[id], severity)

    def _of_rule(self, rule: Rule, severity: Severity) -> Iterator[Finding]:
        few = [
            self._finding(judged.rule, subject, judged.verdict)
            for judged, subject in self._own
            if judged.rule is rule and severity_of(rule, judged.verdict) == severity
        ]
        few += [
            self._shared_finding(shared)
            for shared in self.shared
            if shared.rule is rule and rule.severity == severity
        ]
        few.sort(key=_place)
        if rule.subject != "mailbox":
            yield from few
            return
        many = self._of_mailboxes(rule, severity)
        yield from merge(few, many, key=_place)

    def _of_mailboxes(self, rule: Rule, severity: Severity) -> Iterator[Finding]:
        wanted = self._groups_with_own.get((rule.id, severity))
        if wanted is None:
            return
        for kept in self.rows_of(wanted):
            group = self.group_of(kept)
            yield self._finding(
                rule,
                self.mailbox(kept.row),
                group.verdicts[rule.id],
                row=kept.row,
                read_at=kept.read_at,
            )

    @cached_property
    def _groups_with_own(self) -> dict[tuple[str, Severity], set[int]]:
        """By rule and severity, the groups of which each mailbox is a finding of its own."""
        found: dict[tuple[str, Severity], set[int]] = {}
        for group in self._verdicts.groups:
            for id, verdict in group.verdicts.items():
                if is_own(verdict):
                    key = id, severity_of(self._rules[id], verdict)
                    found.setdefault(key, set()).add(group.number)
        return found

    def rows_of(self, groups: set[int]) -> Iterator[KeptRow]:
        """The kept rows of mailboxes that ended in these groups, in the order of their ids."""
        kept, at = self._verdicts.kept, self._ended_in
        return kept.read([position for position in self._order if at[position] in groups])

    def group_of(self, kept: KeptRow) -> Group:
        """The group of verdicts that a kept row ended in."""
        number = self._verdicts.moved.get(kept.row.mailboxid, kept.group)
        return self._verdicts.groups[number]

    @cached_property
    def _order(self) -> list[int]:
        return self._verdicts.kept.ordered()

    @cached_property
    def _ended_in(self) -> list[int]:
        """The group that the row at each position ended in."""
        kept, moved = self._verdicts.kept, self._verdicts.moved
        if not moved:
            return [kept.group_of(position) for position in range(len(kept))]
        return [moved.get(kept.id_of(at), kept.group_of(at)) for at in range(len(kept))]

    @cached_property
    def _own(self) -> list[tuple[Judged, Subject]]:
        return [
            (judged, self.subject_of(judged))
            for judged in self._verdicts.others
            if is_own(judged.verdict)
        ]

    @cached_property
    def shared(self) -> list[Shared]:
        """What shared causes leave open, one for each rule and cause."""
        found: dict[tuple[str, Cause], Shared] = {}
        for group in in_order(self._verdicts.groups):
            for id, verdict in group.verdicts.items():
                if isinstance(verdict, Undetermined) and verdict.cause is not None:
                    rule = self._rules[id]
                    shared = _shared(found, rule, verdict, verdict.cause, "mailbox")
                    shared.count += group.count
                    shared.configurations += 1
                    shared.sample += [self.mailbox(each.row) for each in group.named]
        for judged in self._verdicts.others:
            verdict = judged.verdict
            if isinstance(verdict, Undetermined) and verdict.cause is not None:
                subject = self.subject_of(judged)
                shared = _shared(found, judged.rule, verdict, verdict.cause, subject.kind)
                shared.count += 1
                shared.configurations += 1
                shared.sample.append(subject)
        for judged in self._verdicts.unread:
            verdict = judged.verdict
            assert isinstance(verdict, Undetermined)
            assert verdict.cause is not None
            shared = _shared(found, judged.rule, verdict, verdict.cause, "organization")
            shared.count += 1
        for shared in found.values():
            shared.sample = sorted(shared.sample, key=lambda each: each.id)[:SAMPLE]
        return [
            found[key] for key in sorted(found, key=lambda key: (key[0], published(key[1]).code))
        ]

    def _shared_finding(self, shared: Shared) -> Finding:
        cause = published(shared.cause)
        return Finding(
            rule=shared.rule.id,
            severity=shared.rule.severity,
            verdict="undetermined",
            subject=self.organization,
            cause=cause,
            affected=Affected(
                kind=shared.kind,
                count=shared.count,
                configurations=shared.configurations,
                sample=tuple(shared.sample),
            ),
            message=_with(
                shared.verdict.message,
                self._waive.reopened(shared.rule.id, self.organization),
            ),
            remedy=shared.verdict.remedy,
            statements=shared.verdict.statements or (),
            evidence=shared.verdict.evidence,
            fingerprint=self._fingerprint(shared.rule.id, self.organization, cause.code),
            waived=self._waive(shared.rule.id, self.organization),
        )

    def _finding(
        self,
        rule: Rule,
        subject: Subject,
        verdict: Verdict,
        *,
        row: MailboxRow | None = None,
        read_at: str = "",
    ) -> Finding:
        assert isinstance(verdict, Fail | Undetermined)
        evidence = verdict.evidence
        if row is not None:
            evidence = tuple(resolve(each, row, read_at, self._verdicts.facts) for each in evidence)
        # Both directions of a profile may rest on one column: it is shown once.
        evidence = tuple(
            dict.fromkeys(
                each if each.record else replace(each, record=WHOLE_SOURCE) for each in evidence
            )
        )
        failed = isinstance(verdict, Fail)
        return Finding(
            rule=rule.id,
            severity=severity_of(rule, verdict),
            verdict="fail" if failed else "undetermined",
            subject=subject,
            cause=None,
            affected=None,
            message=_with(verdict.message, self._waive.reopened(rule.id, subject)),
            remedy=verdict.remedy or rule.remedy,
            statements=verdict.statements or (),
            evidence=evidence,
            fingerprint=self._fingerprint(rule.id, subject),
            waived=self._waive(rule.id, subject),
        )

    def _fingerprint(self, rule: str, subject: Subject, code: str | None = None) -> str:
        id = "" if subject.kind in ("organization", "tenant") else subject.id
        text = f"v1\n{self._environment}\n{rule}\n{subject.kind}\n{id}"
        if code is not None:
            text += f"\n{code}"
        return sha256(text.encode("utf-8", "replace")).hexdigest()


def severity_of(rule: Rule, verdict: Verdict) -> Severity:
    """The severity of a finding: the verdict's own, else the rule's."""
    return (verdict.severity if isinstance(verdict, Fail) else None) or rule.severity


def published(cause: Cause) -> SharedCause:
    """A cause as reports show it. The code names the source too, so that no two are alike."""
    code = f"{cause.name}:{cause.code}"
    if cause.kind == "source":
        return SharedCause(code=code, source=cause.name)
    return SharedCause(code=code, declaration=cause.name)


def _shared(
    found: dict[tuple[str, Cause], Shared],
    rule: Rule,
    verdict: Undetermined,
    cause: Cause,
    kind: SubjectKind,
) -> Shared:
    key = (rule.id, cause)
    if key not in found:
        found[key] = Shared(rule, cause, verdict, kind)
    return found[key]


def _with(message: str, also: str) -> str:
    return f"{message} {also}" if also else message


def _place(finding: Finding) -> tuple[str, str, str]:
    return (finding.subject.kind, finding.subject.id, finding.fingerprint)
