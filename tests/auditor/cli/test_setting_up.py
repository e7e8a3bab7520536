"""`init` writes a configuration once, `schema` prints the one of the report."""

import io
import stat
from pathlib import Path

import pytest

from auditor.connections.introduction import Introduction
from auditor.reports.published.schema import shipped
from connectors.transport.errors import SourceFailed
from tests.auditor.cli.conftest import GIVEN, Ask


def test_init_writes_a_configuration_that_loads(ask: Ask, tmp_path: Path) -> None:
    said = ask("init", *GIVEN)
    written = tmp_path / "auditor.toml"
    assert said.code == 0
    assert "auditor.toml" in said.out
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    missing = ask("run")
    assert missing.code == 2
    assert "AUDITOR_CLIENT_SECRET is not set" in missing.err


def test_init_leaves_no_placeholder_and_says_what_to_fill_in(ask: Ask, tmp_path: Path) -> None:
    said = ask("init", "--config", "first.toml")
    assert said.code == 0
    assert "Fill in url, tenant, client_id" in said.out
    assert "<" not in (tmp_path / "first.toml").read_text("utf-8")
    refused = ask("run", "--config", "first.toml")
    assert refused.code == 2
    assert "environments.contoso.url" in refused.err


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


def not_answering(url: str, ca_bundle: str | None) -> Introduction:
    raise SourceFailed(f"{url}: nobody answers", "Check the network.", "unreachable")


@pytest.mark.parametrize(
    ("told", "lines"),
    [
        (
            Introduction("entra", "https://login.microsoftonline.com", "11111111-2222"),
            ('method = "client-secret"', 'tenant = "11111111-2222"'),
        ),
        (
            Introduction("adfs", "https://sts.contoso.com/adfs"),
            ('method = "adfs"', 'authority = "https://sts.contoso.com/adfs"'),
        ),
        (Introduction("windows"), ('method = "ntlm"', "# Needed: fill in username")),
    ],
)
def test_init_finds_out_from_the_server_how_to_sign_in(
    ask: Ask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    told: Introduction,
    lines: tuple[str, ...],
) -> None:
    monkeypatch.setattr("auditor.cli.setup.asking.introduced", lambda url, ca_bundle: told)
    assert ask("init", "--url", "contoso.crm4.dynamics.com/main.aspx", "--graph").code == 0
    written = (tmp_path / "auditor.toml").read_text("utf-8")
    assert 'url = "https://contoso.crm4.dynamics.com"' in written
    assert [each for each in lines if each not in written] == []
    assert "\n[environments.contoso.graph]" in written


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_init_asks_again_until_an_answer_can_be_used(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = [
        "http://fabrikam.crm.dynamics.com",
        "fabrikam.crm.dynamics.com/main.aspx?appid=1",
        "",
        "ntml",
        "client-secret",
        "fabrikam.onmicrosoft.com",
        "c0ffee00-0000-4000-8000-000000000000",
        "Pa$$w0rd",
        "env:FABRIKAM_SECRET",
        "y",
        "n",
    ]
    monkeypatch.setattr("auditor.cli.setup.asking.introduced", not_answering)
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
    assert "\n[environments.fabrikam.graph]" in written
    assert "\n#[environments.fabrikam.exchange_online]" in written
    assert "auditor doctor" in said.out


def test_schema_is_the_one_of_this_release(ask: Ask) -> None:
    assert ask("schema").out.encode() == shipped()
