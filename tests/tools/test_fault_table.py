"""The table of the fault matrix: the last line of a cell counts; what does not hold is named."""

import json
from pathlib import Path
from typing import Any

import pytest

from tools.fault_table import main


def line(path: str, fault: str, **other: Any) -> str:
    counts = {"disturbances": 1, "undetermined": 5, "verdicts": 100, "seconds": 2.0}
    return json.dumps(
        {"setting": "online", "path": path, "fault": fault, "wrong": []} | counts | other
    )


def told(directory: Path, *lines: str) -> int:
    file = directory / "faults.jsonl"
    file.write_text("\n".join(lines), "utf-8")
    return main([file])


def test_cells_are_counted_by_source_and_by_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        line("/api/data/v9.2/queues", "HTML"),
        line("/api/data/v9.2/queues", "403", disturbances=0, undetermined=15, seconds=4.0),
        line("every mail server", "403", seconds=9.0),
    ]
    assert told(tmp_path, *lines) == 0
    rows = capsys.readouterr().out.splitlines()
    assert "| online: v9.2/queues | 2 | 1 | 10.0% | 3.0 | 4.0 | 0 |" in rows
    assert "| online: every mail server | 1 | 1 | 5.0% | 9.0 | 9.0 | 0 |" in rows
    assert "| 403 | 2 | 1 | 10.0% | 6.5 | 9.0 | 0 |" in rows
    assert rows.count("| all | 3 | 2 | 8.3% | 4.0 | 9.0 | 0 |") == 2


def test_the_last_line_of_a_cell_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = line("/x", "HTML", wrong=["pass became fail"])
    assert told(tmp_path, wrong, line("/x", "HTML")) == 0
    assert told(tmp_path, line("/x", "HTML"), wrong) == 1
    assert capsys.readouterr().out.endswith("online: HTML at /x\n  pass became fail\n")


def test_no_cell_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([tmp_path / "none"]) == 1
    assert capsys.readouterr().out == "no cell was run\n"
