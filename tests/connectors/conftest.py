"""What tests of readers share: an authority of their own, and that nothing outlives a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors import loopback
from tests.connectors.loopback import Authority
from tests.waiting import until_nothing_is_asked_ahead


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    with loopback.authority() as made:
        yield made


@pytest.fixture(scope="module")
def certificate(authority: Authority) -> Path:
    return authority.issue()


@pytest.fixture(autouse=True)
def nothing_asked_ahead() -> Iterator[None]:
    """No question of one test meets the answers of the next."""
    yield
    until_nothing_is_asked_ahead()
