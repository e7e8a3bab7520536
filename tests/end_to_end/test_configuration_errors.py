"""A mistake in what was asked is exit 2 and one clear message, before anything is read."""

from pathlib import Path

import keyring
import pytest

from auditor.demo.server import SimulatedTenant
from tests.end_to_end.conftest import Edit, call

TWO = """
[environments.contoso]
url = "https://contoso.crm.dynamics.com"
[environments.fabrikam]
url = "https://fabrikam.crm.dynamics.com"
[defaults.auth]
method = "client-secret"
tenant = "contoso.onmicrosoft.com"
client_id = "00000000-0000-0000-0000-000000000000"
client_secret = "env:AUDITOR_TEST_SECRET"
"""


@pytest.fixture
def two(tmp_path: Path) -> Path:
    path = tmp_path / "two.toml"
    path.write_text(TWO, "utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("url = ", "urll = ", ("urll", "url")),
        ('client_secret = "file:', 'client_secret = "', ("client_secret", "env:NAME")),
        ("mass_email_campaigns = true", 'mass_email_campaigns = "yes"', ("mass_email_campaigns",)),
        ('url = "https://127.0.0.1', 'url = "http://contoso.example', ("url", "https")),
        ('client_secret = "file:', 'client_secret = "env:NO_SUCH_', ("NO_SUCH_", "is not set")),
        ('method = "client-secret"', 'method = "magic"', ("method", "client-secret")),
        ("mailboxes = 2000", "mailboxes = -1", ("mailboxes", "negative")),
        ("mailboxes = 2000", "mailboxes = true", ("mailboxes", "a whole number")),
        ("mailboxes = 2000", "mailboxes = 5001", ("mailboxes", "is above 5000")),
        ("inbox_rules = 2000", "inbox_rules = -1", ("inbox_rules", "negative", "to ask")),
        ("inbox_rules = 2000", "inbox_rules = 5001", ("inbox_rules", "is above 5000")),
        ("[tls]", '[[waivers]]\nrule = "no-such-rule"\nreason = "x"\n[tls]', ("no-such-rule",)),
    ],
)
def test_mistakes_name_their_place(
    contoso_tenant: SimulatedTenant, edited: Edit, old: str, new: str, words: tuple[str, ...]
) -> None:
    config = edited(old, new)
    before = len(contoso_tenant.requests)
    run = call("run", "--config", config)
    assert run.code == 2
    assert run.out == ""
    assert "Traceback" not in run.err
    assert config.name in run.err
    for word in words:
        assert word in run.err
    assert len(contoso_tenant.requests) == before


def test_a_keyring_that_fails_names_its_place(
    edited: Edit, contoso_tenant: SimulatedTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backend is a package of anybody's, and raises whatever it likes."""

    def refuse(service: str, name: str) -> str:
        raise ModuleNotFoundError("No module named 'keyrings'")

    monkeypatch.setattr(keyring, "get_password", refuse)
    written = f'client_secret = "file:{contoso_tenant.secret_file}"'
    config = edited(written, 'client_secret = "keyring:auditor/contoso"')
    (line,) = (
        number
        for number, each in enumerate(config.read_text("utf-8").splitlines(), 1)
        if "keyring:" in each
    )
    run = call("run", "--config", config)
    assert run.code == 2
    assert f"{config.name}:{line}: environments.contoso.auth.client_secret: " in run.err
    assert "Traceback" not in run.err


def test_bare_secret_is_not_repeated(edited: Edit, contoso_tenant: SimulatedTenant) -> None:
    secret = f'client_secret = "file:{contoso_tenant.secret_file}"'
    run = call("run", "--config", edited(secret, 'client_secret = "Tr0ub4dor"'))
    assert run.code == 2
    assert "Tr0ub4dor" not in run.err


def test_several_environments_want_a_name(two: Path) -> None:
    run = call("run", "--config", two)
    assert run.code == 2
    assert "contoso, fabrikam" in run.err
    unknown = call("run", "fabricam", "--config", two)
    assert unknown.code == 2
    assert "fabrikam" in unknown.err


def test_no_configuration_says_how_to_write_one() -> None:
    run = call("run")
    assert run.code == 2
    assert "auditor init" in run.err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--report", "pdf"], "pdf"),
        (["--report", "json", "--report", "csv"], "standard output"),
        (["--report", "json=a.json", "--report", "jsonl=a.json"], "a.json"),
        (["--report", "json=absent/a.json"], "absent"),
        (["--report", "json="], "json=PATH"),
        (["--edition", "onlin"], "online"),
        (["--as-of", "tomorrow"], "YYYY-MM-DD"),
        (["--rule", "duplicate-adress"], "duplicate-address"),
        (["--skip", "x"], "auditor rules"),
        (["--kind", "suport"], "support"),
        (["--rule", "duplicate-address", "--kind", "lifecycle"], "no rule"),
        (["--timeout", "0"], "--timeout"),
        (["--timeout", "nan"], "--timeout"),
        (["--fail-on", "sometimes"], "never"),
        (["--all", "contoso"], "--all"),
        (["--no-such-option"], "--no-such-option"),
    ],
)
def test_options_are_refused_before_anything_is_read(
    contoso_toml: Path, contoso_tenant: SimulatedTenant, arguments: list[str], word: str
) -> None:
    before = len(contoso_tenant.requests)
    run = call("run", "--config", contoso_toml, *arguments)
    assert run.code == 2
    assert run.out == ""
    assert word in run.err
    assert len(contoso_tenant.requests) == before


@pytest.mark.parametrize(
    "arguments",
    [["--report", "json"], ["--report", "json=all.json"], ["--snapshot", "all.snapshot"]],
)
def test_several_environments_do_not_share_a_file(
    two: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("AUDITOR_TEST_SECRET", "x")
    run = call("run", "--all", "--config", two, *arguments)
    assert run.code == 2
    assert "{environment}" in run.err
