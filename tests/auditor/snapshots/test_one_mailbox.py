"""One mailbox of a snapshot: what is said of it agrees with what is said of it among all."""

import re
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from auditor.running import header_of
from auditor.snapshots import (
    Snapshot,
    SnapshotError,
    blocks,
    of_mailbox,
    open_snapshot,
    recorder,
    recording,
)
from auditor.why.answer import Explanation, Known
from auditor.why.why import why
from connectors.dynamics.tables import mailboxes, systemusers
from connectors.normalisation.facts import MAILBOXES
from connectors.sources.catalogue import readers
from connectors.sources.source import NARROWED_BY_ADDRESS, SourceState
from rules.rule import catalogue
from tests.auditor import recorded, rows
from tests.auditor.random_organisations import Made, made
from tests.auditor.recorded import Recorded, Told
from tests.auditor.snapshots.sources import EARLIER, Canned, mailbox_rows, page, write

_ID = re.compile(r"(mailbox|user|queue)-\d+")
_RULES = {rule.id: rule for rule in catalogue()}


def stored(path: Path, outside: Recorded) -> Snapshot:
    request = recorded.request(catalogue(), {})
    with recording(path, header_of(request), outside) as written:
        for reader in readers():
            for _ in written.open(reader, EARLIER):
                pass
    return open_snapshot(path)


def guid(id: str) -> str:
    return str(uuid5(NAMESPACE_URL, id))


def with_guids(outside: Recorded) -> Recorded:
    """The same organisation, whose mailboxes, users and queues have GUIDs for ids."""
    return Recorded({source: _with_guids(told) for source, told in outside.told.items()})


def _with_guids(told: Told) -> Told:
    return Told([replace(row, **_guids_of(row)) for row in told.rows], told.state)


def _guids_of(row: Any) -> dict[str, str]:
    values = asdict(row)
    return {
        name: guid(value)
        for name, value in values.items()
        if isinstance(value, str) and _ID.fullmatch(value)
    }


def outcomes(explanation: Explanation) -> dict[tuple[str, object], str]:
    return {(each.rule, each.about): each.outcome for each in explanation.judgements}


def _known(known: Known) -> tuple[object, ...]:
    """A fact with the places where it was read; alike ones may show a value of one of them."""
    places = [(each.source, each.record, each.field) for each in known.evidence]
    return known.name, known.value, known.reason, known.remedy, places


def agree(whole: Explanation, alone: Explanation) -> None:
    """Nothing is said of the one alone but what is said of it among all, or that it is open."""
    assert alone.subject == whole.subject
    assert list(map(_known, alone.facts)) == list(map(_known, whole.facts))
    among_all, by_itself = outcomes(whole), outcomes(alone)
    assert among_all.keys() <= by_itself.keys()
    for key, outcome in by_itself.items():
        assert outcome in (among_all.get(key), "undetermined"), key
    # What the mailbox itself is judged by is decided, that of others with its address too.
    own = {key for key in by_itself if key[1] is None}
    assert {key: by_itself[key] for key in own} == {key: among_all[key] for key in own}
    if alone.standing not in (whole.standing, "unknown"):
        left_open = {
            _RULES[rule].effect
            for (rule, about), outcome in among_all.items()
            if (outcome, by_itself[rule, about]) == ("fail", "undetermined")
        }
        assert (whole.standing, left_open) == ("unsupported", {"unsupported"})


@pytest.mark.parametrize("ids", ["guids", "texts"])
@settings(
    max_examples=1,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_what_is_said_of_one_mailbox_agrees_with_the_whole(
    tmp_path: Path, ids: str, seed: int
) -> None:
    organisation: Made = made(seed)
    outside = with_guids(organisation.outside) if ids == "guids" else organisation.outside
    snapshot = stored(tmp_path / "s", outside)
    for row in outside.told[MAILBOXES].rows[:2]:
        request, id = organisation.request, row.mailboxid
        (whole,) = _of_id(why(request, snapshot, f"mailbox:{id}").explanations, id)
        (alone,) = _of_id(why(request, of_mailbox(snapshot, id), f"mailbox:{id}").explanations, id)
        agree(whole, alone)


def _of_id(explanations: tuple[Explanation, ...], id: str) -> list[Explanation]:
    return [each for each in explanations if each.subject.id == id]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "ROWS_AT_ONCE", 50)


def found(snapshot: Snapshot, id: str) -> list[Any]:
    stream = of_mailbox(snapshot, id).open(mailboxes.READER, EARLIER)
    return [row for each in stream for row in each.rows]


def test_those_come_that_share_its_address_wherever_they_stand(tmp_path: Path) -> None:
    crowd = list(mailbox_rows(50))
    alike = [
        replace(row, emailaddress=address)
        for row, address in zip(
            mailbox_rows(5, seed=3),
            (
                "Info@M\u00dcnchen.example",
                "info@xn--mnchen-3ya.example ",
                "recent:INFO@m\u00fcnchen.example",
                "other.info@xn--mnchen-3ya.example",
                None,
            ),
            strict=True,
        )
    ]
    # Each block of another encoding: those of one page alone, and pages that were put together.
    pages = [page(crowd), page([alike[0]]), page([*alike[1:], *crowd[:1]])]
    write(tmp_path / "s", Canned({MAILBOXES: pages}), mailboxes.READER)
    snapshot = open_snapshot(tmp_path / "s")
    for wanted in alike[:3]:
        assert found(snapshot, wanted.mailboxid) == alike[:3]
    assert found(snapshot, alike[3].mailboxid) == [alike[3]]
    assert found(snapshot, alike[4].mailboxid) == [alike[4]]
    assert found(snapshot, crowd[1].mailboxid.upper()) == [crowd[1]]


def test_blocks_without_what_is_needed_are_checked_and_no_rows_made_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = list(mailbox_rows(150))
    users = [rows.user(crowd[70].regarding), *(rows.user(guid(f"{n}")) for n in range(99))]
    pages = {
        MAILBOXES: [page(crowd[at : at + 50]) for at in (0, 50, 100)],
        "dynamics.systemusers": [page(users[50:]), page(users[:50])],
        "dynamics.emailserverprofiles": [page([rows.profile()])],
    }
    wanted = [each for each in readers() if each.source in pages]
    write(tmp_path / "s", Canned(pages), *wanted)
    snapshot = open_snapshot(tmp_path / "s")
    made_of: list[int] = []
    pages_of = blocks.pages_of

    def counting(block: blocks.Block, row: Any) -> Any:
        if block.rows > 1:
            made_of.append(block.rows)
        return pages_of(block, row)

    monkeypatch.setattr(blocks, "pages_of", counting)
    outside = of_mailbox(snapshot, crowd[70].mailboxid)
    stream = outside.open(mailboxes.READER, EARLIER)
    assert [row for each in stream for row in each.rows] == [crowd[70]]
    assert (stream.state.code, stream.state.records) == (NARROWED_BY_ADDRESS, 1)
    assert not stream.state.whole
    owners = outside.open(systemusers.READER, EARLIER)
    assert [row for each in owners for row in each.rows] == users[:1]
    assert owners.state.whole
    # Twice the mailboxes, to find the one and those with its address; once the users.
    assert made_of == [50] * 3


def test_the_mailboxes_of_an_owner_come_by_its_id(tmp_path: Path) -> None:
    first, second, third = (replace(row, regarding=None) for row in mailbox_rows(3))
    both = [replace(each, regarding=guid("user-1")) for each in (first, second)]
    write(tmp_path / "s", Canned({MAILBOXES: [page([*both, third])]}), mailboxes.READER)
    assert found(open_snapshot(tmp_path / "s"), guid("user-1")) == both


def test_what_no_mailbox_has_is_looked_for_in_the_whole(tmp_path: Path) -> None:
    write(tmp_path / "s", Canned({MAILBOXES: [page(list(mailbox_rows(2)))]}), mailboxes.READER)
    snapshot = open_snapshot(tmp_path / "s")
    assert of_mailbox(snapshot, guid("nobody")) is snapshot


def test_a_table_that_was_not_read_whole_says_so_and_nothing_else(tmp_path: Path) -> None:
    state = SourceState(MAILBOXES, "partial", 2, code="forbidden", reason="Why.", remedy="How.")
    outside = Canned({MAILBOXES: [page(list(mailbox_rows(2)))]}, {MAILBOXES: state})
    write(tmp_path / "s", outside, mailboxes.READER)
    (row, _) = mailbox_rows(2)
    stream = of_mailbox(open_snapshot(tmp_path / "s"), row.mailboxid).open(
        mailboxes.READER, EARLIER
    )
    assert len(list(stream)) == 1
    assert stream.state == state


def test_a_block_that_was_changed_is_refused_wherever_the_mailbox_is(tmp_path: Path) -> None:
    crowd = list(mailbox_rows(100))
    pages = [page(crowd[:50]), page(crowd[50:])]
    write(tmp_path / "s", Canned({MAILBOXES: pages}), mailboxes.READER)
    content = bytearray((tmp_path / "s").read_bytes())
    content[len(content) * 2 // 3] ^= 1
    (tmp_path / "s").write_bytes(content)
    with pytest.raises(SnapshotError):
        of_mailbox(open_snapshot(tmp_path / "s"), crowd[0].mailboxid)
