"""Where reports go is settled before anything is read."""

from pathlib import Path

import pytest

from auditor.cli.targets import file_for, targets_of
from auditor.usage import UsageProblem

ONE, TWO = ["contoso"], ["contoso", "fabrikam"]


def _where(asked: list[str], environments: list[str] = ONE) -> list[tuple[str, str | None]]:
    return [(each.writer.format, each.path) for each in targets_of(asked, environments)]


def test_screen_is_the_default_even_for_several() -> None:
    assert _where([]) == _where([], TWO) == [("terminal", None)]


def test_files_come_before_standard_output(tmp_path: Path) -> None:
    file = str(tmp_path / "a.json")
    assert _where(["terminal", f"json={file}"]) == [("json", file), ("terminal", None)]
    assert _where(["json=-"]) == [("json", None)]


def test_path_holds_the_environment(tmp_path: Path) -> None:
    path = f"{tmp_path}/{{environment}}.json"
    assert _where([f"json={path}"], TWO) == [("json", path)]
    assert file_for(path, "fabrikam") == tmp_path / "fabrikam.json"


@pytest.mark.parametrize(
    ("asked", "environments", "words"),
    [
        (["jsn"], ONE, "did you mean json?"),
        (["json", "terminal"], ONE, "standard output"),
        (["json"], TWO, "json={environment}.json"),
        (["json=a.json"], TWO, "{environment}"),
        (["json=a", "csv=a"], ONE, "share the path"),
        (["json=absent/a.json"], ONE, "create it first"),
        (["json=."], ONE, "is a directory"),
        (["json= "], ONE, "names no file"),
    ],
)
def test_what_cannot_work_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    asked: list[str],
    environments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageProblem) as refused:
        targets_of(asked, environments)
    assert words in str(refused.value)
