"""Limits of the computer: what is taken at the start, and how one that was met is told."""

import mmap
import os
import sys
from typing import Any

import pytest

from auditor.process import limits

resource = pytest.importorskip("resource")
NONE = resource.RLIM_INFINITY
MB = 1 << 20


class Computer:
    """The limits of an account; `set` are those that the program took for itself."""

    def __init__(self) -> None:
        self.files: tuple[int, int] = (1024, 8192)
        self.memory = NONE
        self.set: list[tuple[int, int]] = []

    def get(self, which: int) -> tuple[int, int]:
        return self.files if which == resource.RLIMIT_NOFILE else (self.memory, NONE)

    def take(self, which: int, given: tuple[int, int]) -> None:
        assert which == resource.RLIMIT_NOFILE
        self.set.append(given)


@pytest.fixture
def computer(monkeypatch: pytest.MonkeyPatch) -> Computer:
    found = Computer()
    monkeypatch.setattr(resource, "getrlimit", found.get)
    monkeypatch.setattr(resource, "setrlimit", found.take)
    return found


class TestFiles:
    @pytest.mark.parametrize(
        ("before", "taken"),
        [
            ((1024, 8192), [(4096, 8192)]),
            ((1024, NONE), [(4096, NONE)]),
            ((1024, 2048), [(2048, 2048)]),
            ((2048, 2048), []),
            ((4095, 8192), [(4096, 8192)]),
            ((4096, 8192), []),
            ((NONE, NONE), []),
        ],
    )
    def test_so_many_as_this_account_may_open_are_taken(
        self, computer: Computer, before: tuple[int, int], taken: list[tuple[int, int]]
    ) -> None:
        computer.files = before
        assert limits.prepare() is None
        assert computer.set == taken

    @pytest.mark.parametrize(
        ("count", "is_enough"), [(NONE, True), (limits.LEAST_FILES, True), (127, False), (3, False)]
    )
    def test_too_few_are_said(self, computer: Computer, count: int, is_enough: bool) -> None:
        computer.files = (count, NONE)
        words = limits.too_few_files()
        assert (words is None) is is_enough
        assert is_enough or f"may open {count} files at a time" in str(words)


class TestMemory:
    @pytest.mark.parametrize(
        ("size_bytes", "is_enough"),
        [(NONE, True), (448 * MB, True), (448 * MB - 1, False), (100 * MB, False)],
    )
    def test_too_little_is_said(self, computer: Computer, size_bytes: int, is_enough: bool) -> None:
        computer.memory = size_bytes
        words = limits.too_little_memory()
        assert (words is None) is is_enough
        assert is_enough or f"may take {size_bytes >> 20} MB of memory" in str(words)

    def test_whether_there_is_enough_to_begin_is_tried_where_there_is_a_limit(
        self, computer: Computer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*given: Any) -> None:
            raise OSError

        monkeypatch.setattr(mmap, "mmap", refuse)
        assert limits.prepare() is None
        computer.memory = 200 * MB
        assert "may take 200 MB of memory, which is too little" in str(limits.prepare())
        monkeypatch.undo()

    def test_enough_is_enough(self, computer: Computer) -> None:
        computer.memory = 500 * MB
        assert limits.prepare() is None


def test_where_nobody_knows_of_limits_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    assert limits.prepare() is None
    assert limits.too_few_files() is None
    assert limits.too_little_memory() is None


def test_numerical_libraries_take_one_thread_unless_told(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "7")
    limits.prepare()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "7"
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    limits.prepare()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"


class TestTold:
    @pytest.mark.parametrize(
        ("error", "words"),
        [
            (MemoryError(), "memory"),
            (PermissionError(13, "denied", "/a/b"), "this account may not look at /a/b. Give it"),
            (
                FileNotFoundError(2, "No usable temporary directory found in ['/tmp']"),
                "no directory for temporary files can be written to",
            ),
        ],
    )
    def test_a_limit_is_said_with_a_remedy(self, error: Exception, words: str) -> None:
        assert words in str(limits.told(error))

    @pytest.mark.parametrize(
        "error",
        [
            PermissionError(13, "denied"),
            PermissionError(13, "denied", 7),
            FileNotFoundError(2, "No such file", "a"),
            FileNotFoundError("plain"),
            OSError(7, "No usable temporary directory found"),
            RuntimeError("x"),
        ],
    )
    def test_anything_else_is_none(self, error: Exception) -> None:
        assert limits.told(error) is None
