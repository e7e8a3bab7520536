"""What holds for every test of a reader."""

from collections.abc import Iterator

import pytest

from tests.waiting import until_nothing_is_asked_ahead


@pytest.fixture(autouse=True)
def nothing_asked_ahead() -> Iterator[None]:
    """No question of one test meets the answers of the next."""
    yield
    until_nothing_is_asked_ahead()
