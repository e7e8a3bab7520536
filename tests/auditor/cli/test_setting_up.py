"""`init` writes a configuration once, `schedule` prints a recipe for it, `schema` the report's."""

import io
import stat
from pathlib import Path

import pytest

from auditor.reports.shared.schema import shipped
from auditor.schedule import RECIPES
from tests.auditor.cli.conftest import Ask

GIVEN = ("--name", "contoso", "--url", "https://contoso.crm.dynamics.com")


def test_init_writes_a_configuration_that_loads(ask: Ask, tmp_path: Path) -> None:
    said = ask("init", *GIVEN)
    written = tmp_path / "auditor.toml"
    assert said.code == 0
    assert "auditor.toml" in said.out
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    missing = ask("run")
    assert missing.code == 2
    assert "AUDITOR_CLIENT_SECRET is not set" in missing.err


def test_init_leaves_placeholders_to_fill_in(ask: Ask) -> None:
    assert ask("init", "--config", "first.toml").code == 0
    said = ask("run", "--config", "first.toml")
    assert said.code == 2
    assert "environments.contoso.url" in said.err


def test_init_never_overwrites(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "auditor.toml").write_text("# mine\n", "utf-8")
    said = ask("init")
    assert said.code == 2
    assert "stays as it is" in said.err
    assert (tmp_path / "auditor.toml").read_text("utf-8") == "# mine\n"


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--method", "magic"), "client-secret"),
        (("--name", "contoso", "--url", "http://contoso.crm.dynamics.com"), "https"),
    ],
)
def test_init_refuses_what_cannot_work(
    ask: Ask, tmp_path: Path, options: tuple[str, ...], word: str
) -> None:
    said = ask("init", *options)
    assert said.code == 2
    assert word in said.err
    assert not (tmp_path / "auditor.toml").exists()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_init_asks_again_until_an_answer_can_be_used(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = [
        "fabrikam",
        "http://fabrikam.crm.dynamics.com",
        "https://fabrikam.crm.dynamics.com",
        "ntml",
        "client-secret",
        "fabrikam.onmicrosoft.com",
        "c0ffee00-0000-4000-8000-000000000000",
        "Pa$$w0rd",
        "env:FABRIKAM_SECRET",
    ]
    monkeypatch.setattr("sys.stdin", Terminal("".join(f"{line}\n" for line in typed)))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    said = ask("init")
    assert said.code == 0
    assert "not an https address; write https:// and the host" in said.out + said.err
    assert "is none of client-secret, certificate" in said.out + said.err
    assert "write env:NAME, file:PATH or keyring:SERVICE/NAME" in said.out + said.err
    assert "Pa$$w0rd" not in said.out + said.err
    written = (tmp_path / "auditor.toml").read_text("utf-8")
    assert 'url = "https://fabrikam.crm.dynamics.com"' in written
    assert 'client_secret = "env:FABRIKAM_SECRET"' in written


@pytest.mark.parametrize("kind", RECIPES)
def test_schedule_prints_a_recipe(ask: Ask, kind: str) -> None:
    ask("init", *GIVEN)
    said = ask("schedule", kind)
    assert said.code == 0
    assert "AUDITOR_CLIENT_SECRET" in said.out
    assert ask("schedule", kind, "fabrikam").code == 2


def test_schedule_without_a_configuration_is_misuse(ask: Ask) -> None:
    said = ask("schedule", "cron")
    assert said.code == 2
    assert "auditor init" in said.err


def test_schema_is_the_one_of_this_release(ask: Ask) -> None:
    assert ask("schema").out.encode() == shipped()
