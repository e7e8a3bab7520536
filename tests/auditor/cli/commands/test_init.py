"""What `auditor init` makes of its options."""

from pathlib import Path
from typing import Any

import pytest

from auditor.cli.setup import asking, discovering
from tests.auditor.cli.conftest import Ask


@pytest.fixture(autouse=True)
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    found: list[Any] = []

    def write(path: Path, given: Any) -> Path:
        found.append((path, given))
        return path

    monkeypatch.setattr(discovering, "add_discovered", lambda path: found.append(path) or 1)
    monkeypatch.setattr(asking, "write_first_configuration", write)
    monkeypatch.setattr(asking, "tries_every_access", lambda path: 3)
    return found


def test_what_directories_list_is_added_where_that_is_asked_for(ask: Ask, calls: list[Any]) -> None:
    assert ask("init", "--discover", "--config", "a.toml").code == 1
    assert calls == [Path("a.toml")]


def test_else_a_first_configuration_is_written_and_tried(
    ask: Ask, calls: list[Any], tmp_path: Path
) -> None:
    assert ask("init", "--ca-bundle", "ca.pem", "--no-graph").code == 3
    assert ask("init").code == 3
    (path, first), (_, second) = calls
    assert path == Path("auditor.toml")
    assert (first.ca_bundle, first.graph) == (str(tmp_path / "ca.pem"), False)
    assert (second.ca_bundle, second.graph) == (None, None)
