"""A snapshot is judged again without any server, to the same findings."""

import subprocess
import sys
from pathlib import Path

import pytest

from auditor.demo.contoso import DECLARED, contoso
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from tests.end_to_end.conftest import Call, call

WAIVER = """
[thresholds]
synchronization_stale_warning = "3h"
[[waivers]]
rule = "duplicate-address"
reason = "CHG-1"
until = 2099-01-01
"""


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Call]:
    """A snapshot, and what the audit said that took it; the server is gone."""
    directory = tmp_path_factory.mktemp("taken")
    config, snapshot = directory / "auditor.toml", directory / "contoso.snapshot"
    with SimulatedTenant(contoso()) as tenant:
        config.write_text(configuration_of(tenant, DECLARED) + WAIVER, "utf-8")
        run = call("run", "--config", config, "--report", "json", "--snapshot", snapshot)
    return snapshot, run


def test_replay_gives_the_same_findings_byte_for_byte(taken: tuple[Path, Call]) -> None:
    snapshot, run = taken
    replay = call("replay", snapshot, "--report", "json")
    assert replay.code == run.code == 1
    assert _findings(replay) == _findings(run)
    before, after = run.report, replay.report
    assert {key for key in before if before[key] != after[key]} == {"run"}
    assert before["run"]["id"] != after["run"]["id"]
    assert before["run"]["started_at"] == after["run"]["started_at"]
    assert before["run"]["as_of"] == after["run"]["as_of"]
    assert before["summary"]["verdicts"]["waived"] > 0


NOT_NEEDED = ("requests", "urllib3", "http.client")
"""What asks servers; to import it takes longer than to judge one mailbox."""


@pytest.mark.parametrize("words", [["replay"], ["why", "mailbox:Uma", "--snapshot"]])
def test_what_asks_servers_is_not_even_imported(taken: tuple[Path, Call], words: list[str]) -> None:
    code = (
        "import sys; from auditor.__main__ import main;"
        "assert main(sys.argv[1:]) in (0, 1);"
        f"sys.exit(' '.join({set(NOT_NEEDED)!r} & set(sys.modules)) or 0)"
    )
    command = [sys.executable, "-c", code, *words, str(taken[0])]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def _findings(of: Call) -> str:
    return of.out.partition('"findings":[')[2]


def test_replay_can_judge_otherwise(taken: tuple[Path, Call], tmp_path: Path) -> None:
    snapshot, _ = taken
    older = call("replay", snapshot, "--report", "json", "--edition", "crm-2016")
    assert older.report["environment"]["edition"] == "crm-2016"
    later = call("replay", snapshot, "--report", "json", "--as-of", "2099-06-01")
    assert later.report["run"]["as_of"] == "2099-06-01"
    assert later.report["summary"]["verdicts"]["waived"] == 0
    one = call("replay", snapshot, "--report", "json", "--rule", "duplicate-address")
    assert [rule["id"] for rule in one.report["rules"]] == ["duplicate-address"]


def test_replay_under_another_configuration(taken: tuple[Path, Call], tmp_path: Path) -> None:
    snapshot, _ = taken
    (tmp_path / "other.toml").write_text("[thresholds]\n", "utf-8")
    replay = call("replay", snapshot, "--report", "json", "--config", "other.toml")
    assert replay.report["summary"]["verdicts"]["waived"] == 0


def test_snapshot_proves_itself(taken: tuple[Path, Call], tmp_path: Path) -> None:
    snapshot, _ = taken
    proof = call("verify", snapshot)
    assert proof.code == 0
    assert "untouched" in proof.out
    content = bytearray(snapshot.read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "changed").write_bytes(content)
    refused = call("verify", tmp_path / "changed")
    assert refused.code == 1
    assert "changed or damaged" in refused.out


def test_what_is_no_snapshot_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("nothing of the kind", "utf-8")
    for name in ("text", "absent"):
        refused = call("replay", tmp_path / name)
        assert refused.code == 2
        assert name in refused.err


def test_report_becomes_any_format(contoso_run: Call, tmp_path: Path) -> None:
    (tmp_path / "audit.json").write_text(contoso_run.out, "utf-8")
    again = call("report", "audit.json", "--report", "json=again.json", "--report", "terminal")
    assert again.code == 0
    assert (tmp_path / "again.json").read_text("utf-8") == contoso_run.out
    assert "mailboxes are meant to synchronize" in again.out
    refused = call("report", "absent.json", "--report", "html=x.html")
    assert refused.code == 2
    assert not (tmp_path / "x.html").exists()


def test_a_file_of_another_kind_is_no_snapshot_to_verify(tmp_path):
    other = tmp_path / "report.json"
    other.write_text("{}", "utf-8")
    refused = call("verify", other)
    assert (refused.code, refused.out) == (2, "")
    assert "this is no snapshot" in refused.err
