"""Two audits at hand compared: findings, mailboxes, settings, and what one of them left open."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from msgspec import Struct
from msgspec.structs import replace

from auditor.differences.compare import compare, rules_of, run_of, settings_changes
from auditor.differences.settings import RecordSettings
from auditor.differences.values import FindingChange, Moved, SettingChange, Value
from auditor.model import (
    Affected,
    Audit,
    Finding,
    MailboxEntry,
    SharedCause,
    SourceOf,
    Standing,
    Waived,
)
from connectors.columnar.page import Page
from rules.evidence import Evidence
from tests.auditor import rows
from tests.auditor.reports.audits import (
    APPROVAL,
    FAILING,
    ORGANIZATION,
    PROFILE,
    RESULTS,
    audit_of,
    finding,
    mailbox,
    result,
)

MAILBOXES = "dynamics.mailboxes"
READ = (SourceOf(MAILBOXES, "read", 45, 2, "", ""),)
FAILS = finding(APPROVAL, mailbox(1))
OPEN = finding(APPROVAL, mailbox(1), "undetermined")
WAIVED = replace(FAILS, waived=Waived("why", "2027-01-01"))


def night(number: int, *listed: Finding, **changed: object) -> Audit:
    day = {"run_id": f"night-{number}", "started_at": f"2026-11-{number:02d}T03:00:00Z"}
    return audit_of(listed, **{"sources": READ, "mailboxes": lambda: iter(()), **day, **changed})


def one(old: Audit, new: Audit) -> FindingChange:
    (change,) = compare(old, new).findings
    return change


def told(old: Audit, new: Audit) -> tuple[str, str, str | None, str]:
    change = one(old, new)
    return change.change, change.reason, change.verdict, change.first_seen


FIRST, SECOND = "2026-11-01T03:00:00Z", "2026-11-02T03:00:00Z"


def test_what_is_new_was_first_met_by_the_new_audit():
    assert told(night(1), night(2, FAILS)) == ("new", "setting", "fail", SECOND)
    change = one(night(1), night(2, FAILS))
    assert (change.rule, change.severity, change.subject) == (APPROVAL, "error", mailbox(1))
    assert change.fingerprint == FAILS.fingerprint


def test_what_is_gone_was_met_by_the_old_one_and_has_no_verdict():
    assert told(night(1, FAILS), night(2)) == ("fixed", "setting", None, FIRST)


@pytest.mark.parametrize(
    ("old", "new", "change", "verdict"),
    [
        (OPEN, FAILS, "established", "fail"),
        (FAILS, OPEN, "became-undetermined", "undetermined"),
        (FAILS, WAIVED, "waived", "fail"),
        (WAIVED, FAILS, "waiver-expired", "fail"),
    ],
)
def test_what_is_in_both_goes_on(old, new, change, verdict):
    found = one(night(1, old), night(2, new))
    assert (found.change, found.verdict, found.first_seen) == (change, verdict, FIRST)


def test_what_is_as_it_was_is_counted():
    other = finding(APPROVAL, mailbox(2))
    found = compare(night(1, FAILS, other), night(2, FAILS, other))
    assert (found.findings, found.still) == ((), 2)
    assert found.subjects is None


def test_the_runs_are_those_of_the_audits():
    old, new = night(1, complete=True), night(2)
    found = compare(old, new)
    assert (found.old, found.new) == (run_of(old), run_of(new))
    run = run_of(old)
    assert (run.id, run.started_at, run.finished_at) == ("night-1", FIRST, old.finished_at)
    assert (run.as_of, run.environment) == ("2026-11-23", "contoso")
    assert (run.tool_version, run.edition, run.complete) == ("0.1.0", "customer-engagement-9", True)
    assert not run_of(new).complete


def test_a_rule_of_another_title_severity_or_statements_is_another_version():
    audit = audit_of()
    first = audit.rules[0]
    for other in (
        replace(first, rule=replace(first.rule, title="Other")),
        replace(first, rule=replace(first.rule, severity="note")),
        replace(first, statements=("other",)),
    ):
        changed = rules_of(replace(audit, rules=(other,)))
        assert changed[first.rule.id] != rules_of(audit)[first.rule.id]


def test_a_rule_that_the_new_audit_does_not_ask_resolves_nothing():
    found = compare(night(1, FAILS), night(2, rules=(result(FAILING, passed=1),)))
    assert (found.findings, found.still) == ((), 0)


def test_a_rule_that_the_old_audit_did_not_ask_makes_new_findings():
    old = night(1, rules=(result(FAILING, passed=1),))
    assert told(old, night(2, FAILS)) == ("new", "rule", "fail", SECOND)


LOST = SharedCause(code="dynamics.queues:forbidden", source="dynamics.queues")
SHARED = finding(
    APPROVAL, ORGANIZATION, "undetermined", cause=LOST, affected=Affected("mailbox", 40, 3, ())
)


def of(old: Audit, new: Audit, id: str) -> FindingChange:
    return next(each for each in compare(old, new).findings if each.subject.id == id)


def test_what_the_new_audit_could_not_judge_became_undetermined_by_its_source():
    change = of(night(1, FAILS), night(2, SHARED), mailbox(1).id)
    assert (change.change, change.reason) == ("became-undetermined", "source")
    assert (change.verdict, change.first_seen) == ("undetermined", FIRST)


def test_what_the_old_audit_could_not_judge_is_established():
    change = of(night(1, SHARED), night(2, FAILS), mailbox(1).id)
    assert (change.change, change.reason, change.verdict) == ("established", "source", "fail")


def test_what_was_left_open_beside_the_finding_does_not_hide_it():
    change = of(night(1, FAILS, SHARED), night(2, SHARED), mailbox(1).id)
    assert (change.change, change.reason, change.verdict) == ("fixed", "setting", None)


class TestEvidence:
    """Without the settings of both, those that both show as evidence."""

    @staticmethod
    def shown(of: Finding, value: object, field: str = "emailrouteraccessapproval") -> Finding:
        return replace(of, evidence=(Evidence(MAILBOXES, "m-1", field, value, f"t{value}"),))

    def test_a_value_that_is_another_one_is_a_setting_that_changed(self):
        subject = replace(mailbox(1), id="m-1")
        old, new = finding(APPROVAL, subject, "undetermined"), finding(APPROVAL, subject)
        change = one(night(1, self.shown(old, 1)), night(2, self.shown(new, 3)))
        assert change.reason == "setting"
        assert change.settings == (
            SettingChange("emailrouteraccessapproval", Value(1, "t1"), Value(3, "t3")),
        )

    def test_what_dynamics_moves_on_is_none(self):
        subject = replace(mailbox(1), id="m-1")
        old, new = finding(APPROVAL, subject, "undetermined"), finding(APPROVAL, subject)
        change = one(
            night(1, self.shown(old, 1, "modifiedon")), night(2, self.shown(new, 3, "modifiedon"))
        )
        assert change.settings == ()

    def test_fields_that_one_side_alone_shows_are_not_compared(self):
        subject = replace(mailbox(1), id="m-1")
        old, new = finding(APPROVAL, subject, "undetermined"), finding(APPROVAL, subject)
        both = (
            Evidence(MAILBOXES, "m-1", "name", "a", "t"),
            Evidence(MAILBOXES, "m-1", "statecode", 0, "t"),
        )
        before = replace(old, evidence=(*both, Evidence(MAILBOXES, "m-1", "ewsurl", "x", "t")))
        after = replace(new, evidence=(both[0], Evidence(MAILBOXES, "m-1", "statecode", 1, "t")))
        (setting,) = one(night(1, before), night(2, after)).settings
        assert (setting.field, setting.before, setting.after) == (
            "statecode", Value(0, "t"), Value(1, "t"),
        )  # fmt: skip

    def test_the_same_values_are_no_change(self):
        subject = replace(mailbox(1), id="m-1")
        old, new = finding(APPROVAL, subject, "undetermined"), finding(APPROVAL, subject)
        change = one(night(1, self.shown(old, 1)), night(2, self.shown(new, 1)))
        assert (change.reason, change.settings) == ("setting", ())

    def test_records_of_findings_that_are_as_they_were_are_not_looked_at(self):
        kept_old = self.shown(finding(APPROVAL, mailbox(2)), 1)
        kept_new = self.shown(finding(APPROVAL, mailbox(2)), 3)
        subject = replace(mailbox(1), id="m-1")
        old = replace(finding(APPROVAL, subject, "undetermined"), evidence=())
        new = replace(finding(APPROVAL, subject), evidence=())
        assert one(night(1, kept_old, old), night(2, kept_new, new)).settings == ()


@pytest.fixture
def noted() -> Iterator[list[RecordSettings]]:
    made: list[RecordSettings] = []
    yield made
    for each in made:
        each.close()


def settings(
    noted: list[RecordSettings], *records: Struct, whole: tuple[str, ...] = (MAILBOXES,)
) -> RecordSettings:
    made = RecordSettings()
    noted.append(made)
    sources = {"MailboxRow": MAILBOXES, "ProfileRow": "dynamics.emailserverprofiles"}
    for each in records:
        source = sources[type(each).__name__]
        made.add(source, type(each), Page([each], FIRST, ""))
    made.whole.update(whole)
    return made


ANNA = rows.mailbox(mailbox(1).id, name="Anna")
BOB = rows.mailbox(mailbox(2).id, name="Bob")


class TestSettings:
    """With the settings of both, every change of them is told."""

    def test_records_that_are_the_same_are_left_out(self, noted):
        changes = settings_changes(settings(noted, ANNA, BOB), settings(noted, BOB, ANNA))
        assert (changes.before, changes.after, changes.known) == ({}, {}, True)

    def test_a_record_that_changed_is_on_both_sides(self, noted):
        changes = settings_changes(
            settings(noted, ANNA, BOB), settings(noted, BOB, replace(ANNA, name="Anne"))
        )
        key = (MAILBOXES, ANNA.mailboxid)
        assert changes.before[key].values["name"] == "Anna"
        assert changes.after[key].values["name"] == "Anne"
        assert set(changes.before) == set(changes.after) == {key}

    @pytest.mark.parametrize("status", ["whole", "partial"])
    def test_a_record_is_gone_where_all_of_the_source_was_read(self, noted, status):
        whole = (MAILBOXES,) if status == "whole" else ()
        changes = settings_changes(settings(noted, ANNA, BOB), settings(noted, BOB, whole=whole))
        assert changes.is_gone(mailbox(1)) is (status == "whole")

    @pytest.mark.parametrize("status", ["whole", "partial"])
    def test_a_record_is_added_where_all_of_the_source_was_read_before(self, noted, status):
        whole = (MAILBOXES,) if status == "whole" else ()
        changes = settings_changes(settings(noted, BOB, whole=whole), settings(noted, ANNA, BOB))
        assert changes.is_added(mailbox(1)) is (status == "whole")
        assert bool(changes.after) is (status == "whole")

    def test_a_record_that_changed_is_told_of_a_source_that_was_read_in_part(self, noted):
        changes = settings_changes(
            settings(noted, ANNA, whole=()), settings(noted, replace(ANNA, name="x"), whole=())
        )
        assert len(changes.before) == len(changes.after) == 1

    def test_the_difference_lists_the_records(self, noted):
        before, after = settings(noted, ANNA), settings(noted, replace(ANNA, statecode=1))
        found = compare(night(1, OPEN), night(2, FAILS), before, after)
        assert found.subjects is not None
        (subject,) = found.subjects
        assert (subject.subject.id, subject.change) == (ANNA.mailboxid, "changed")
        (change,) = found.findings
        assert [each.field for each in change.settings] == ["statecode"]

    def test_a_change_of_its_profile_bears_on_a_mailbox(self, noted):
        profile = rows.profile(PROFILE.id, name="Own")
        of_it = replace(ANNA, profile=PROFILE.id)
        before = settings(noted, of_it, profile)
        after = settings(noted, of_it, replace(profile, name="Other"))
        (change,) = compare(night(1, OPEN), night(2, FAILS), before, after).findings
        assert [each.field for each in change.settings] == ["name"]
        assert change.reason == "setting"

    def test_settings_that_did_not_change_are_no_reason(self, noted):
        same = settings(noted, ANNA)
        found = compare(night(1, OPEN), night(2, FAILS), same, settings(noted, ANNA))
        (change,) = found.findings
        assert (change.reason, change.settings, found.subjects) == ("setting", (), ())

    def test_a_finding_whose_record_is_gone_says_so(self, noted):
        before, after = settings(noted, ANNA, BOB), settings(noted, BOB)
        (change,) = compare(night(1, FAILS), night(2), before, after).findings
        assert (change.change, change.reason, change.settings) == ("fixed", "subject-gone", ())


def entry(id: str, standing: str) -> MailboxEntry:
    return MailboxEntry(id, f"Name {id}", f"{id}@x", None, standing, ())  # type: ignore[arg-type]


def with_mailboxes(number: int, *entries: MailboxEntry, **changed: object) -> Audit:
    return night(number, mailboxes=lambda: iter(entries), **changed)


class TestMailboxes:
    OLD = with_mailboxes(
        1, entry("a", "broken"), entry("b", "broken"), entry("c", "unknown"), entry("d", "unknown")
    )
    NEW = (entry("a", "broken"), entry("b", "unknown"), entry("e", "broken"))

    def test_those_that_stand_otherwise_are_told(self):
        found = compare(self.OLD, with_mailboxes(2, *self.NEW)).mailboxes
        assert [(each.id, each.standing) for each in found] == [
            ("e", Moved(None, "broken")),
            ("b", Moved("broken", "unknown")),
            ("c", Moved("unknown", None)),
            ("d", Moved("unknown", None)),
        ]
        assert (found[0].name, found[0].address) == ("Name e", "e@x")
        assert (found[2].name, found[2].address) == ("Name c", "c@x")

    @pytest.mark.parametrize(
        "sources",
        [
            (),
            (replace(READ[0], status="partial"),),
            (replace(READ[0], name="dynamics.queues"),),
        ],
    )
    def test_nothing_is_said_of_those_that_a_table_read_in_part_does_not_show(self, sources):
        new = with_mailboxes(2, *self.NEW, sources=sources)
        assert [each.id for each in compare(self.OLD, new).mailboxes] == ["e", "b"]

    def test_one_of_which_it_is_unknown_whether_it_is_meant_to_synchronize_stands_unknown(self):
        undecided = {"undecided": lambda: iter([entry("a", "unknown"), entry("f", "unknown")])}
        found = compare(self.OLD, with_mailboxes(2, *self.NEW[1:], **undecided)).mailboxes
        moved = {each.id: each.standing for each in found}
        assert moved["a"] == Moved("broken", "unknown")
        assert moved["f"] == Moved(None, "unknown")
        again = compare(with_mailboxes(1, **undecided), with_mailboxes(2, *self.NEW)).mailboxes
        assert {each.id: each.standing for each in again}["a"] == Moved("unknown", "broken")

    def test_of_a_report_that_does_not_name_these_nothing_is_said_of_what_it_does_not_show(self):
        summary = replace(self.OLD.summary, standing=Standing(4, 0, 2, 2, {}, undecided=1))
        new = with_mailboxes(2, *self.NEW)
        shown = [each.id for each in compare(replace(self.OLD, summary=summary), new).mailboxes]
        assert shown == ["b", "c", "d"]
        shown = [each.id for each in compare(self.OLD, replace(new, summary=summary)).mailboxes]
        assert shown == ["e", "b"]

    def test_nothing_is_said_where_one_was_asked_other_rules(self):
        few = RESULTS[:1]
        new = with_mailboxes(2, *self.NEW, rules=few)
        assert compare(self.OLD, new).mailboxes == ()
        assert compare(new, self.OLD).mailboxes == ()
        assert len(compare(replace(self.OLD, rules=few), new).mailboxes) == 4
        assert len(compare(self.OLD, replace(new, tool_version="0.0.1")).mailboxes) == 4

    def test_one_that_the_old_audit_did_not_read_has_not_stopped(self):
        old = replace(self.OLD, sources=(replace(READ[0], status="partial"),))
        new = with_mailboxes(2, *self.NEW)
        assert [each.id for each in compare(old, new).mailboxes] == ["b", "c", "d"]
        planned = compare(old, new, same_reading=True).mailboxes
        assert [each.id for each in planned] == ["e", "b", "c", "d"]


def test_every_rule_of_the_audit_has_its_version():
    assert set(rules_of(audit_of())) == {each.rule.id for each in RESULTS}


def test_settings_are_given_back_by_whoever_made_them():
    with closing(RecordSettings()) as old, closing(RecordSettings()) as new:
        assert compare(night(1), night(2), old, new).subjects == ()
