"""How a mailbox stands is found by its id, whatever form and order the ids of a report have."""

import pytest

from auditor.model import MailboxEntry, MailboxStanding
from auditor.reports.shared import standings
from auditor.reports.shared.standings import StandingIndex
from tests.auditor.reports.audits import audit_of


def guid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def index(*listed: tuple[str, MailboxStanding]) -> StandingIndex:
    entries = [MailboxEntry(id, "", "", None, standing, ()) for id, standing in listed]
    return StandingIndex(audit_of(mailboxes=lambda: iter(entries)))


THREE = index((guid(2), "broken"), (guid(4), "unknown"), (guid(6), "unsupported"))


def test_each_mailbox_stands_as_the_report_says():
    assert len(THREE) == 3
    assert [THREE.of(guid(number)) for number in (2, 4, 6)] == ["broken", "unknown", "unsupported"]


def test_any_order_of_asking_gives_the_same():
    assert [THREE.of(guid(number)) for number in (6, 2, 2, 4, 6)] == [
        "unsupported", "broken", "broken", "unknown", "unsupported",
    ]  # fmt: skip


@pytest.mark.parametrize("number", [1, 3, 5, 7])
def test_a_mailbox_that_is_not_listed_works(number):
    assert THREE.of(guid(number)) == ""


def test_nothing_is_found_where_nothing_is_listed():
    assert index().of(guid(1)) == index().of("m-1") == ""


def test_ids_that_are_no_guids_are_found():
    found = index(("m-1", "broken"), (guid(1), "unknown"), ("m-2", "unsupported"))
    assert [found.of(id) for id in ("m-1", guid(1), "m-2", "m-3", "")] == [
        "broken", "unknown", "unsupported", "", "",
    ]  # fmt: skip
    assert len(found) == 1


def test_two_guids_in_one_id_are_no_guid():
    joined = guid(1) + guid(2)
    found = index((joined, "broken"), (guid(3), "unknown"))
    assert len(found) == 1
    assert [found.of(id) for id in (joined, guid(3))] == ["broken", "unknown"]


def test_ids_out_of_order_are_found():
    found = index((guid(9), "broken"), (guid(1), "unknown"), (guid(9), "unsupported"))
    assert found.of(guid(1)) == "unknown"
    assert found.of(guid(9)) in ("broken", "unsupported")
    assert found.of(guid(5)) == ""


def test_the_next_one_by_id_is_found_without_a_search(monkeypatch):
    found = index((guid(1), "broken"), (guid(2), "unknown"))
    assert found.of(guid(1)) == "broken"
    monkeypatch.setattr(standings, "bisect_left", None)
    assert found.of(guid(2)) == "unknown"
