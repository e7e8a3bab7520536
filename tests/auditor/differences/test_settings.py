"""The settings of records: what tells them apart, however they were read."""

from collections.abc import Callable
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import asdict, replace

from auditor.differences.records import is_setting
from auditor.differences.settings import RecordSettings
from connectors.columnar.packed_rows import fields_of, pack_rows
from connectors.columnar.page import Page
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.sources.source import SourceState
from tests.auditor.rows import mailbox

SOURCE = "dynamics.mailboxes"
AT = "2026-11-23T03:00:00Z"
WIRE = {
    name: wire
    for name, (wire, *_) in zip(MailboxRow.__struct_fields__, fields_of(MailboxRow), strict=True)
}
FIELDS = [name for name in MailboxRow.__struct_fields__[1:] if is_setting(name)]
MOVED = [name for name in MailboxRow.__struct_fields__[1:] if not is_setting(name)]

rows = st.lists(
    st.builds(
        mailbox,
        st.uuids().map(str),
        name=st.text(max_size=3) | st.sampled_from([None, UNSET, "\ud800"]),
        emailaddress=st.sampled_from(["a@contoso.example", "b@contoso.example", None]),
        incomingemailstatus=st.integers(0, 2),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda row: row.mailboxid,
)


def noted(*pages: list[MailboxRow], is_packed: bool = False) -> RecordSettings:
    settings = RecordSettings()
    for page in pages:
        settings.add(SOURCE, MailboxRow, Page(pack_rows(page) if is_packed else page, AT, ""))
    settings.whole.add(SOURCE)
    return settings


def record_digests(settings: RecordSettings) -> list[bytes]:
    return [each for block in settings.blocks() for each in block.digests]


def other(value: Any) -> Any:
    return "other" if value is None or value is UNSET or isinstance(value, str) else int(not value)


@given(rows, st.booleans(), st.randoms())
def test_the_same_pages_have_the_same_digest_in_any_order(
    made: list[MailboxRow], is_packed: bool, random: Any
) -> None:
    pages = [made[:2], *([made[2:]] if made[2:] else [])]
    shuffled = random.sample(pages, len(pages))
    with closing(noted(*pages)) as one, closing(noted(*shuffled, is_packed=is_packed)) as again:
        assert one.digests() == again.digests()
        assert sorted(record_digests(one)) == sorted(record_digests(again))
        assert len(one) == len(made)


@given(rows, st.data())
def test_a_setting_that_changes_is_told_of_its_record_alone(
    made: list[MailboxRow], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(made) - 1))
    name = data.draw(st.sampled_from(FIELDS))
    changed = list(made)
    changed[at] = replace(made[at], **{name: other(getattr(made[at], name))})
    with closing(noted(made)) as before, closing(noted(changed)) as after:
        assert before.digests() != after.digests()
        both = list(zip(record_digests(before), record_digests(after), strict=True))
        assert [old != new for old, new in both] == [place == at for place in range(len(made))]
        (block,) = after.blocks()
        (record,) = block.at([at])
        assert record.id == made[at].mailboxid
        assert record.settings().values[WIRE[name]] == getattr(changed[at], name)


@given(rows, st.sampled_from(MOVED))
def test_what_dynamics_moves_on_is_no_setting(made: list[MailboxRow], name: str) -> None:
    moved = [replace(each, **{name: other(getattr(each, name))}) for each in made]
    with closing(noted(made)) as before, closing(noted(moved)) as after:
        assert before.digests() == after.digests()


@given(rows)
def test_the_values_of_a_record_are_its_settings(made: list[MailboxRow]) -> None:
    plain: Callable[[Any], Any] = lambda value: (  # noqa: E731
        None
        if value is UNSET
        else value.encode("utf-8", "replace").decode()
        if isinstance(value, str)
        else value
    )
    with closing(noted(made)) as settings:
        (block,) = settings.blocks()
        for row, record in zip(made, block.at(range(len(made))), strict=True):
            expected = {WIRE[name]: plain(asdict(row)[name]) for name in FIELDS}
            assert record.settings().values == expected


class Opened:
    """A place to read from that holds one page of every source."""

    def __init__(self, rows: list[MailboxRow], status: Any) -> None:
        self.state = SourceState(SOURCE, status)
        self._rows = rows

    def open(self, reader: Any, before: Any) -> Any:
        return self

    def __iter__(self) -> Any:
        return iter([Page(self._rows, AT, "")])


def watched(source: str, status: str, *rows: MailboxRow) -> RecordSettings:
    settings = RecordSettings()
    reader: Any = SimpleNamespace(source=source, row=MailboxRow)
    outside: Any = Opened(list(rows), status)
    stream = settings.watching(outside).open(reader, None)  # type: ignore[arg-type]
    assert [list(page.rows) for page in stream] == [list(rows)]
    assert stream.state.status == status
    return settings


def test_records_are_taken_note_of_as_they_pass() -> None:
    with closing(watched(SOURCE, "read", mailbox())) as settings:
        assert len(settings) == 1
        assert settings.whole == {SOURCE}
    with closing(watched(SOURCE, "partial", mailbox())) as settings:
        assert len(settings) == 1
        assert settings.whole == set()


def test_sources_without_settings_pass_unnoted() -> None:
    with closing(watched("dynamics.tracelogs", "read", mailbox())) as settings:
        assert len(settings) == 0
        assert settings.whole == set()


def test_a_page_without_a_record_is_none() -> None:
    with closing(watched(SOURCE, "read")) as settings:
        assert list(settings.blocks()) == []
        assert settings.whole == {SOURCE}


def test_no_page_is_read_for_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(watched(SOURCE, "read", mailbox())) as settings:
        (block,) = settings.blocks()
        monkeypatch.setattr(RecordSettings, "read", None)
        assert list(block.at([])) == []
