"""What `auditor run` makes of its options, before anything is read."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from auditor.cli.report_files.overviews import Overviews
from tests.auditor.cli.conftest import Ask

TEXT = """\
[environments.one]
url = "https://one.example"
auth.method = "managed-identity"
labels = { stage = "test" }
[environments.two]
url = "https://two.example"
auth.method = "managed-identity"
"""
REPORT = '[report]\ndirectory = "reports"\nformats = ["json"]\nkeep = 3\n'


@pytest.fixture
def performed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Any]:
    """What was performed; every environment is a task of its name."""
    found: list[Any] = []

    def perform(*given: Any) -> int:
        found.append(
            SimpleNamespace(
                tasks=given[0],
                targets=given[1],
                command=given[3],
                at_once=given[4],
                overviews=given[6],
            )
        )
        return 4

    def live(configuration: Any, environments: Any, *given: Any, **more: Any) -> list[str]:
        return [each.name for each in environments]

    monkeypatch.setattr("auditor.cli.audits.auditing.perform", perform)
    monkeypatch.setattr("auditor.cli.audits.tasks.live_tasks", live)
    monkeypatch.setattr("auditor.cli.audits.side_by_side.usual_jobs", lambda: 6)
    monkeypatch.setattr(
        "auditor.cli.setup.discovering.tell_differences", lambda *given: found.append("told")
    )
    (tmp_path / "auditor.toml").write_text(TEXT)
    return found


def run(ask: Ask, *arguments: str, code: int = 4) -> str:
    said = ask("run", "--no-history", *arguments)
    assert said.code == code, said.err
    return said.err


FILES = ("--report", "json={environment}.json")


def test_environments_are_named_all_or_chosen_by_label(ask: Ask, performed: list[Any]) -> None:
    for arguments, names in (
        (("one",), ["one"]),
        (("--all",), ["one", "two"]),
        (("--all", "--label", "stage=test"), ["one"]),
    ):
        performed.clear()
        run(ask, *arguments, *FILES)
        assert performed[-1].tasks == names
        assert (performed[-1].command, performed[-1].at_once) == ("run", 6)


def test_names_and_all_are_not_given_together(ask: Ask, performed: list[Any]) -> None:
    assert "name environments or give --all, not both" in run(ask, "one", "--all", code=2)
    assert performed == []


def test_so_many_go_on_at_once_as_is_asked(ask: Ask, performed: list[Any]) -> None:
    run(ask, "one", "--jobs", "2")
    assert performed[0].at_once == 2


def test_what_directories_list_is_told_of_all_unless_it_is_to_be_quiet(
    ask: Ask, performed: list[Any]
) -> None:
    run(ask, "--all", *FILES)
    assert performed[0] == "told"
    performed.clear()
    run(ask, "--all", *FILES, "--quiet")
    run(ask, "one", *FILES)
    assert "told" not in performed


def test_a_snapshot_is_a_file_of_its_own(ask: Ask, performed: list[Any]) -> None:
    run(ask, "one", "--snapshot", "s", "--report", "json=r")
    said = run(ask, "one", "--snapshot", "r", "--report", "json=r", code=2)
    assert "two files cannot share the path r" in said
    assert "cannot hold several environments" in run(
        ask, "--all", "--snapshot", "s", *FILES, code=2
    )


def test_reports_of_the_configuration_come_first(
    ask: Ask, performed: list[Any], tmp_path: Path
) -> None:
    run(ask, "one")
    assert [each.writer.format for each in performed[0].targets] == ["terminal"]
    (tmp_path / "auditor.toml").write_text(TEXT + REPORT)
    run(ask, "one")
    assert [(each.writer.format, each.keep) for each in performed[1].targets] == [
        ("json", 3),
        ("terminal", 0),
    ]
    run(ask, "--all", *FILES)
    overviews: Overviews = performed[-1].overviews
    assert [str(each.path) for each in overviews._destinations] == [
        str(tmp_path / "reports/overview.html"),
        str(tmp_path / "reports/overview.json"),
    ]


@pytest.mark.parametrize("quiet", [True, False])
def test_a_share_is_said(ask: Ask, performed: list[Any], quiet: bool) -> None:
    sizes = []
    for share in ("1/2", "2/2"):
        said = run(ask, "--all", "--shard", share, *FILES, *["--quiet"] * quiet)
        sizes.append(len(performed[-1].tasks))
        assert (f"share {share}: {sizes[-1]} of 2 environments, compared with" in said) is not quiet
    assert sum(sizes) == 2


def test_a_share_without_an_environment_reads_nothing(ask: Ask, performed: list[Any]) -> None:
    empty = [
        share
        for share in ("1/3", "2/3", "3/3")
        if "no environment falls to the share" in ask("run", "--all", "--shard", share, *FILES).err
    ]
    assert empty
    performed.clear()
    assert "nothing was read" in run(ask, "--all", "--shard", empty[0], *FILES, code=0)
    assert performed == []


class TestCluster:
    @pytest.fixture(autouse=True)
    def cluster(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Cluster:
            most_at_once = 9

            def __init__(self, address: str) -> None:
                assert address == "tls://dask:1"

            def __enter__(self) -> "Cluster":
                return self

            def __exit__(self, *given: object) -> None:
                pass

        monkeypatch.setattr("auditor.cli.audits.elsewhere.on_cluster.Cluster", Cluster)
        monkeypatch.setattr(
            "auditor.cli.audits.elsewhere.tasks.cluster_tasks", lambda *given: ["on cluster"]
        )

    def test_its_workers_do_the_audits(self, ask: Ask, performed: list[Any]) -> None:
        run(ask, "one", "--dask", "tls://dask:1")
        assert (performed[0].tasks, performed[0].at_once) == (["on cluster"], 9)
        run(ask, "one", "--dask", "tls://dask:1", "--jobs", "2")
        assert performed[1].at_once == 2
