"""`make rule ID=x` lays out two files that fit the house, and overwrites nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A checkout with the folders of the rules and nothing in them."""
    for folder in ("support", "health", "lifecycle"):
        (tmp_path / "rules" / folder).mkdir(parents=True)
        (tmp_path / "tests" / "rules" / folder).mkdir(parents=True)
    return tmp_path


def lay_out(house: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / "lay_out_rule.py"), *arguments]
    return subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("kind", "folder", "subject"),
    [("support", "support", "profile"), ("security", "health", "mailbox")],
)
def test_both_files_are_clean_and_name_the_rule(
    house: Path, kind: str, folder: str, subject: str
) -> None:
    done = lay_out(house, "--kind", kind, "--subject", subject, "some-new-rule")
    rule = f"rules/{folder}/some_new_rule.py"
    test = f"tests/rules/{folder}/test_some_new_rule.py"
    assert done.stdout.split() == [rule, test]
    assert (
        f'id="some-new-rule",\n    title="Some new rule",\n    kind="{kind}"'
        in (house / rule).read_text()
    )
    # The empty house does not show that these packages are its own.
    first_party = "lint.isort.known-first-party = ['rules', 'tests']"
    config = ["--config", str(ROOT / "pyproject.toml"), "--config", first_party]
    for command in (["check", *config], ["format", "--check", *config]):
        ruff = [sys.executable, "-m", "ruff", *command, rule, test]
        cleaned = subprocess.run(ruff, cwd=house, capture_output=True, text=True, check=False)
        assert cleaned.returncode == 0, cleaned.stdout + cleaned.stderr


def test_the_rule_as_laid_out_registers_and_settles_nothing(house: Path) -> None:
    lay_out(house, "--kind", "support", "--subject", "profile", "some-new-rule")
    source = (house / "rules/support/some_new_rule.py").read_text()
    code = (
        source
        + "\nfrom rules.rule import _registered\n"
        + "found = _registered['some-new-rule']\n"
        + "print(found.subject, type(found.check(None)).__name__)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.stdout.split() == ["profile", "Undetermined"], run.stderr


@pytest.mark.parametrize("id", ["", "NotKebab", "one", "../x-y", "a--b"])
def test_an_unfit_id_is_refused(house: Path, id: str) -> None:
    done = lay_out(house, "--", id)
    assert done.returncode == 2
    assert "is not a rule id" in done.stderr


def test_a_rule_that_is_there_is_kept(house: Path) -> None:
    taken = house / "rules" / "health" / "some_new_rule.py"
    taken.write_text("kept")
    done = lay_out(house, "some-new-rule")
    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert taken.read_text() == "kept"
