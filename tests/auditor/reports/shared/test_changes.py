"""What changed is told in words: settings with what Dynamics calls their values."""

import pytest

from auditor.differences import Difference, MailboxChange, Moved, Run, SettingChange, Value
from auditor.differences.values import SubjectChange
from auditor.model import Subject
from auditor.reports.shared import changes

READ_AT = "2026-11-23T03:00:00Z"
RUN = Run("1", READ_AT, READ_AT, "2026-11-23")


@pytest.mark.parametrize(
    ("field", "before", "after", "told"),
    [
        ("emailrouteraccessapproval", 1, 0, "1 (Approved) -> 0 (Empty)"),
        ("statecode", 0, 1, "0 (Active) -> 1 (Inactive)"),
        # A number of which this release does not know what it means, and one that is an amount.
        ("servertype", 9, 3, "9 -> 3 (Exchange Online (Hybrid))"),
        ("incomingportnumber", 995, 110, "995 -> 110"),
        ("useautodiscover", True, False, "true -> false"),
        ("incomingserverlocation", None, "mail.contoso.com", "empty -> mail.contoso.com"),
    ],
)
def test_a_setting_is_told_before_and_after_with_its_label(field, before, after, told):
    change = SettingChange(field, Value(before), Value(after))
    assert changes.settings([change]) == f"{field}: {told}"


def test_when_a_value_was_read_stands_beside_it():
    change = SettingChange("statecode", None, Value(1, READ_AT))
    assert changes.settings([change]) == f"statecode: not there -> 1 (Inactive, {READ_AT})"


@pytest.mark.parametrize(("still", "told"), [(1, "1 finding is"), (319, "319 findings are")])
def test_what_stayed_is_counted_as_what_it_is(still, told):
    same = Difference(old=RUN, new=RUN, still=still)
    assert changes.summary(same) == (
        f"Since the run of {READ_AT}: nothing changed. {told} as before."
    )


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (1, "1 record was added, deleted or changed"),
        (2, "2 records were added, deleted or changed"),
    ],
)
def test_a_setting_that_changed_is_a_change(count, told):
    changed = (SubjectChange(Subject("profile", "p"), "changed"),) * count
    said = changes.summary(Difference(old=RUN, new=RUN, subjects=changed))
    assert said == f"Since the run of {READ_AT}: {told}. 0 findings are as before."


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, "broken", "Dora: not broken before, broken now"),
        ("unsupported", "unknown", "Dora: unsupported before, unknown now"),
        ("broken", None, "Dora: broken before, no longer"),
    ],
)
def test_how_a_mailbox_stood_and_stands(before, after, told):
    moved = MailboxChange("1", "Dora", "", Moved(before, after))
    [part] = changes.parts(Difference(old=RUN, new=RUN, mailboxes=(moved,)), 5)
    assert part.lines == (told,)


def of_mailboxes(*moves: tuple[str, str | None, str | None, str]) -> Difference:
    """A difference of mailboxes: each its id, how it stood and stands, and what its record is."""
    return Difference(
        old=RUN,
        new=RUN,
        mailboxes=tuple(MailboxChange(id, "", "", Moved(*moved)) for id, *moved, _ in moves),
        subjects=tuple(
            SubjectChange(Subject("mailbox", id), record)  # type: ignore[arg-type]
            for id, *_, record in moves
            if record
        ),
    )


def test_a_new_mailbox_did_not_stop_working_and_a_deleted_one_did_not_recover():
    difference = of_mailboxes(
        ("a", None, "broken", ""),
        ("b", None, "broken", "added"),
        ("c", None, "broken", "added"),
        ("d", None, "unknown", "added"),
        ("e", "broken", None, ""),
        ("f", "broken", None, "deleted"),
        ("g", "unsupported", None, "deleted"),
    )
    assert changes.summary(difference).startswith(
        f"Since the run of {READ_AT}: 1 mailbox stopped working; 2 new mailboxes are broken;"
        " 1 mailbox is no longer broken; 1 broken mailbox was deleted;"
        " 2 mailboxes stand otherwise; 5 records were added, deleted or changed."
    )
    parts = {each.heading: each.lines for each in changes.parts(difference, 5)}
    assert parts["Stopped working (1)"] == ("a: not broken before, broken now",)
    assert parts["New and broken (2)"] == ("b: new, broken now", "c: new, broken now")
    assert parts["Stand otherwise (2)"] == (
        "d: new, unknown now",
        "g: unsupported before, deleted",
    )
    assert parts["No longer broken (1)"] == ("e: broken before, no longer",)
    assert parts["Broken before and deleted (1)"] == ("f: broken before, deleted",)


def test_where_records_are_not_known_nothing_is_said_to_have_worked():
    moved = MailboxChange("a", "", "", Moved(None, "broken"))
    difference = Difference(old=RUN, new=RUN, mailboxes=(moved,))
    assert "1 mailbox is newly broken." in changes.summary(difference)
    [part] = changes.parts(difference, 5)
    assert part.heading == "Newly broken (1)"


def test_what_broke_stands_in_one_line():
    assert changes.broken(of_mailboxes()) == ""
    several = of_mailboxes(("a", None, "broken", ""), ("b", None, "broken", "added"))
    assert changes.broken(several) == "1 mailbox stopped working, 1 new mailbox is broken"
