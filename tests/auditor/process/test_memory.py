"""What an audit changes of its process while it holds many records, and what it leaves of that."""

import ctypes
import gc
import sys
from collections.abc import Iterator

import pytest

from auditor.process import beginning
from auditor.process.memory import Garbage, for_many_records
from connectors.columnar.freed_memory import keep_freed_memory


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """The collector of a fresh process; afterwards what it is for the other tests."""
    thresholds, frozen = gc.get_threshold(), gc.get_freeze_count()
    gc.unfreeze()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()
    if frozen:
        gc.freeze()


class Library:
    """A C library that notes how it is told to keep memory."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    def mallopt(self, parameter: int, value: int) -> int:
        self.told.append((parameter, value))
        return 1


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Library:
    made = Library()
    monkeypatch.setattr(ctypes, "CDLL", lambda name: made)
    return made


@pytest.mark.parametrize("thresholds", [(700, 10, 10), (123, 4, 5)])
@pytest.mark.parametrize("error", [None, RuntimeError, KeyboardInterrupt])
def test_the_collector_is_afterwards_what_it_was(
    library: Library, thresholds: tuple[int, int, int], error: type[BaseException] | None
) -> None:
    gc.set_threshold(*thresholds)

    def audit() -> None:
        with for_many_records():
            assert gc.get_threshold()[0] == beginning.YOUNG
            assert gc.get_freeze_count() > 0
            if error is not None:
                raise error

    if error is None:
        audit()
    else:
        with pytest.raises(error):
            audit()
    assert gc.get_threshold() == thresholds
    assert gc.get_freeze_count() == 0
    assert gc.isenabled()


def test_what_another_keeps_from_the_collector_is_left_to_him(library: Library) -> None:
    gc.freeze()
    frozen = gc.get_freeze_count()
    with for_many_records():
        assert gc.get_freeze_count() <= frozen
    assert 0 < gc.get_freeze_count() <= frozen


def test_freed_memory_is_kept_in_one_pool(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    keep_freed_memory()
    assert dict(library.told).keys() == {-1, -3, -8}, (
        "M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX"
    )
    assert dict(library.told)[-8] == 1


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_where_it_is_another_library_it_is_told_nothing(
    library: Library, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    keep_freed_memory()
    assert library.told == []


@pytest.mark.parametrize("missing", ["the library", "mallopt"])
def test_where_a_library_cannot_be_told_nothing_happens(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    def load(name: None) -> object:
        if missing == "mallopt":
            return object()
        raise OSError("no such library")

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", load)
    keep_freed_memory()
    with for_many_records():
        pass


def test_what_small_audits_leave_is_given_back_together_and_a_large_one_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[int] = []
    garbage = Garbage()

    def left_after(*records: int) -> int:
        looked.clear()
        for each in records:
            garbage.add(each)
            garbage.tidy()
        return len(looked)

    monkeypatch.setattr(gc, "collect", lambda: looked.append(1))
    assert left_after(*[2_000] * 5) == 0
    assert left_after(2_000) == 1
    assert left_after(*[2_000] * 12) == 2
    assert left_after(200_000) == 1
    garbage.tidy()
    assert len(looked) == 1
    garbage.give_back()
    assert len(looked) == 2
