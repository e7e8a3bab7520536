"""Where a sign-in is remembered: in the protected store, or for the run only."""

import importlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import platformdirs
import pytest

from connectors.sign_in import token_cache


class Store:
    """A store that answers, or is locked."""

    CredentialType = SimpleNamespace(ACCOUNT="account")

    def __init__(self, place: str) -> None:
        self.place = place

    def search(self, kind: str) -> list[Any]:
        if "locked" in self.place:
            raise RuntimeError("the keyring is locked")
        return []


def cache_in(folder: Path, monkeypatch: pytest.MonkeyPatch, extensions: Any) -> Any:
    def import_module(name: str) -> Any:
        if extensions is None:
            raise ImportError(name)
        return extensions

    monkeypatch.setattr(platformdirs, "user_state_path", lambda *_, **__: folder)
    monkeypatch.setattr(importlib, "import_module", import_module)
    return token_cache.protected_cache()


EXTENSIONS = SimpleNamespace(PersistedTokenCache=Store, build_encrypted_persistence=str)


def test_a_protected_store_remembers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = cache_in(tmp_path, monkeypatch, EXTENSIONS)
    assert found.place.endswith(token_cache.FILE_NAME)


@pytest.mark.parametrize("extensions", [None, SimpleNamespace(), EXTENSIONS])
def test_without_a_store_that_answers_a_sign_in_lasts_for_the_run(
    extensions: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cache_in(tmp_path / "locked", monkeypatch, extensions) is None
