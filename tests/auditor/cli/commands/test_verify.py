"""`verify` says whether a snapshot is as it was written, and where it is not."""

from pathlib import Path

import pytest

from auditor import snapshots
from auditor.snapshots.verification import Verification
from tests.auditor.cli.conftest import Ask


@pytest.fixture
def snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "contoso.snapshot"
    path.write_bytes(b"pages")
    monkeypatch.setattr(snapshots, "is_snapshot", lambda path: True)
    return path


def proven(monkeypatch: pytest.MonkeyPatch, **proof: object) -> None:
    found = Verification(path="", **proof)  # type: ignore[arg-type]
    monkeypatch.setattr(snapshots, "verify", lambda path: found)


def test_what_was_proven_is_counted(
    ask: Ask, snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proven(
        monkeypatch,
        untouched=True,
        size_bytes=1234,
        seal="5ea1",
        environment="contoso",
        started_at="2026-11-23T03:00:00Z",
        sources=3,
        pages=4,
        records=5000,
    )
    said = ask("verify", str(snapshot))
    assert said.code == 0
    assert said.out.splitlines() == [
        f"{snapshot}: untouched, 1,234 bytes",
        "environment contoso, read at 2026-11-23T03:00:00Z",
        "5,000 records in 4 pages of 3 sources",
        "seal 5ea1",
    ]


@pytest.mark.parametrize(
    ("offset", "where"), [(None, ""), (0, " (at byte 0)"), (1234, " (at byte 1,234)")]
)
def test_a_change_is_told_with_its_place_where_that_is_known(
    ask: Ask,
    snapshot: Path,
    monkeypatch: pytest.MonkeyPatch,
    offset: int | None,
    where: str,
) -> None:
    proven(monkeypatch, untouched=False, problem="A digest differs.", offset=offset)
    said = ask("verify", str(snapshot))
    assert said.code == 1
    assert said.out == f"{snapshot}: changed or damaged{where}. A digest differs.\n"


def test_a_file_that_is_not_there_is_misuse(ask: Ask, tmp_path: Path) -> None:
    said = ask("verify", str(tmp_path / "absent"))
    assert said.code == 2
    assert "there is no such file" in said.err


def test_what_is_no_snapshot_is_refused(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    said = ask("verify", "a.json")
    assert said.code == 2
    assert (
        "a.json: this is no snapshot; name a file that `auditor run --snapshot` wrote" in said.err
    )
    said = ask("verify", "b.json")
    assert said.code == 2
    assert "b.json: there is no such file; name a snapshot" in said.err


def test_a_directory_or_device_is_no_snapshot_and_is_there(ask: Ask, tmp_path: Path) -> None:
    said = ask("verify", str(tmp_path))
    assert said.code == 2
    assert "this is not a file" in said.err
