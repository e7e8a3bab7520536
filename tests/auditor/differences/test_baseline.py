"""What was there already: it counts no longer, is said in a note, and may be left out."""

import pytest
from msgspec.structs import replace

from auditor.differences.baseline import Baseline, baseline_of, since_the_last_run
from auditor.differences.values import Difference, FindingChange, Run
from auditor.model import Severities, Waived
from tests.auditor.reports.audits import APPROVAL, PROFILE, UNTESTED, audit_of, finding, mailbox

WAIVED = Waived("why", "2027-01-01")
FIRST, SECOND = finding(APPROVAL, mailbox(1)), finding(APPROVAL, mailbox(2))
OPEN = finding(UNTESTED, mailbox(1), "undetermined")
NOTE = replace(finding(UNTESTED, PROFILE), severity="note")
WARNING = replace(finding(UNTESTED, mailbox(3)), severity="warning")


def test_what_failed_in_an_earlier_report_is_known():
    waived = finding(APPROVAL, mailbox(3), waived=WAIVED)
    known = baseline_of("night.json", [FIRST, OPEN, waived])
    found = [known.is_known(each) for each in (FIRST, SECOND, OPEN, waived)]
    assert found == [True, False, False, False]


def test_what_is_new_is_counted_by_severity():
    waived = finding(APPROVAL, mailbox(4), waived=WAIVED)
    audit = audit_of([FIRST, SECOND, SECOND, OPEN, waived, NOTE, WARNING])
    assert baseline_of("night.json", [FIRST]).counted(audit) == Severities(2, 1, 1)
    assert baseline_of("night.json", [FIRST, SECOND, NOTE, WARNING]).counted(audit) == (
        Severities(0, 0, 0)
    )


def summary(error: int, warning: int, note: int) -> object:
    return replace(audit_of().summary, severities=Severities(error, warning, note))


def test_the_audit_says_how_much_was_there_already():
    audit = audit_of([FIRST, SECOND], summary=summary(1, 1, 1))
    known = baseline_of("night.json", [FIRST])
    told = known.told(audit, Severities(0, 1, 1), new_only=False)
    assert told.notes[0] == (
        "1 failing finding was there already (night.json): the exit code does not count them."
        " 2 new."
    )
    assert told.notes[1:] == audit.notes
    assert list(told.findings()) == [FIRST, SECOND]
    told = known.told(audit, Severities(0, 0, 1), new_only=False)
    assert told.notes[0].startswith("2 failing findings were there already")
    assert told.notes[0].endswith(" 1 new.")


def test_what_was_there_already_is_left_out_where_asked_for():
    audit = audit_of([FIRST, OPEN, SECOND])
    told = baseline_of("night.json", [FIRST]).told(audit, Severities(1, 0, 0), new_only=True)
    assert told.notes[0].endswith("Findings that were there already are left out below.")
    assert list(told.findings()) == list(told.findings()) == [OPEN, SECOND]


OLD = Run("1", "2026-11-22T03:00:00Z", "", "2026-11-22")
NEW = Run("2", "2026-11-23T03:00:00Z", "", "2026-11-23")


@pytest.mark.parametrize(
    ("change", "is_known"),
    [
        ("new", False),
        ("reopened", False),
        ("established", False),
        ("waiver-expired", False),
        ("became-undetermined", True),
        ("fixed", True),
        ("waived", True),
    ],
)
def test_what_the_run_before_found_too_is_known(change, is_known):
    changed = FindingChange(
        FIRST.fingerprint, APPROVAL, "error", FIRST.subject, "t", change, "setting"
    )
    known = since_the_last_run(Difference(old=OLD, new=NEW, findings=(changed,)))
    assert known.is_known(FIRST) is is_known
    assert known.is_known(SECOND)
    note = known.told(audit_of(), Severities(0, 0, 0), new_only=False).notes[0]
    assert "(in the run of 2026-11-22T03:00:00Z)" in note


def test_without_an_earlier_run_nothing_is_known():
    known = since_the_last_run(Difference(old=None, new=NEW))
    assert isinstance(known, Baseline)
    assert not known.is_known(FIRST)
    note = known.told(audit_of(), Severities(2, 0, 0), new_only=False).notes[0]
    assert "(no earlier run is stored)" in note
