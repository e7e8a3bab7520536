"""From verdicts to findings: one for each subject, or one for all that share a cause.

Findings of mailboxes are made as they are asked for; memory holds their number, not them.

Tested in `tests/auditor/test_arithmetic.py` and `tests/auditor/test_denials.py`.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import cached_property, partial
from hashlib import blake2b
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from auditor.findings.fingerprints import fingerprint_of, prefix
from auditor.findings.shared_verdicts import SharedVerdict, published, shared_verdicts
from auditor.findings.subjects import NAMED_BY, Subjects
from auditor.findings.waivers import Waivers
from auditor.judging.bearing import severity_of
from auditor.judging.judge_all import Verdicts
from auditor.judging.judged import Judged
from auditor.judging.kept_rows import Ids, Rows, RowsById
from auditor.judging.mailbox_group import Alike, MailboxGroup, by_verdict, is_individual
from auditor.judging.row_evidence import OWNERS_ADDRESS, completed, labelled, resolved, resolvers
from auditor.model import (
    Affected,
    Extent,
    Finding,
    Subject,
    SubjectKind,
    Waived,
)
from rules.counting import counted
from rules.evidence import WHOLE_SOURCE, Evidence
from rules.rule import Rule
from rules.verdict import SEVERITIES, Fail, Severity, Undetermined, Verdict

_AT_A_TIME = 1000


class _Alike(Struct, frozen=True):
    """How findings of mailboxes that have one verdict in common are made, and of which fields."""

    names: tuple[str, ...]
    of: Callable[[Rows], Iterator[Finding]]


class Findings:
    """The findings of an audit, in their published order.

    Each is made when it is asked for, again and again:

        findings = Findings("contoso", url, verdicts, waivers)
        first = next(iter(findings))    # of the gravest severity
    """

    def __init__(self, environment: str, url: str, verdicts: Verdicts, waive: Waivers) -> None:
        self.subjects = Subjects(url, verdicts.facts.organization)
        self._environment = environment
        self._verdicts = verdicts
        self._waive = waive
        self._rules = {rule.id: rule for rule in verdicts.judge.rules}

    def __iter__(self) -> Iterator[Finding]:
        """All findings: by severity, rule id, subject kind, subject id."""
        for severity in SEVERITIES:
            for id in sorted(self._rules):
                yield from self._of_rule(self._rules[id], severity)

    def extents(self) -> Iterator[Extent]:
        """The findings of each rule and severity that has some, in order, most of them not made."""
        for severity in SEVERITIES:
            for id in sorted(self._rules):
                extent = self._extent(self._rules[id], severity)
                if extent.count:
                    yield extent

    def _extent(self, rule: Rule, severity: Severity) -> Extent:
        found = blake2b(digest_size=16)
        count = 0
        few = self._few(rule, severity)
        if self._waive.ever_spoke_of(rule.id):
            # Only what a mailbox is called tells whether it is waived.
            few = list(self._of_rule(rule, severity))
        elif rule.subject == "mailbox":
            groups = self._groups_with_own.get((rule.id, severity), set())
            ways: dict[str, set[int]] = {}
            for number in groups:
                verdict = self._verdicts.groups[number].verdicts[rule.id]
                ways.setdefault(type(verdict).__name__, set()).add(number)
            for way in sorted(ways):
                ids = self.ids_of(ways[way])
                count += ids.count
                found.update(b"%b %d\n%b" % (way.encode(), ids.count, ids.content))
        for each in few:
            state = "waived" if each.waived is not None else each.verdict
            found.update(f"{each.fingerprint} {state}\n".encode())
        return Extent(
            rule.id,
            severity,
            count + len(few),
            found.digest(),
            tuple(each for each in few if each.cause is not None),
            partial(self._of_rule, rule, severity),
        )

    def ids_of(self, groups: Collection[int]) -> Ids:
        """The ids of the mailboxes that ended in these groups, in their order."""
        return self._kept.ids_of(groups)

    def waived(self, rules: Collection[str], subject: Subject) -> Waived | None:
        """The waiver that ends first, where each of these rules' findings on a subject has one."""
        if not all(map(self._waive.speaks_of, rules)):
            return None
        found = [self._waive(rule, subject) for rule in rules]
        met = [each for each in found if each is not None]
        return min(met, key=lambda each: each.until) if len(met) == len(found) else None

    def _of_rule(self, rule: Rule, severity: Severity) -> Iterator[Finding]:
        if rule.subject == "mailbox":
            # Kinds come in the order of their names: all else of such a rule is the organisation's.
            yield from self._of_mailboxes(rule, severity)
        yield from self._few(rule, severity)

    def _few(self, rule: Rule, severity: Severity) -> list[Finding]:
        """The findings of a rule and severity that are not of single mailboxes."""
        few = [
            self._maker(judged.rule, judged.verdict, subject.kind, self._disputed.get(place, ""))(
                subject, _of_no_mailbox(judged)
            )
            for place, judged, subject in self._own.get((rule.id, severity), ())
        ]
        few += [
            self._shared_finding(shared)
            for shared in self.shared
            if shared.rule is rule and rule.severity == severity
        ]
        few.sort(key=_place)
        return few

    def _of_mailboxes(self, rule: Rule, severity: Severity) -> Iterator[Finding]:
        wanted = self._groups_with_own.get((rule.id, severity))
        if wanted is None:
            return
        groups = self._verdicts.groups
        alike = {n: self._alike(rule, groups[n]) for n in wanted}
        names = {name for each in alike.values() for name in each.names}
        for numbers, rows in self.rows_of(wanted, names):
            for first in range(0, len(numbers), _AT_A_TIME):
                places: dict[int, list[int]] = {}
                for at, number in enumerate(numbers[first : first + _AT_A_TIME], first):
                    places.setdefault(number, []).append(at)
                found: dict[int, Finding] = {}
                for number, own in places.items():
                    found.update(zip(own, alike[number].of(rows.at(own)), strict=True))
                yield from map(found.__getitem__, range(first, first + len(found)))

    def _alike(self, rule: Rule, group: MailboxGroup) -> _Alike:
        verdict = group.verdicts[rule.id]
        make = self._maker(rule, verdict, "mailbox", self._dispute(rule, verdict, group))
        evidence = resolvers(getattr(verdict, "evidence", ()), self._verdicts.facts)
        return _Alike(
            names=NAMED_BY + tuple(name for each in evidence for name in each.names),
            of=lambda rows: map(make, self.subjects.mailboxes(rows), resolved(evidence, rows)),
        )

    @cached_property
    def _groups_with_own(self) -> dict[tuple[str, Severity], set[int]]:
        """By rule and severity, the groups of which each mailbox is a finding of its own."""
        found: dict[tuple[str, Severity], set[int]] = {}
        for id, some in self.by_verdict.items():
            for alike in some:
                if is_individual(alike.verdict):
                    key = id, severity_of(self._rules[id], alike.verdict)
                    found.setdefault(key, set()).update(each.number for each in alike.groups)
        return found

    @cached_property
    def by_verdict(self) -> dict[str, list[Alike]]:
        """Each verdict on mailboxes once, with the groups that have it, by the ids of rules."""
        return by_verdict(self._verdicts.groups)

    def rows_of(
        self, groups: Collection[int], names: Collection[str], backwards: bool = False
    ) -> Iterator[tuple[list[int], Rows]]:
        """The kept rows of mailboxes that ended in these groups, in the order of their ids.

        They come some at a time, with the group of each and the fields of these names; `backwards`
        the last ones first.
        """
        fields = set(names) - {OWNERS_ADDRESS}
        for numbers, rows in self._kept.of(groups, fields, backwards=backwards):
            yield numbers, completed(rows, names, self._verdicts.facts)

    @cached_property
    def _kept(self) -> RowsById:
        return self._verdicts.kept.by_id(self._verdicts.moved)

    @cached_property
    def _own(self) -> dict[tuple[str, Severity], list[tuple[int, Judged, Subject]]]:
        """Findings on what is no mailbox, by rule and severity."""
        found: dict[tuple[str, Severity], list[tuple[int, Judged, Subject]]] = {}
        for place, judged in enumerate(self._verdicts.others):
            if is_individual(judged.verdict):
                key = judged.rule.id, severity_of(judged.rule, judged.verdict)
                found.setdefault(key, []).append((place, judged, self.subjects.of(judged)))
        return found

    @cached_property
    def shared(self) -> list[SharedVerdict]:
        """What shared causes leave open, one for each rule and cause."""
        return shared_verdicts(self._verdicts, self.by_verdict, self.subjects)

    def _shared_finding(self, shared: SharedVerdict) -> Finding:
        cause = published(shared.cause)
        return Finding(
            rule=shared.rule.id,
            severity=shared.rule.severity,
            verdict="undetermined",
            subject=self.subjects.organization,
            cause=cause,
            affected=Affected(
                kind=shared.kind,
                count=shared.count,
                configurations=shared.configurations,
                sample=tuple(shared.sample),
            ),
            message=_with(
                shared.verdict.message,
                self._waive.reopened(shared.rule.id, self.subjects.organization),
            ),
            remedy=shared.verdict.remedy,
            statements=shared.verdict.statements or (),
            evidence=tuple(map(labelled, shared.verdict.evidence)),
            fingerprint=fingerprint_of(
                prefix(self._environment, shared.rule.id, "organization"), f"\n{cause.code}"
            ),
            waived=self._waive(shared.rule.id, self.subjects.organization),
        )

    def _dispute(self, rule: Rule, verdict: Verdict, group: MailboxGroup) -> str:
        """That Dynamics 365 contradicts a failure of mailboxes; empty where it does not."""
        bearing, mailbox = self._verdicts.bearing, group.configuration.mailbox
        if not bearing.contradicted(rule, verdict, mailbox, bearing.shown(mailbox)):
            return ""
        return (
            "Dynamics 365 shows that the mailbox works all the same, since its profile was last "
            "changed: this does not count against it."
        )

    @cached_property
    def _disputed(self) -> dict[int, str]:
        """The same for failures of what is no mailbox, by their place, with how many it shows."""
        counts: Counter[int] = Counter()
        for group in self._verdicts.groups:
            if group.count and group.configuration.mailbox.synchronizing is True:
                for place in self._verdicts.bearing.on(group.configuration).contradicted:
                    counts[place] += group.count
        return {
            place: f"Dynamics 365 shows that {counted(count, 'mailbox works', 'mailboxes work')} "
            "all the same, since the last change: this does not count against "
            f"{'it' if count == 1 else 'them'}."
            for place, count in counts.items()
        }

    def _maker(
        self, rule: Rule, verdict: Verdict, kind: SubjectKind, also: str = ""
    ) -> Callable[[Subject, tuple[Evidence, ...]], Finding]:
        """Makes findings that differ in subject and evidence; the rest is sorted out once."""
        assert isinstance(verdict, Fail | Undetermined)
        id, severity = rule.id, severity_of(rule, verdict)
        word: Literal["fail", "undetermined"] = (
            "fail" if isinstance(verdict, Fail) else "undetermined"
        )
        message, remedy = _with(verdict.message, also), verdict.remedy or rule.remedy
        statements = verdict.statements or ()
        own_prefix = prefix(self._environment, id, kind)
        is_one = kind in ("organization", "tenant")
        waive = self._waive if self._waive.ever_spoke_of(id) else None

        def make(subject: Subject, evidence: tuple[Evidence, ...]) -> Finding:
            return Finding(
                id,
                severity,
                word,
                subject,
                None,
                None,
                _with(message, waive.reopened(id, subject)) if waive else message,
                remedy,
                statements,
                evidence,
                fingerprint_of(own_prefix, "" if is_one else subject.id),
                waive(id, subject) if waive else None,
            )

        return make


def _of_no_mailbox(judged: Judged) -> tuple[Evidence, ...]:
    evidence: tuple[Evidence, ...] = getattr(judged.verdict, "evidence", ())
    # Both directions of a profile may rest on one column: it is shown once.
    return tuple(
        dict.fromkeys(
            labelled(each if each.record else replace(each, record=WHOLE_SOURCE))
            for each in evidence
        )
    )


def _with(message: str, also: str) -> str:
    return f"{message} {also}" if also else message


def _place(finding: Finding) -> tuple[str, str, str]:
    return (finding.subject.kind, finding.subject.id, finding.fingerprint)
