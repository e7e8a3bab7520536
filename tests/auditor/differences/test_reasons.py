"""Why a finding changed: waivers, then the record, then the source, settings, edition and rule."""

import pytest
from msgspec.structs import replace

from auditor.differences.reasons import Circumstances
from auditor.differences.records import Settings
from auditor.differences.settings_changes import RecordChanges
from auditor.differences.values import Change, Reason, Run
from auditor.model import Subject

MAILBOXES = "dynamics.mailboxes"
ANNA = Subject("mailbox", "m-1")
OLD = Run("1", "t1", "t1", "2026-11-23", "contoso", "1.0", "e-1")
NEW = replace(OLD, id="2", started_at="t2")


def record(value: int) -> Settings:
    return Settings(MAILBOXES, "m-1", {"field": value}, "t")


def reason(
    of: Change = "new",
    *,
    before: Settings | None = None,
    after: Settings | None = None,
    known: bool = True,
    old: Run | None = OLD,
    new: Run = NEW,
    old_rules: dict[str, str] | None = None,
    new_rules: dict[str, str] | None = None,
    hidden: bool = False,
    rule: str = "synchronization-stale",
) -> Reason:
    changes = RecordChanges(known=known)
    if before is not None:
        changes.before[MAILBOXES, "m-1"] = before
    if after is not None:
        changes.after[MAILBOXES, "m-1"] = after
    rules = {rule: "v1"}
    made = Circumstances(
        old,
        new,
        changes,
        rules if old_rules is None else old_rules,
        rules if new_rules is None else new_rules,
        lambda id: None,
    )
    return made.reason(of, ANNA, rule, hidden=hidden)


@pytest.mark.parametrize(
    ("of", "expected"),
    [("waived", "waiver"), ("waiver-expired", "waiver"), ("fixed", "subject-gone")],
)
def test_a_waiver_comes_before_everything(of, expected):
    assert reason(of, before=record(1), hidden=True) == expected


def test_a_record_that_is_gone_comes_before_a_source_that_failed():
    assert reason(before=record(1), hidden=True) == "subject-gone"
    assert reason(hidden=True, after=record(1)) == "source"


def test_a_record_that_is_new_or_changed_is_a_setting():
    other = replace(NEW, edition="e-2")
    assert reason(after=record(1), new=other) == "setting"
    assert reason(before=record(1), after=record(2), new=other) == "setting"
    assert reason(before=record(1), after=record(1), new=other) == "edition"


def test_what_no_run_was_before_is_a_setting():
    assert reason(old=None, new=replace(NEW, edition="e-2")) == "setting"


def test_the_edition_comes_before_the_rule():
    other = replace(NEW, edition="e-2", tool_version="2.0")
    assert reason(new=other, new_rules={"synchronization-stale": "v2"}) == "edition"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"new_rules": {"synchronization-stale": "v2"}}, "rule"),
        ({"old_rules": {}}, "rule"),
        ({"new_rules": {}}, "date"),
        ({"new_rules": {}, "new": replace(NEW, tool_version="2.0")}, "date"),
        ({}, "date"),
        ({"known": False}, "setting"),
    ],
)
def test_another_version_of_the_rule_else_time_has_passed(changed, expected):
    assert reason(**changed) == expected


RETIREMENT = "exchange-online-ews-retirement"


@pytest.mark.parametrize(
    ("rule", "before", "after", "expected"),
    [
        # A day on which Exchange Online ends Exchange Web Services, and one with no such day near.
        (RETIREMENT, "2027-03-31", "2027-04-01", "date"),
        (RETIREMENT, "2027-04-01", "2027-03-31", "date"),
        (RETIREMENT, "2027-03-30", "2027-03-31", "setting"),
        (RETIREMENT, "2027-04-01", "2027-04-01", "setting"),
        # It asks for no day and no age: what changed is what another source tells.
        ("duplicate-address", "2027-03-31", "2027-04-01", "setting"),
        ("certificate-expires-soon", "2027-03-30", "2027-03-31", "date"),
        ("no-such-rule", "2027-03-31", "2027-04-01", "setting"),
    ],
)
def test_time_alone_changes_what_is_judged_by_it_alone(rule, before, after, expected):
    old, new = replace(OLD, as_of=before), replace(NEW, as_of=after)
    assert reason(rule=rule, old=old, new=new) == expected
