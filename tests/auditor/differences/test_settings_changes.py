"""Which settings changed, of which record, and on which subjects they bear."""

from auditor.differences.records import Settings
from auditor.differences.settings_changes import RecordChanges
from auditor.differences.values import SettingChange, SubjectChange, Value
from auditor.model import Subject

MAILBOXES = "dynamics.mailboxes"
PROFILES = "dynamics.emailserverprofiles"
ORGANIZATIONS = "dynamics.organizations"
ANNA = Subject("mailbox", "m-1")
BOB = Subject("mailbox", "m-2")
OWN = Subject("profile", "p-1")
ORGANIZATION = Subject("organization", "o-1")


def settings(source: str, id: str, at: str, **values: object) -> Settings:
    return Settings(source, id, values, at)


def changes(*both: tuple[Settings | None, Settings | None], known: bool = True) -> RecordChanges:
    made = RecordChanges(known=known)
    for before, after in both:
        if before is not None:
            made.before[before.source, before.id] = before
        if after is not None:
            made.after[after.source, after.id] = after
    return made


def changed(source: str, id: str, field: str) -> tuple[Settings, Settings]:
    return settings(source, id, "t1", **{field: 1}), settings(source, id, "t2", **{field: 2})


def one(field: str) -> tuple[SettingChange, ...]:
    return (SettingChange(field, Value(1, "t1"), Value(2, "t2")),)


def no_profile(id: str) -> str | None:
    return None


def test_a_record_that_is_on_one_side_alone_is_gone_or_added():
    left = settings(MAILBOXES, "m-1", "t")
    gone, added, both = changes((left, None)), changes((None, left)), changes((left, left))
    assert [each.is_gone(ANNA) for each in (gone, added, both)] == [True, False, False]
    assert [each.is_added(ANNA) for each in (gone, added, both)] == [False, True, False]
    assert not gone.is_gone(BOB)
    assert not added.is_added(BOB)
    assert not gone.is_gone(Subject("profile", "m-1"))
    assert not gone.is_gone(Subject("tenant", "m-1"))


def test_of_a_source_that_was_never_read_in_full_nothing_is_added():
    anna, bob = settings(MAILBOXES, "m-1", "t"), settings(MAILBOXES, "m-2", "t")
    profile = settings(PROFILES, "p-1", "t")
    found = changes((anna, anna), (None, bob), (None, profile))
    found.keep_comparable({PROFILES})
    assert set(found.after) == {(MAILBOXES, "m-1"), (PROFILES, "p-1")}
    assert set(found.before) == {(MAILBOXES, "m-1")}


def test_settings_are_told_by_field_with_both_values():
    before = settings(MAILBOXES, "m-1", "t1", b=1, a="x", same=5, only_before=1)
    after = settings(MAILBOXES, "m-1", "t2", b=2, a="y", same=5, only_after=None, new=3)
    assert changes((before, after)).bearing_on(ANNA, no_profile) == (
        SettingChange("a", Value("x", "t1"), Value("y", "t2")),
        SettingChange("b", Value(1, "t1"), Value(2, "t2")),
        SettingChange("new", Value(None, "t1"), Value(3, "t2")),
        SettingChange("only_before", Value(1, "t1"), Value(None, "t2")),
    )


def test_its_own_settings_bear_on_a_subject_before_those_of_its_profile():
    made = changes(
        changed(MAILBOXES, "m-1", "own"),
        changed(PROFILES, "p-1", "of_profile"),
        changed(ORGANIZATIONS, "o-1", "of_all"),
    )
    assert made.bearing_on(ANNA, lambda id: "p-1") == one("own")
    assert made.bearing_on(BOB, lambda id: "p-1") == one("of_profile")
    assert made.bearing_on(BOB, lambda id: "p-2") == one("of_all")
    assert made.bearing_on(BOB, no_profile) == one("of_all")
    assert made.bearing_on(OWN, no_profile) == one("of_profile")
    assert made.bearing_on(ORGANIZATION, no_profile) == one("of_all")
    assert made.bearing_on(Subject("queue", "m-2"), lambda id: "p-1") == one("of_all")


def test_the_profile_of_a_mailbox_is_asked_for_where_a_profile_changed_alone():
    made = changes(changed(ORGANIZATIONS, "o-1", "of_all"))

    def never(id: str) -> str | None:
        raise AssertionError(id)

    assert made.bearing_on(BOB, never) == one("of_all")
    assert changes().bearing_on(BOB, never) == ()
    assert changes(changed(PROFILES, "p-1", "x")).bearing_on(OWN, never) == one("x")


def test_a_profile_that_was_deleted_or_added_tells_no_setting():
    profile = settings(PROFILES, "p-1", "t")
    assert changes((profile, None)).bearing_on(BOB, lambda id: "p-1") == ()
    assert changes((None, profile)).bearing_on(BOB, lambda id: "p-1") == ()


def test_every_record_that_changed_is_listed_by_kind_and_id():
    same = settings(MAILBOXES, "m-9", "t", name="Same")
    made = changes(
        (settings(PROFILES, "p-1", "t", name="Old"), None),
        (None, settings(MAILBOXES, "m-2", "t", name="New", emailaddress="n@x")),
        (same, same),
        changed(MAILBOXES, "m-1", "own"),
    )
    assert made.subjects() == (
        SubjectChange(Subject("mailbox", "m-1"), "changed", one("own")),
        SubjectChange(Subject("mailbox", "m-2", "New", "n@x"), "added"),
        SubjectChange(Subject("profile", "p-1", "Old"), "deleted"),
    )
