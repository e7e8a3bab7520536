"""Over many nights of random changes the history says what the reports alone say.

The tables here are worked out anew, from nothing but the findings and sources of each report.
"""

import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeAlias

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from auditor.differences.mailboxes import Mailboxes
from auditor.differences.values import Difference, FindingChange
from auditor.history.history import open_history
from auditor.model import Audit, Finding
from auditor.request import Waiver
from rules.dates import load_dates
from rules.rule import catalogue
from tests.auditor import rows
from tests.auditor.history.nights import FIRST_DAY, Night
from tests.auditor.recorded import Recorded

BY_AGE = {
    rule.id
    for rule in catalogue()
    if any(each.unit == "duration" or each.name.endswith("_days") for each in rule.thresholds)
}
NAMES = ("a", "b", "c", "d")
RULES = tuple(
    rule
    for rule in catalogue()
    if rule.id in ("mailbox-not-approved", "duplicate-address", "email-not-enabled", "test-failed")
    or (rule.subject == "mailbox" and rule.kind == "health")
    or rule.kind == "lifecycle"
)


Settings: TypeAlias = dict[str, dict[str, object]]
"""By name, the settings that are not as usual."""


class Drawn(NamedTuple):
    """One night: its day, the mailboxes, a source that is lost, a waiver, and what judges."""

    day: int
    mailboxes: Settings
    lost: str
    waived: bool
    tool: str
    edition: str

    def days_of(self, rule: str) -> list[bool]:
        """Of each published day that the rule judges by, whether it is near, and whether past."""
        day = FIRST_DAY + datetime.timedelta(days=self.day)
        steps = load_dates()[rule].steps if rule in load_dates() else ()
        # An end of support is the last day with support.
        return [
            is_past
            for step in steps
            for is_past in (
                day >= step.warning_from,
                day > step.date if "support" in step.effect else day >= step.date,
            )
        ]

    @property
    def is_read(self) -> bool:
        """Whether the mailboxes are."""
        return self.lost != "dynamics.mailboxes"


@st.composite
def nights(draw: st.DrawFn) -> list[Drawn]:
    mailboxes: Settings = {"a": {}, "b": {}}
    found = []
    day = 0
    for _ in range(draw(st.integers(3, 12))):
        # The end of support of the release lies two years ahead.
        day += draw(st.sampled_from((1, 1, 1, 60, 400)))
        name = draw(st.sampled_from(NAMES))
        change = draw(st.sampled_from(("approval", "status", "delete", "add", "nothing")))
        mailboxes = {key: dict(value) for key, value in mailboxes.items()}
        if change == "delete":
            mailboxes.pop(name, None)
        elif change == "add":
            mailboxes.setdefault(name, {})
        elif name in mailboxes and change == "approval":
            now = mailboxes[name].get("emailrouteraccessapproval", 1)
            mailboxes[name]["emailrouteraccessapproval"] = 0 if now else 1
        elif name in mailboxes and change == "status":
            now = mailboxes[name].get("incomingemailstatus", 1)
            mailboxes[name]["incomingemailstatus"] = 2 if now == 1 else 1
        lost = draw(st.sampled_from(("", "", "", "dynamics.mailboxes", "dynamics.queues")))
        waived = draw(st.booleans())
        tool = draw(st.sampled_from(("1.0", "1.0", "1.1")))
        edition = draw(st.sampled_from(("online", "online", "crm-2016")))
        found.append(Drawn(day, mailboxes, lost, waived, tool, edition))
    return found


class Reports:
    """What a reader makes of the reports of the nights so far."""

    def __init__(self) -> None:
        self.now: dict[str, str] = {}
        self.failed_before: dict[str, str] = {}
        self.first_seen: dict[str, str] = {}
        self.last: dict[str, Finding] = {}
        self.shared: dict[str, int] = {}
        self.lost: set[str] = set()
        self.hidden: set[str] = set()
        """Those that the last report, or the one before it, could not judge."""

    def read(self, audit: Audit, gone: set[str]) -> dict[str, str]:
        """What each finding became, those that are as they were left out."""
        findings = {each.fingerprint: each for each in audit.findings()}
        lost = {each.name for each in audit.sources if each.status in ("failed", "partial")}
        shared = {key: f.affected.count for key, f in findings.items() if f.affected is not None}
        changes = {}
        self.hidden = set()
        for key in findings.keys() | {key for key, state in self.now.items() if state}:
            finding = findings.get(key)
            before = self.now.get(key, "")
            if finding is not None:
                if before.startswith("unjudged") or (not before and self._was_hidden(finding)):
                    self.hidden.add(key)
                word = "waived" if finding.waived else finding.verdict
                change = self._shown(key, before, word, finding)
            elif self._may_hide(self.last[key], findings, lost, shared, before, gone):
                self.hidden.add(key)
                word = before if before.startswith("unjudged") else f"unjudged {before}"
                change = "became-undetermined" if before == "fail" else "still"
                if word == before:
                    change = "still"
            else:
                word, change = "", self._ended(key, before)
            if change != "still":
                changes[key] = change
            self.now[key] = word
            if finding is not None:
                self.last[key] = finding
                self.first_seen.setdefault(key, audit.started_at)
        self.shared, self.lost = shared, lost
        return changes

    def _shown(self, key: str, before: str, word: str, finding: Finding) -> str:
        before = before.removeprefix("unjudged ")
        known = self.failed_before.get(key, "") if before == "undetermined" else before
        if word == "undetermined":
            self.failed_before[key] = known if before else ""
        if not before:
            if word == "waived":
                return "waived"
            if word == "undetermined":
                return "became-undetermined" if key in self.first_seen else "new"
            if self._was_hidden(finding):
                return "established"
            return "reopened" if key in self.first_seen else "new"
        if before == "waived":
            return "still" if word == "waived" else "waiver-expired"
        if word == "waived":
            return "waived"
        if before == "fail":
            return "still" if word == "fail" else "became-undetermined"
        if word == "undetermined":
            return "still"
        return "still" if known in ("fail", "waived") else "established"

    def _ended(self, key: str, before: str) -> str:
        before = before.removeprefix("unjudged ")
        if before == "undetermined" and not self.failed_before.get(key):
            return "established"
        return "fixed"

    def _may_hide(
        self,
        old: Finding,
        findings: dict[str, Finding],
        lost: set[str],
        shared: dict[str, int],
        before: str,
        gone: set[str],
    ) -> bool:
        if old.subject.kind == "mailbox" and old.subject.id in gone:
            return False
        for key, count in shared.items():
            cause = findings[key]
            if cause.rule != old.rule or not _covers(cause, old):
                continue
            stood = self.shared.get(key, -1) >= count and not before.startswith("unjudged")
            if not stood or cause.cause is None or cause.cause.source in lost:
                return True
        return False

    def _was_hidden(self, finding: Finding) -> bool:
        return any(
            self.last[key].rule == finding.rule and _covers(self.last[key], finding)
            for key in self.shared
        )


def _covers(cause: Finding, finding: Finding) -> bool:
    affected = cause.affected
    assert affected is not None
    if affected.kind not in (finding.subject.kind, "organization"):
        return False
    if affected.kind == "organization" or affected.count > len(affected.sample):
        return True
    return any(each.id == finding.subject.id for each in affected.sample)


def organisation(mailboxes: dict[str, dict[str, object]], lost: str) -> Recorded:
    found = rows.tables(
        [rows.mailbox(name, **changes) for name, changes in mailboxes.items()],
        of=rows.detail(OrganizationVersion="9.1.24.8", TenantId=None),
    )
    return found.failed(lost) if lost else found


def reason_of(
    change: FindingChange, hidden: set[str], known: Settings, last: Drawn, now: Drawn
) -> str:
    """Why a finding of a mailbox changed; `known`: the mailboxes that were read last."""
    name = change.subject.id
    if change.change in ("waived", "waiver-expired"):
        return "waiver"
    if now.is_read and name in known and name not in now.mailboxes:
        return "subject-gone"
    if change.fingerprint in hidden:
        return "source"
    if now.is_read and known.get(name) != now.mailboxes[name]:
        return "setting"
    if last.edition != now.edition:
        return "edition"
    if last.tool != now.tool:
        return "rule"
    # Only what is judged by the day or by an age changes with time alone.
    if change.rule in BY_AGE or last.days_of(change.rule) != now.days_of(change.rule):
        return "date"
    return "setting"


def check_mailboxes(
    told: Difference, stood: dict[str, str], stand: dict[str, str], known: Settings, now: Settings
) -> None:
    """Hold what is told of mailboxes against how they stood and stand, and which there were.

    `stood` and `stand` leave out those that work or are not in use.
    """
    found = Mailboxes(told)
    broken = {name for name, standing in stand.items() if standing == "broken"}
    was_broken = {name for name, standing in stood.items() if standing == "broken"}
    new = broken - known.keys()
    broke = {name for name in broken if stood.get(name) not in ("broken", "unknown")}
    recovered = {name for name in was_broken if name not in stand}
    assert {each.id for each in found.new} == new
    # These nights nobody changes whether a mailbox is in use.
    assert {each.id for each in found.stopped} == broke - new
    assert not found.newly_broken
    assert {each.id for each in found.deleted} == recovered - now.keys()
    assert {each.id for each in found.recovered} == recovered & now.keys()


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(nights())
def test_the_history_says_what_the_reports_say(year: list[Drawn]) -> None:
    reports = Reports()
    waiver = Waiver("mailbox-not-approved", "CHG-1", FIRST_DAY + datetime.timedelta(days=6))
    known: Settings = {}
    stood: dict[str, str] | None = None
    with TemporaryDirectory() as directory:
        history = open_history("sqlite:///history.db", Path(directory))
        for number, drawn in enumerate(year):
            night = Night(
                drawn.day,
                organisation(drawn.mailboxes, drawn.lost),
                rules=RULES,
                waivers=[waiver] if drawn.waived else [],
            )
            environment = replace(night.audit.environment, edition=drawn.edition)
            night.audit = replace(night.audit, tool_version=drawn.tool, environment=environment)
            gone = known.keys() - drawn.mailboxes.keys() if drawn.is_read else set()
            expected = reports.read(night.audit, gone)
            found = night.stored(history)
            if number:
                assert {each.fingerprint: each.change for each in found.findings} == expected
                for each in found.findings:
                    assert each.first_seen == reports.first_seen[each.fingerprint]
                    if each.subject.kind == "mailbox":
                        last = year[number - 1]
                        why = reason_of(each, reports.hidden, known, last, drawn)
                        assert each.reason == why, each
            standings = {each.id: each.standing for each in night.audit.mailboxes()}
            if drawn.is_read:
                if number:
                    told = {(each.subject.id, each.change) for each in found.subjects or ()}
                    gone = {(name, "deleted") for name in known.keys() - drawn.mailboxes.keys()}
                    # Those of the first reading may all have been there before.
                    new = drawn.mailboxes.keys() - known.keys() if stood is not None else ()
                    assert {each for each in told if each[1] == "deleted"} == gone
                    assert {each for each in told if each[1] == "added"} == {
                        (name, "added") for name in new
                    }
                if stood is not None:
                    check_mailboxes(found, stood, standings, known, drawn.mailboxes)
                known, stood = drawn.mailboxes, standings
            else:
                assert not found.mailboxes
                assert not [
                    each
                    for each in found.of("fixed", "reopened", "new")
                    if each.subject.kind == "mailbox"
                ]
