"""Which version of requests a server of a build is asked in. Counting is tested end to end."""

import pytest

from connectors.exchange_server.folders import version_of
from rules.facts import Version


@pytest.mark.parametrize(
    ("build", "asked"),
    [
        ((8, 3, 83, 6), "Exchange2007_SP1"),
        ((14, 3, 123, 4), "Exchange2010_SP2"),
        ((15, 0, 847, 32), "Exchange2013_SP1"),
        ((15, 1, 2507, 6), "Exchange2016"),
        ((15, 2, 1544, 4), "Exchange2016"),
        ((15, 2), "Exchange2016"),
    ],
)
def test_a_server_is_asked_in_the_newest_version_that_servers_document(
    build: Version, asked: str
) -> None:
    assert version_of(build).api_version == asked


@pytest.mark.parametrize("build", [(7, 0, 1, 1), (14, 9, 1, 1)])
def test_a_build_that_is_not_known_has_no_version(build: Version) -> None:
    assert version_of(build) is None
