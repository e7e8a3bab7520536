"""The settings of a page: packed by column, and one digest for what they hold."""

from msgspec import UNSET
from msgspec.structs import replace

from auditor.differences.packed_settings import (
    DIGEST_BYTES,
    PackedSettings,
    ReadSettings,
    packed_settings,
    page_digest,
)
from connectors.columnar.page import Page
from connectors.dynamics.tables.emailserverprofiles import ProfileRow
from connectors.dynamics.tables.mailboxes import MailboxRow
from tests.auditor import rows

AT = "2026-11-23T03:00:00Z"


def packed(*made: MailboxRow) -> PackedSettings:
    return packed_settings(MailboxRow, Page(list(made), AT, ""))


def settings(of: PackedSettings) -> list[tuple[str, object]]:
    read = ReadSettings(of)
    shapes = [read.shapes[place] for place in of.places]
    return [
        (id, {"own": own, **shape.common})
        for id, own, shape in zip(read.ids, read.own, shapes, strict=True)
    ]


ANNA = rows.mailbox("00000000-0000-4000-8000-000000000001", name="Anna")
BOB = rows.mailbox("00000000-0000-4000-8000-000000000002", name="Bob")


def test_a_page_says_when_it_was_read_and_how_many_records_it_has():
    found = packed(ANNA, BOB)
    assert (found.read_at, found.count) == (AT, 2)
    assert len(ReadSettings(found).digests()) == 2 * DIGEST_BYTES


def test_another_setting_is_another_digest_and_another_time_is_not():
    same = packed(replace(ANNA))
    assert page_digest(packed(ANNA)) == page_digest(same)
    assert page_digest(packed(ANNA)) != page_digest(packed(BOB))
    for change in ({"name": "Other"}, {"incomingemaildeliverymethod": 0}, {"statecode": 1}):
        other = packed(replace(ANNA, **change))
        assert page_digest(other) != page_digest(same)
        assert ReadSettings(other).digests() != ReadSettings(same).digests()


def test_a_column_that_was_not_answered_is_empty():
    assert settings(packed(replace(ANNA, name=UNSET))) == settings(packed(replace(ANNA, name=None)))


def test_half_a_character_is_replaced():
    odd, replaced = replace(ANNA, name="a\ud800"), replace(ANNA, name="a?")
    assert settings(packed(odd, BOB)) == settings(packed(replaced, BOB))


def test_rows_of_a_type_without_kinds_hold_every_setting_of_their_own():
    page = Page([rows.profile("p-1", name="Own"), rows.profile("p-2", name="Other")], AT, "")
    found = packed_settings(ProfileRow, page)
    first, second = settings(found)
    assert first[0] == "p-1"
    assert b'"Own"' in first[1]["own"]  # type: ignore[index]
    assert b'"Other"' in second[1]["own"]  # type: ignore[index]
    assert found.places == (0, 0)
    assert page_digest(found) != page_digest(
        packed_settings(ProfileRow, Page([rows.profile("p-1", name="Own")], AT, ""))
    )


def test_records_that_have_values_in_common_share_them():
    found = packed(ANNA, BOB, replace(ANNA, mailboxid=BOB.mailboxid[:-1] + "3", statecode=1))
    assert len(found.common) == 2
    assert found.places[0] == found.places[1] != found.places[2]
