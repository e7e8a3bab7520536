"""Calls of the program within the process of the tests."""

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import Struct

from auditor.__main__ import main

GIVEN = (
    *("--name", "contoso", "--url", "https://contoso.crm.dynamics.com"),
    *("--method", "client-secret", "--tenant", "contoso.onmicrosoft.com", "--client-id", "c0ffee"),
)
"""What `init` is given for an environment whose configuration loads."""


class Said(Struct, frozen=True):
    code: int
    out: str
    err: str


Ask = Callable[..., Said]


@pytest.fixture
def ask(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """The program, called in an empty directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("AUDITOR_CONFIG", raising=False)

    def call(*arguments: str) -> Said:
        code = main(arguments)
        said = capfd.readouterr()
        return Said(code, said.out, said.err)

    return call
