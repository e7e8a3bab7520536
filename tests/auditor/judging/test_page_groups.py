"""Pages of mailboxes, counted, sampled and compared as if each row were looked at by itself."""

from collections import Counter
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import astuple

from auditor.judging.address_index import AddressIndex, Holder
from auditor.judging.kept_rows import FindingRows
from auditor.judging.mailbox_group import SAMPLE, Example, MailboxGroup, Sampled
from auditor.judging.page_groups import PageGroups, take_page
from connectors.columnar.columns import folded
from connectors.columnar.id_index import digests
from connectors.columnar.page import Page
from connectors.columnar.timestamps import moment
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.normalisation.mailbox.configurations import Interned
from tests.auditor.judging.test_kept_rows import whole
from tests.connectors.columnar.test_packed_rows import packed

GROUPS = 3
READ_AT = "2026-11-23T12:00:00Z"

absent = st.sampled_from([None, UNSET, ""])
dates = st.dates().map(lambda day: f"{day}T00:00:00Z") | absent | st.just("soon")
rows = st.builds(
    MailboxRow,
    mailboxid=st.uuids().map(str),
    name=st.text(max_size=2) | absent,
    emailaddress=st.sampled_from(["ann@x", " Ann@X", "ben@x ", "cid@x", "é@x"]) | absent,
    regarding=st.sampled_from(["user-1", "user-2"]) | absent,
    owner=st.uuids().map(str) | absent,
    lastsuccessfulsynccompletedon=dates,
    testmailboxaccesscompletedon=dates,
    lastsyncerrorcount=st.integers(0, 2),
)
numbered = st.lists(
    st.tuples(rows, st.integers(0, GROUPS - 1)),
    max_size=30,
    unique_by=lambda one: one[0].mailboxid,
)


def pages_of(
    given: list[tuple[MailboxRow, int]], at: int, *, is_packed: bool
) -> list[tuple[Page, Interned]]:
    """Two pages, either of which may be empty, with what was made of each."""
    found = []
    for part in (given[:at], given[at:]):
        plain = [row for row, _ in part]
        page = Page(packed(plain) if is_packed and plain else plain, READ_AT, "")
        addresses = digests(folded([row.emailaddress for row in plain]))
        numbers = np.array([number for _, number in part], np.int64)
        found.append((page, Interned(numbers, addresses)))
    return found


@settings(max_examples=80, deadline=None)
@given(numbered, st.integers(0, 30), st.booleans(), st.sets(st.integers(0, GROUPS - 1)))
def test_groups_hold_what_their_rows_tell(
    given: list[tuple[MailboxRow, int]], at: int, is_packed: bool, kept_groups: set[int]
) -> None:
    groups = [_group(number, kept=number in kept_groups) for number in range(GROUPS)]
    with FindingRows() as kept:
        for page, interned in pages_of(given, at, is_packed=is_packed):
            take_page(page, PageGroups(interned.numbers, groups), kept)
        found = whole(kept.read(np.arange(len(kept)), MailboxRow.__struct_fields__))
        assert list(zip(found, kept.groups({}).tolist(), strict=True)) == [
            (row, number) for row, number in given if number in kept_groups
        ]
    counts = Counter(number for _, number in given)
    for group in groups:
        own = [row for row, number in given if number == group.number]
        assert group.count == counts[group.number]
        own.sort(key=_id)
        assert group.sample == [Sampled(*astuple(row)[:3]) for row in own[:SAMPLE]]
        assert group.smallest == (Example(own[0], READ_AT) if own else None)
        assert group.latest_success == _latest(row.lastsuccessfulsynccompletedon for row in own)
        assert group.latest_test == _latest(row.testmailboxaccesscompletedon for row in own)
        assert group.latest_read == (READ_AT if own else "")


def _group(number: int, *, kept: bool) -> MailboxGroup:
    configuration: Any = None
    return MailboxGroup(number, configuration, 0, {}, kept, holds_address=False)


def _latest(texts: Any) -> int:
    """The latest moment; texts that are no date are none."""
    return max((moment(each) for each in texts if each and each != "soon"), default=0)


def _id(row: MailboxRow) -> str:
    return row.mailboxid


@settings(max_examples=80, deadline=None)
@given(numbered, st.integers(0, 30), st.booleans(), st.sets(st.integers(0, GROUPS - 1)))
def test_mailboxes_share_the_addresses_that_several_of_them_have(
    given: list[tuple[MailboxRow, int]], at: int, is_packed: bool, holders: set[int]
) -> None:
    with AddressIndex() as index:
        for page, interned in pages_of(given, at, is_packed=is_packed):
            index.add(page, interned, np.isin(interned.numbers, list(holders)))
        found = index.shared()
    by_address: dict[str, list[Holder]] = {}
    for row, number in sorted(given, key=lambda one: _id(one[0])):
        if row.emailaddress and number in holders:
            address = row.emailaddress.strip().casefold()
            by_address.setdefault(address, []).append(_holder(row, number))
    assert found == [each for each in by_address.values() if len(each) > 1]


def _holder(row: MailboxRow, number: int) -> Holder:
    name, regarding, owner = (each or None for each in (row.name, row.regarding, row.owner))
    return Holder(number, row.mailboxid, name, row.emailaddress or "", regarding, owner, READ_AT)
