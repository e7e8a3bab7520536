"""What holds for every test."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from connectors.transport.redaction import KNOWN

# How long an example takes says more of what else the machine does than of the program.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def no_known_secret() -> Iterator[None]:
    """What one test learns as a secret is a plain word to the next."""
    yield
    KNOWN.forget()
