"""Records come back from the file as they were put away."""

import errno
import gc
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec import Struct

from connectors.columnar.spool import Spool


class Count(Struct, frozen=True):
    name: str
    number: int | None


def test_records_come_back_by_position():
    spool: Spool[Count] = Spool(Count)
    spool.add([Count("a", 1), Count("b", None)])
    spool.add([Count("c", 3)])
    assert [spool.read(each).name for each in (2, 0, 1)] == ["c", "a", "b"]
    assert [each.name for each in spool.read_each([2, 0, 1, 2])] == ["c", "a", "b", "c"]
    assert spool.read_each([]) == []
    assert len(list(spool)) == len(spool) == 3


def test_a_number_beyond_64_bits_does_not_cost_the_block():
    spool: Spool[Count] = Spool(Count)
    spool.add([Count("a", 2**64), Count("b", None), Count("c", -(2**80))])
    assert [each.number for each in spool] == [2**63 - 1, None, -(2**63)]


def test_threads_that_read_at_the_same_time_each_get_their_own_records():
    spool: Spool[str] = Spool(str)
    blocks = [[f"{block}-{each}" for each in range(500)] for block in range(100)]
    for block in blocks:
        spool.add(block)
    expected = [name for block in blocks for name in block]
    with ThreadPoolExecutor(4) as pool:
        read = list(pool.map(lambda _: list(spool), range(8)))
    assert all(each == expected for each in read)


def test_records_are_added_while_other_threads_read():
    spool: Spool[int] = Spool(int)
    spool.add(list(range(1000)))

    def read(_: int) -> list[list[int]]:
        return [spool.read_each([999, 500]) for _ in range(100)]

    with ThreadPoolExecutor(4) as pool:
        found = pool.map(read, range(4))
        for first in range(1000, 100_000, 1000):
            spool.add(list(range(first, first + 1000)))
        assert all(each == [999, 500] for reads in found for each in reads)
    assert list(spool) == list(range(100_000))


class Full:
    """A temporary file on a disk that takes so many bytes."""

    def __init__(self, bytes_left: int) -> None:
        self.file = tempfile_made()
        self.bytes_left = bytes_left

    def write(self, content: memoryview) -> int:
        if not self.bytes_left:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = self.file.write(content[: self.bytes_left])
        self.bytes_left -= taken
        return taken

    def __getattr__(self, name: str) -> object:
        return getattr(self.file, name)


tempfile_made = tempfile.TemporaryFile


@pytest.mark.parametrize("bytes_left", [0, 1, 3, 40])
def test_what_a_full_disk_does_not_take_is_held_in_memory(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, bytes_left: int
) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: Full(bytes_left))
    spool: Spool[Count] = Spool(Count)
    for number in range(10):
        spool.add([Count("a", number), Count("b", number)])
    assert [each.number for each in spool] == [each for each in range(10) for _ in "ab"]
    assert spool.read(7) == Count("b", 3)
    (told,) = caplog.messages
    assert "No space left on device" in told
    assert tempfile.gettempdir() in told
    assert "TMPDIR" in told


def test_without_any_directory_for_temporary_files_records_are_held_in_memory(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(**_: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found in []")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    spool: Spool[int] = Spool(int)
    spool.add([1, 2])
    spool.add([3])
    assert list(spool) == [1, 2, 3]
    assert len(caplog.messages) == 1


def test_half_of_a_surrogate_pair_is_what_could_not_be_read() -> None:
    spool: Spool[str | None] = Spool(str | None)
    spool.add(["ann\ud800@contoso.example", None, "bob@contoso.example"])
    assert list(spool) == ["ann\ufffd@contoso.example", None, "bob@contoso.example"]


def test_its_file_is_given_back_whatever_the_order_in_which_the_collector_ends_a_circle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The collector ends the older first: a file that it ends while it is open is warned of.
    opened = [tempfile.TemporaryFile(buffering=0)]
    number = opened[0].fileno()
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda buffering: opened.pop())
    spool: Spool[Count] = Spool(Count)
    spool.add([Count("a", 1)])
    circle: list[object] = [spool]
    circle.append(circle)
    del spool, circle
    gc.collect()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(number)
