"""A home is found where there is one, and no account is needed for the rest."""

import os
from pathlib import Path

import pytest

from auditor.cli.report_files.report_paths import RunOf, file_for
from auditor.configuration import ConfigurationError
from auditor.configuration.file import find_config
from auditor.configuration.paths import at_home
from auditor.configuration.secrets import SecretError, resolve

OF_NOBODY = "~nobody-of-this-name/auditor.toml"


@pytest.mark.skipif(os.name == "nt", reason="Windows finds homes by another variable")
def test_the_own_home_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert at_home("~/x") == tmp_path / "x"
    assert at_home("x/~y") == Path("x/~y")


def test_a_home_that_there_is_not_is_a_file_that_there_is_not(tmp_path: Path) -> None:
    assert at_home(OF_NOBODY) == Path(OF_NOBODY)
    with pytest.raises(SecretError, match="there is no file"):
        resolve(f"file:{OF_NOBODY}", tmp_path)
    with pytest.raises(ConfigurationError, match="there is no such file"):
        find_config(OF_NOBODY)
    assert file_for(OF_NOBODY, RunOf("production", "", "")) == Path(OF_NOBODY)
