"""An authority of its own, a certificate of it, and a transport that trusts it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors import loopback
from tests.connectors.loopback import Authority
from tests.connectors.transport.scripted import Bench


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    with loopback.authority() as made:
        yield made


@pytest.fixture(scope="module")
def certificate(authority: Authority) -> Path:
    return authority.issue()


@pytest.fixture
def bench(authority: Authority) -> Bench:
    return Bench(authority)
