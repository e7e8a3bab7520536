"""The life of every finding: rows only for what changed, and a look at those rules alone.

A rule whose findings are the same as in the run before has the same digest; none of them is made,
and no row of them is read.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import chain, groupby
from operator import attrgetter

import sqlalchemy as sa
from msgspec import Struct

from auditor.differences.reasons import Circumstances
from auditor.differences.transitions import (
    Now,
    Openness,
    SharedOpen,
    begin,
    now_of,
    shared_open,
    step,
)
from auditor.differences.values import Change, FindingChange, Reason, in_order
from auditor.history.context import Context, chunks, text
from auditor.history.tables import FINDINGS, LIVES
from auditor.model import Audit, Extent, Finding, Subject
from rules.verdict import Severity

_DIGEST_BYTES = 16
_BATCH = 5_000
# Made once: a statement is a cycle, and each that held its values would hold them until the
# collector comes, which is seldom while many findings are made.
_STORED = sa.select(
    FINDINGS.c.fingerprint,
    FINDINGS.c.id,
    FINDINGS.c.rule,
    FINDINGS.c.kind,
    FINDINGS.c.subject,
    FINDINGS.c.name,
    FINDINGS.c.address,
    FINDINGS.c.first_seen,
    FINDINGS.c.state,
    FINDINGS.c.severity,
).where(
    FINDINGS.c.environment == sa.bindparam("environment"),
    FINDINGS.c.fingerprint.in_(sa.bindparam("wanted", expanding=True)),
)
_STATES: dict[Now, str] = {"fail": "F", "undetermined": "UVX", "waived": "W"}


class _Met(Struct, frozen=True):
    """A finding that is not as it was."""

    fingerprint: bytes
    rule: str
    severity: Severity
    subject: Subject
    now: Now
    verdict: str


class _Row(Struct, frozen=True):
    id: int
    rule: str
    subject: Subject
    first_seen: str
    state: str
    severity: Severity


class FindingRows:
    """The findings of the run before, and what becomes of them."""

    def __init__(
        self,
        context: Context,
        openness: Openness,
        circumstances: Circumstances,
        digests: Mapping[str, str],
    ) -> None:
        self._context = context
        self._known = digests
        self.digests: dict[str, str] = {}
        """By rule, what its open findings go by from now on; none where some are not shown."""
        self._before = openness
        self._circumstances = circumstances
        self.still = 0
        self.counts: Counter[str] = Counter()
        self.shared: list[SharedOpen] = []
        self._changes: list[FindingChange] = []
        self._new_lives: list[dict[str, object]] = []
        self._open: dict[tuple[str, str], set[bytes]] = {}

    def store(self, audit: Audit) -> tuple[FindingChange, ...]:
        """Store the findings of the run; gives those that changed, those it does not show too."""
        rules = [each.rule.id for each in audit.rules]
        changed = self._changed(audit, rules)
        if changed or self._circumstances.changes.before:
            # Else nothing can have ended: of rules that are not asked, what is known stays.
            self._read_open({rule for rule in rules if rule not in changed})
        waiting: list[_Met] = []
        for finding in (each for extent in changed.values() for each in extent):
            fingerprint = bytes.fromhex(finding.fingerprint)
            now = now_of(finding)
            if finding.cause is not None and (own := shared_open(finding)) is not None:
                self.shared.append(own)
            for state in _STATES[now]:
                known = self._open.get((state, finding.severity))
                if known is not None and fingerprint in known:
                    known.remove(fingerprint)
                    self.still += 1
                    break
            else:
                waiting.append(_met(finding, fingerprint, now))
                if len(waiting) >= _BATCH:
                    self._take(waiting)
                    waiting = []
        self._take(waiting)
        self._resolve(Openness(rules, self.shared, audit.sources))
        self._flush()
        return in_order(self._changes)

    def _changed(self, audit: Audit, rules: Iterable[str]) -> dict[str, Iterable[Finding]]:
        """The rules that do not have the findings that they had, each with those of now.

        The others are counted, and so are the causes that they share.
        """
        by_rule: dict[str, list[Extent]] = {rule: [] for rule in rules}
        for extent in extents_of(audit):
            by_rule[extent.rule].append(extent)
        changed: dict[str, Iterable[Finding]] = {}
        for rule, extents in by_rule.items():
            digest = " ".join(f"{e.severity}:{e.count}:{e.digest.hex()}" for e in extents)
            self.digests[rule] = digest
            if self._known.get(rule) != digest:
                changed[rule] = chain.from_iterable(each.findings() for each in extents)
                continue
            for extent in extents:
                self.still += extent.count
                own = map(shared_open, extent.shared)
                self.shared += [each for each in own if each is not None]
        # Of a rule that is not asked, what is known stays.
        self.digests.update({of: d for of, d in self._known.items() if of not in by_rule})
        return changed

    def _read_open(self, unchanged: Collection[str]) -> None:
        """The findings that were open, but for those of these rules."""
        table = FINDINGS.c
        wanted = sa.select(table.fingerprint, table.state, table.severity).where(
            table.environment == self._context.environment,
            table.state != "",
            table.rule.not_in(sorted(unchanged)),
        )
        for fingerprint, state, severity in self._context.connection.execute(wanted):
            self._open.setdefault((state, severity), set()).add(bytes(fingerprint))

    def _take(self, met: list[_Met]) -> None:
        """Findings that were not open so: new ones, and those of another state or severity."""
        stored = self._stored([each.fingerprint for each in met])
        fresh: list[tuple[_Met, str, Change, Reason]] = []
        for each in met:
            row = stored.get(each.fingerprint)
            if row is None or not row.state:
                hidden = self._before.hides(each.rule, each.subject) and self._before.asks(
                    each.rule
                )
                state, change = begin(each.now, seen_before=row is not None, was_unjudged=hidden)
                reason = self._circumstances.reason(change, each.subject, each.rule, hidden=hidden)
            else:
                known = self._open.get((row.state, row.severity))
                if known is not None:
                    known.discard(each.fingerprint)
                state, change = step(row.state, each.now)
                reason = self._circumstances.reason(
                    change, each.subject, each.rule, hidden=row.state.islower()
                )
            if row is None:
                fresh.append((each, state, change, reason))
            else:
                self._live(row.id, state, each.severity, change, reason, was_open=True)
            first_seen = row.first_seen if row is not None else self._context.new.started_at
            self._tell(each.fingerprint, each, first_seen, change, reason, each.verdict)
        self._insert(fresh)

    def _insert(self, fresh: list[tuple[_Met, str, Change, Reason]]) -> None:
        if not fresh:
            return
        context = self._context
        context.connection.execute(
            sa.insert(FINDINGS),
            [
                {
                    "environment": context.environment,
                    "fingerprint": each.fingerprint,
                    "rule": each.rule,
                    "kind": each.subject.kind,
                    "subject": text(each.subject.id),
                    "name": text(each.subject.name),
                    "address": text(each.subject.address),
                    "first_seen": context.new.started_at,
                    "state": state,
                    "severity": each.severity,
                }
                for each, state, _, _ in fresh
            ],
        )
        ids = self._stored([each.fingerprint for each, *_ in fresh])
        for each, state, change, reason in fresh:
            id = ids[each.fingerprint].id
            self._live(id, state, each.severity, change, reason, was_open=False)

    def _resolve(self, openness: Openness) -> None:
        """Findings that the run does not show: fixed, or not judged."""
        left = [each for fingerprints in self._open.values() for each in fingerprints]
        for some in chunks(left):
            for fingerprint, row in self._stored(some).items():
                gone = self._circumstances.changes.is_gone(row.subject)
                now: Now = "absent"
                # What was shown by the run before is looked at beside what that run left open.
                before = None if row.state.islower() else self._before
                if not gone and openness.hides(row.rule, row.subject, before):
                    now = "unjudged"
                if now == "unjudged" and not openness.asks(row.rule):
                    continue
                state, change = step(row.state, now)
                if state or not openness.asks(row.rule):
                    # It is open and not shown, or was shown and is gone, which no digest tells.
                    self.digests.pop(row.rule, None)
                if state == row.state:
                    self.still += 1
                    continue
                reason = self._circumstances.reason(
                    change, row.subject, row.rule, hidden=now == "unjudged"
                )
                self._live(row.id, state, row.severity, change, reason, was_open=True)
                verdict = "undetermined" if now == "unjudged" else None
                self._tell(fingerprint, row, row.first_seen, change, reason, verdict)

    def _tell(
        self,
        fingerprint: bytes,
        of: "_Met | _Row",
        first_seen: str,
        change: Change,
        reason: Reason,
        verdict: str | None,
    ) -> None:
        if change == "still":
            self.still += 1
            return
        self.counts[change] += 1
        if self._context.old is None:
            return
        self._changes.append(
            FindingChange(
                fingerprint.hex(),
                of.rule,
                of.severity,
                of.subject,
                first_seen,
                change,
                reason,
                verdict,  # type: ignore[arg-type]
                self._circumstances.settings(of.subject) if reason == "setting" else (),
            )
        )

    def _live(
        self,
        finding: int,
        state: str,
        severity: str,
        change: Change,
        reason: Reason,
        *,
        was_open: bool,
    ) -> None:
        """One more state of a finding; the one before it ends."""
        self._new_lives.append(
            {
                "finding": finding,
                "begin": self._context.number,
                "state": state,
                "severity": severity,
                "change": change,
                "reason": reason,
                "was_open": was_open,
            }
        )
        if len(self._new_lives) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        lives, self._new_lives = self._new_lives, []
        connection, number = self._context.connection, self._context.number
        moved = [each for each in lives if each["was_open"]]
        if moved:
            connection.execute(
                sa.update(LIVES)
                .where(LIVES.c.finding == sa.bindparam("of"), LIVES.c.until.is_(None))
                .values(until=number),
                [{"of": each["finding"]} for each in moved],
            )
            connection.execute(
                sa.update(FINDINGS)
                .where(FINDINGS.c.id == sa.bindparam("of"))
                .values(state=sa.bindparam("to"), severity=sa.bindparam("how")),
                [
                    {"of": each["finding"], "to": each["state"], "how": each["severity"]}
                    for each in moved
                ],
            )
        if lives:
            names = ("finding", "begin", "state", "severity", "change", "reason")
            connection.execute(
                sa.insert(LIVES), [{name: each[name] for name in names} for each in lives]
            )

    def _stored(self, fingerprints: Sequence[bytes]) -> dict[bytes, _Row]:
        """The stored findings of these fingerprints, by fingerprint."""
        found: dict[bytes, _Row] = {}
        for some in chunks(fingerprints):
            wanted = {"environment": self._context.environment, "wanted": some}
            for fingerprint, id, rule, kind, subject, name, address, *rest in list(
                self._context.connection.execute(_STORED, wanted)
            ):
                about = Subject(kind, subject, name, address, "")
                found[bytes(fingerprint)] = _Row(id, rule, about, *rest)
        return found


def extents_of(audit: Audit) -> Iterator[Extent]:
    """What an audit tells of the findings of each rule; of one that does not, they are made."""
    if audit.extents is not None:
        yield from audit.extents()
        return
    by = attrgetter("severity", "rule")
    for (severity, rule), some in groupby(sorted(audit.findings(), key=by), by):
        own = tuple(some)
        told = "\n".join(f"{each.fingerprint} {now_of(each)}" for each in own)
        digest = blake2b(told.encode(), digest_size=_DIGEST_BYTES).digest()
        shared = tuple(each for each in own if each.cause is not None)
        yield Extent(rule, severity, len(own), digest, shared, own.__iter__)


def _met(finding: Finding, fingerprint: bytes, now: Now) -> _Met:
    return _Met(
        fingerprint,
        finding.rule,
        finding.severity,
        finding.subject,
        now,
        finding.verdict,
    )
