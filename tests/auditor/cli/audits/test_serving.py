"""What keeps the simulated tenant from being kept up is said in words."""

import errno
from pathlib import Path
from typing import Any

import pytest

from auditor.cli.audits.serving import serve_demo
from auditor.demo import serving
from auditor.demo.server import TenantNotStarted
from auditor.usage import UsageProblem


@pytest.fixture
def serves(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets what serving does: an error to raise, or what it is called with to give back."""

    def set_(error: Exception | None = None) -> None:
        def serve(scale: int, config_path: Path) -> Any:
            if error is not None:
                raise error
            return scale, config_path

        monkeypatch.setattr(serving, "serve", serve)

    return set_


def test_its_configuration_stands_where_it_was_asked_for(serves: Any) -> None:
    serves()
    assert serve_demo(7, Path("a.toml")) == (7, Path("a.toml"))
    assert serve_demo(7, None) == (7, serving.DEFAULT_CONFIGURATION)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TenantNotStarted("no port is free"), "no port is free"),
        (OSError(errno.ENOSPC, "x"), "the simulated tenant's own files could not be written: "),
    ],
)
def test_what_the_computer_lacks_is_a_wrong_question(
    serves: Any, error: Exception, words: str
) -> None:
    serves(error)
    with pytest.raises(UsageProblem, match=words):
        serve_demo(1, None)


def test_any_other_error_is_a_defect(serves: Any) -> None:
    serves(OSError(errno.ECONNRESET, "reset"))
    with pytest.raises(OSError, match="reset"):
        serve_demo(1, None)
