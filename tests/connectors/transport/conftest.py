"""A transport that trusts the authority of the tests."""

import pytest

from tests.connectors.loopback import Authority
from tests.connectors.transport.scripted import Bench


@pytest.fixture
def bench(authority: Authority) -> Bench:
    return Bench(authority)
