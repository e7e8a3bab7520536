"""The difference of two audits at hand: reports, or snapshots that were judged again."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from auditor.differences.reasons import Circumstances
from auditor.differences.records import SOURCES, Settings, is_setting
from auditor.differences.settings_changes import RecordChanges
from auditor.differences.transitions import Now, Openness, begin, now_of, shared_open, step
from auditor.differences.values import (
    Change,
    Difference,
    FindingChange,
    MailboxChange,
    Moved,
    Run,
    in_order,
    mailboxes_in_order,
)
from auditor.model import Audit, Finding, MailboxEntry, Subject
from rules.verdict import Severity

if TYPE_CHECKING:
    from auditor.differences.settings import RecordSettings


class _Held(Struct, frozen=True):
    rule: str
    severity: Severity
    subject: Subject
    now: Now
    verdict: str


class _Side:
    """The findings of one audit by fingerprint, and what it could not judge."""

    def __init__(self, audit: Audit) -> None:
        self.audit = audit
        self.held: dict[bytes, _Held] = {}
        shared = []
        for each in audit.findings():
            if (own := shared_open(each)) is not None:
                shared.append(own)
            self.held[bytes.fromhex(each.fingerprint)] = _Held(
                each.rule, each.severity, each.subject, now_of(each), each.verdict
            )
        self.openness = Openness([each.rule.id for each in audit.rules], shared, audit.sources)


def compare(
    old: Audit,
    new: Audit,
    old_settings: "RecordSettings | None" = None,
    new_settings: "RecordSettings | None" = None,
    *,
    same_reading: bool = False,
) -> Difference:
    """What changed from one audit to the other.

    `same_reading`: both are of what was read once, so that each read the mailboxes of the other.

    Where the settings of both are given every change of them is told, and records that were added
    or deleted; else those that both audits hold as evidence.
    """
    before, after = _Side(old), _Side(new)
    changed = dict(_changed(before, after))
    knows = old_settings is not None and new_settings is not None
    if old_settings is not None and new_settings is not None:
        changes = settings_changes(old_settings, new_settings)
    else:
        changes = _from_evidence(old, new, changed)
    profiles = _profiles(new_settings) if new_settings is not None else {}
    circumstances = Circumstances(
        run_of(old), run_of(new), changes, rules_of(old), rules_of(new), profiles.get
    )
    findings = []
    still = 0
    for fingerprint, (change, hidden) in changed.items():
        held = after.held.get(fingerprint) or before.held[fingerprint]
        if change == "still":
            still += 1
            continue
        reason = circumstances.reason(change, held.subject, held.rule, hidden=hidden)
        now = after.held.get(fingerprint)
        verdict = now.verdict if now else "undetermined" if hidden else None
        findings.append(
            FindingChange(
                fingerprint.hex(),
                held.rule,
                held.severity,
                held.subject,
                old.started_at if fingerprint in before.held else new.started_at,
                change,
                reason,
                verdict,  # type: ignore[arg-type]
                circumstances.settings(held.subject) if reason == "setting" else (),
            )
        )
    return Difference(
        old=run_of(old),
        new=run_of(new),
        mailboxes=mailboxes_in_order(_mailboxes(old, new, same_reading)),
        findings=in_order(findings),
        still=still,
        subjects=changes.subjects() if knows else None,
    )


def run_of(audit: Audit) -> Run:
    """The run of an audit."""
    return Run(
        audit.run_id,
        audit.started_at,
        audit.finished_at,
        audit.as_of,
        audit.environment.name,
        audit.tool_version,
        audit.environment.edition,
        audit.complete,
    )


def rules_of(audit: Audit) -> Mapping[str, str]:
    """What tells one version of a rule from another, by rule id."""
    return {
        each.rule.id: repr((each.rule.title, each.rule.severity, each.statements))
        for each in audit.rules
    }


def settings_changes(old: "RecordSettings", new: "RecordSettings") -> RecordChanges:
    """The records that are not the same in both.

    A record that a source which was read only in part does not show is neither gone nor added.
    """
    changes = RecordChanges(known=True)
    known = {digest for block in old.blocks() for digest in block.digests}
    met = {digest for block in new.blocks() for digest in block.digests}
    for block in new.blocks():
        fresh = [at for at, digest in enumerate(block.digests) if digest not in known]
        for record in block.at(fresh):
            changes.after[record.source, record.id] = record.settings()
    for block in old.blocks():
        ended = [at for at, digest in enumerate(block.digests) if digest not in met]
        for record in block.at(ended):
            key = record.source, record.id
            if key in changes.after or record.source in new.whole:
                changes.before[key] = record.settings()
    changes.keep_comparable(old.whole)
    return changes


def _changed(before: _Side, after: _Side) -> Iterator[tuple[bytes, tuple[Change, bool]]]:
    """How each finding of the two changed, and whether one of the audits did not judge it."""
    for fingerprint, held in after.held.items():
        old = before.held.get(fingerprint)
        if old is None:
            hidden = before.openness.hides(held.rule, held.subject) and before.openness.asks(
                held.rule
            )
            yield (
                fingerprint,
                (begin(held.now, seen_before=False, was_unjudged=hidden)[1], hidden),
            )
        else:
            yield fingerprint, (step(_state(old), held.now)[1], False)
    for fingerprint, old in before.held.items():
        if fingerprint in after.held or not after.openness.asks(old.rule):
            continue
        hidden = after.openness.hides(old.rule, old.subject, before.openness)
        yield fingerprint, (step(_state(old), "unjudged" if hidden else "absent")[1], hidden)


def _state(held: _Held) -> str:
    return begin(held.now, seen_before=False, was_unjudged=False)[0]


def _profiles(settings: "RecordSettings") -> Mapping[str, str]:
    """The profile of each mailbox whose record may be asked for, by its id."""
    found: dict[str, str] = {}
    for block in settings.blocks():
        if block.source == SOURCES["mailbox"]:
            for record in block.at(range(len(block.digests))):
                value = record.settings().values.get("_emailserverprofile_value")
                if isinstance(value, str):
                    found[record.id] = value
    return found


def _from_evidence(
    old: Audit, new: Audit, changed: Mapping[bytes, tuple[Change, bool]]
) -> RecordChanges:
    """The settings that both audits show as evidence, of the records of what changed."""
    wanted = {
        (each.source, each.record)
        for audit in (old, new)
        for finding in audit.findings()
        if changed.get(bytes.fromhex(finding.fingerprint), ("still", False))[0] != "still"
        for each in finding.evidence
    }
    before, after = _shown(old.findings(), wanted), _shown(new.findings(), wanted)
    changes = RecordChanges(known=False)
    for key in before.keys() & after.keys():
        fields = before[key].values.keys() & after[key].values.keys()
        if any(before[key].values[each] != after[key].values[each] for each in fields):
            changes.before[key] = _only(before[key], fields)
            changes.after[key] = _only(after[key], fields)
    return changes


def _shown(
    findings: Iterable[Finding], wanted: set[tuple[str, str]]
) -> dict[tuple[str, str], Settings]:
    shown: dict[tuple[str, str], Settings] = {}
    for finding in findings:
        for each in finding.evidence:
            key = each.source, each.record
            if key in wanted and is_setting(each.field):
                held = shown.get(key)
                values = {} if held is None else held.values
                shown[key] = Settings(*key, {**values, each.field: each.value}, each.read_at)
    return shown


def _only(settings: Settings, fields: Iterable[str]) -> Settings:
    values = {each: settings.values[each] for each in fields}
    return Settings(settings.source, settings.id, values, settings.read_at)


def _mailboxes(old: Audit, new: Audit, same_reading: bool) -> Iterator[MailboxChange]:
    """Mailboxes that stand otherwise by the same rules; another release may have other ones."""
    if old.tool_version == new.tool_version and _asked(old) != _asked(new):
        return
    is_known = same_reading or tells_all_mailboxes(old)
    before = {each.id: each for each in standing_somehow(old)}
    for each in standing_somehow(new):
        was = before.pop(each.id, None)
        if was is None and not is_known:
            continue
        if was is None or was.standing != each.standing:
            moved = Moved(None if was is None else was.standing, each.standing)
            yield MailboxChange(each.id, each.name, each.address, moved)
    for each in before.values() if tells_all_mailboxes(new) else ():
        yield MailboxChange(each.id, each.name, each.address, Moved(each.standing, None))


def reads_all_mailboxes(audit: Audit) -> bool:
    """Whether all mailboxes were read, so that one that is not shown is not there."""
    return any(each.name == SOURCES["mailbox"] and each.status == "read" for each in audit.sources)


def tells_all_mailboxes(audit: Audit) -> bool:
    """Whether one that does not stand somehow works, or is certain not to be in use.

    A report counts those of which it is unknown whether they are meant to synchronize, and does not
    name them.
    """
    names_undecided = audit.undecided is not None or not audit.summary.standing.undecided
    return reads_all_mailboxes(audit) and names_undecided


def standing_somehow(audit: Audit) -> Iterator[MailboxEntry]:
    """The mailboxes that do not simply work, and those that may be meant to synchronize."""
    yield from audit.mailboxes()
    if audit.undecided is not None:
        yield from audit.undecided()


def _asked(audit: Audit) -> set[str]:
    return {each.rule.id for each in audit.rules}
