"""No more processors are counted than this process may use."""

import os
from pathlib import Path

import pytest

from auditor.process import processors as module
from auditor.process.processors import processors


@pytest.mark.parametrize(
    ("quota", "found"),
    [
        (None, 6),
        ("max 100000\n", 6),
        ("250000 100000\n", 2),
        ("900000 100000\n", 6),
        ("50000 100000\n", 1),
        ("nonsense", 6),
    ],
)
def test_those_that_a_container_leaves_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quota: str | None, found: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(6)), raising=False)
    monkeypatch.setattr(module, "_QUOTA", tmp_path / "cpu.max")
    if quota is not None:
        (tmp_path / "cpu.max").write_text(quota)
    assert processors() == found


@pytest.mark.parametrize(("counted", "found"), [(3, 3), (None, 1)])
def test_where_the_system_does_not_say_which_it_is_asked_how_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counted: int | None, found: int
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: counted)
    monkeypatch.setattr(module, "_QUOTA", tmp_path / "none")
    assert processors() == found
