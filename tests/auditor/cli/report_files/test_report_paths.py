"""What stands in braces in a path, and which paths are refused before anything is read."""

import os
from pathlib import Path

import pytest

from auditor.cli.report_files.report_paths import (
    RunOf,
    check_paths,
    file_for,
    make_directory,
    place_for,
)
from auditor.process.files import FileNotWritten
from auditor.usage import UsageProblem

RUN = RunOf("contoso", "2026-11-29T05:00:17Z", "r-1")
ONE, TWO = ["contoso"], ["contoso", "fabrikam"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_what_stands_in_braces_is_filled_in() -> None:
    assert file_for("{environment}/{date}/{time}/{run}", RUN) == Path(
        "contoso/2026-11-29/050017/r-1"
    )


def test_an_address_stays_one() -> None:
    assert place_for("s3://bucket/{environment}.json", RUN) == "s3://bucket/contoso.json"
    assert place_for("{environment}.json", RUN) == Path("contoso.json")


@pytest.mark.parametrize("text", ["../a", "..", "/a", "a/b", "a\\b", "c:a", "a\nb", "", "a" * 300])
def test_what_a_report_says_of_itself_leads_nowhere_else(text: str) -> None:
    hostile = RunOf(text, text, text)
    for placeholder in ("{environment}", "{run}", "{date}"):
        with pytest.raises(UsageProblem, match=r"cannot stand for \{\w+\} in a path; write the"):
            file_for(f"reports/{placeholder}.json", hostile)
    with pytest.raises(UsageProblem, match=r"cannot stand for \{environment\} in a path"):
        place_for("s3://bucket/{environment}.json", hostile)
    with pytest.raises(UsageProblem, match=r"cannot stand for \{environment\} in a path"):
        check_paths(["{environment}.json"], [text])
    assert file_for("report.json", hostile) == Path("report.json")


@pytest.mark.parametrize("word", ["{date}", "{time}", "{run}"])
def test_a_directory_that_bears_the_run_is_made(word: str) -> None:
    path = f"a/{word}/b.json"
    check_paths([path], ONE)
    make_directory(path, file_for(path, RUN))
    assert file_for(path, RUN).parent.is_dir()


def test_any_other_is_not() -> None:
    for path in ("absent/{date}.json", "{environment}/b.json"):
        make_directory(path, file_for(path, RUN))
        assert not file_for(path, RUN).parent.exists()
        with pytest.raises(UsageProblem, match=r"there is no directory .*; create it first"):
            check_paths([path], ONE)


def test_a_directory_that_cannot_be_made_is_said() -> None:
    Path("a").touch()
    with pytest.raises(FileNotWritten):
        make_directory("a/{date}/b", Path("a/2026/b"))


@pytest.mark.parametrize(
    ("paths", "environments", "words"),
    [
        (
            ["{day}.json"],
            ONE,
            "{day}.json: there is no placeholder {day}; there are {environment}, {date}",
        ),
        (["a.json"], TWO, "a.json cannot hold several environments; put {environment} in"),
        (["a" * 300], TWO, "a" * 300 + " cannot hold several environments"),
        (["a", "a"], ONE, "two files cannot share the path a"),
        (["a", "./a"], ONE, "two files cannot share the path a"),
        (["absent/a"], ONE, "there is no directory absent; create it first"),
        (["."], ONE, ". is a directory; name a file in it"),
    ],
)
def test_what_cannot_work_is_refused(paths: list[str], environments: list[str], words: str) -> None:
    with pytest.raises(UsageProblem) as refused:
        check_paths(paths, environments)
    assert str(refused.value).startswith(words)


@pytest.mark.parametrize(
    ("paths", "environments"),
    [
        (["a.json", "b.json"], ONE),
        (["{environment}.json"], TWO),
        # What is neither file nor directory takes any number of reports.
        ([os.devnull], TWO),
        ([os.devnull, os.devnull], ONE),
        ([], TWO),
    ],
)
def test_what_can_work_is_not(paths: list[str], environments: list[str]) -> None:
    check_paths(paths, environments)


def test_a_path_that_names_a_directory_may_be_one_and_no_file() -> None:
    check_paths(["tickets"], ONE, {"tickets"})
    Path("tickets").mkdir()
    check_paths(["tickets"], ONE, {"tickets"})
    Path("file").touch()
    with pytest.raises(UsageProblem, match="file is a file; name a directory"):
        check_paths(["file"], ONE, {"file"})
    with pytest.raises(UsageProblem, match="name a directory of this computer"):
        check_paths(["memory://a/b"], ONE, {"memory://a/b"})


def test_an_address_is_looked_at_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []
    monkeypatch.setattr("auditor.cli.report_files.report_paths.check_address", looked_at.append)
    check_paths(["s3://bucket/{environment}.json"], ONE)
    assert looked_at == ["s3://bucket/contoso.json"]
