"""What the computer refuses costs no audit, and is told as what it is: never 70, never a 1 that
comes without its report."""

import errno
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Call, call

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such limits")


def limited(config: Path, kind: int, most: int) -> Call:
    """The program as a process that gets no more than so much of one kind."""
    run = subprocess.run(
        [sys.executable, "-m", "auditor", "run", "--config", config, "--report", "json=out.json"],
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(kind, (most, most)),
    )
    return Call(run.returncode, run.stdout, run.stderr)


def assert_told(run: Call) -> None:
    assert run.code in (1, 2, 3, 4), run.err
    assert "Traceback" not in run.err
    assert (run.code == 2) == (not Path("out.json").exists())
    if run.code == 2:
        assert run.err.startswith("auditor: ")


@pytest.mark.parametrize("megabytes", [60, 120, 240, 350])
def test_little_memory(contoso_toml: Path, megabytes: int) -> None:
    """With 350 a thread got no memory for its stack at times, and was waited for without end."""
    run = limited(contoso_toml, resource.RLIMIT_AS, megabytes << 20)
    assert_told(run)
    assert run.code == 2


def test_few_descriptors(contoso_toml: Path) -> None:
    few = limited(contoso_toml, resource.RLIMIT_NOFILE, 40)
    assert few.code == 2
    assert "ulimit -n 128" in few.err
    assert_told(limited(contoso_toml, resource.RLIMIT_NOFILE, 128))


def test_a_small_soft_limit_is_raised_as_far_as_it_may_be(contoso_toml: Path) -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    run = subprocess.run(
        [sys.executable, "-m", "auditor", "run", "--config", contoso_toml, "--report", "json"],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (30, most)),
    )
    assert run.returncode == 1
    assert json.loads(run.stdout)["complete"]


@pytest.mark.parametrize("name", ["json", "html", "worklist"])
def test_a_full_directory_of_temporary_files_costs_no_report(
    contoso_toml: Path, contoso_run: Call, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for each in ("TemporaryFile", "SpooledTemporaryFile", "NamedTemporaryFile"):
        monkeypatch.setattr(tempfile, each, full)
    run = call("run", "--config", contoso_toml, "--report", f"{name}=out")
    assert run.code == contoso_run.code
    (told,) = run.err.splitlines()
    assert told.startswith("auditor: the directory of temporary files")
    assert Path("out").stat().st_size > 1000
    if name == "json":
        report = json.loads(Path("out").read_text("utf-8"))
        assert report["summary"] == contoso_run.report["summary"]


def test_a_file_size_limit_is_told_with_the_file_that_met_it(contoso_toml: Path) -> None:
    run = limited(contoso_toml, resource.RLIMIT_FSIZE, 20_000)
    assert run.code == 2
    assert "out.json could not be written" in run.err
    assert "Traceback" not in run.err


@pytest.mark.parametrize(
    "command",
    [
        ("run", "--config", "kept/auditor.toml"),
        ("replay", "kept/audit.snapshot"),
        ("verify", "kept/audit.snapshot"),
        ("report", "kept/audit.json"),
    ],
)
def test_a_directory_that_this_account_may_not_look_into_is_named(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python 3.11 to 3.13 raise where they are asked whether something is there."""
    stat = Path.stat

    def refused(path: Path, **options: bool) -> os.stat_result:
        if "kept" in path.parts:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", refused)
    Path("kept").mkdir()
    Path("kept/audit.json").write_text("{}", "utf-8")
    run = call(*command)
    assert run.code == 2
    assert "kept/" in run.err
    assert "defect" not in run.err
