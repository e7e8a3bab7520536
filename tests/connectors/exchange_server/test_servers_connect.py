"""Only a refused connection, or an unanswered one, is a server that takes none."""

import pytest

from connectors.exchange_server.servers import _connects
from connectors.transport.errors import SourceFailed


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("refused", None, False),
        ("no-connection", None, False),
        ("forbidden", 403, True),
        ("untrusted-certificate", None, None),
        ("truncated", None, None),
        ("connection-reset", None, None),
        ("tls-failed", None, None),
        ("timeout", None, None),
        ("deadline", None, None),
        ("proxy-failed", None, None),
    ],
)
def test_only_the_connection_itself_proves_it(
    code: str, status: int | None, expected: bool | None
) -> None:
    assert _connects(SourceFailed("why", "what to do", code, status=status)) is expected
