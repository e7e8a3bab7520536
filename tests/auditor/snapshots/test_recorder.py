"""A source is written once, however often it is opened and gone through."""

from pathlib import Path

import pytest

from auditor.snapshots import SnapshotError, frames, open_snapshot, recording, verify
from connectors.sources.source import SourceState
from tests.auditor.snapshots.sources import EARLIER, HEADER, Canned, page, reader_named, user_rows

USERS = reader_named("dynamics.systemusers")
PAGES = [page(list(user_rows(2)), 1), page(list(user_rows(3)), 2)]
OUTSIDE = Canned({USERS.source: PAGES})


def state_in(path: Path) -> SourceState:
    assert verify(path).untouched
    stream = open_snapshot(path).open(USERS, EARLIER)
    assert sum(len(each.rows) for each in stream) == stream.state.records
    return stream.state


def test_opened_twice_it_is_recorded_the_first_time(tmp_path: Path) -> None:
    with recording(tmp_path / "s", HEADER, OUTSIDE) as recorder:
        for _ in range(2):
            assert sum(len(each.rows) for each in recorder.open(USERS, EARLIER)) == 5
    assert (state_in(tmp_path / "s").status, state_in(tmp_path / "s").records) == ("read", 5)


def test_gone_through_twice_it_is_recorded_the_first_time(tmp_path: Path) -> None:
    with recording(tmp_path / "s", HEADER, OUTSIDE) as recorder:
        stream = recorder.open(USERS, EARLIER)
        for _ in range(2):
            assert sum(len(each.rows) for each in stream) == 5
    assert state_in(tmp_path / "s").records == 5


@pytest.mark.parametrize(
    ("pages", "status", "records"),
    [(PAGES, "partial", 2), ([page([], 1), page([], 2)], "failed", 0)],
)
def test_left_before_its_end_it_is_partial_or_failed(
    tmp_path: Path, pages: list[object], status: str, records: int
) -> None:
    outside = Canned({USERS.source: pages})  # type: ignore[dict-item]
    with recording(tmp_path / "s", HEADER, outside) as recorder:
        next(iter(recorder.open(USERS, EARLIER)))
    state = state_in(tmp_path / "s")
    assert (state.status, state.records, state.code) == (status, records, "not-read-to-the-end")


def test_opened_and_not_gone_through_it_is_not_there(tmp_path: Path) -> None:
    with recording(tmp_path / "s", HEADER, OUTSIDE) as recorder:
        recorder.open(USERS, EARLIER)
    assert open_snapshot(tmp_path / "s").sources == ()


def test_what_fits_in_no_frame_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(frames.LIMITS_BYTES, frames.HEADER, 10)
    with pytest.raises(SnapshotError, match=r"the header takes .* bytes, more than fits"):
        with recording(tmp_path / "s", HEADER, OUTSIDE):
            pass
    assert list(tmp_path.iterdir()) == []
