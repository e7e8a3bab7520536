"""What `auditor demo` makes of its options."""

from typing import Any

import pytest

from auditor.cli.audits import demonstration, serving
from tests.auditor.cli.conftest import Ask


@pytest.fixture(autouse=True)
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    found: list[Any] = []
    monkeypatch.setattr(serving, "serve_demo", lambda *given: found.append(("serve", *given)) or 3)
    monkeypatch.setattr(
        demonstration, "demonstrate", lambda given, *more: found.append(("audit", *more)) or 4
    )
    return found


def test_it_is_audited_or_kept_up(ask: Ask, calls: list[Any]) -> None:
    assert ask("demo", "--scale", "40", "--snapshot", "s").code == 4
    assert ask("demo", "--scale", "40", "--serve").code == 3
    assert calls == [("audit", 40, "s"), ("serve", 40, None)]


def test_its_configuration_is_written_where_it_is_kept_up(ask: Ask, calls: list[Any]) -> None:
    assert ask("demo", "--serve", "--write-config", "a.toml").code == 3
    assert calls[0][2].name == "a.toml"
    said = ask("demo", "--write-config", "a.toml")
    assert said.code == 2
    assert len(calls) == 1
