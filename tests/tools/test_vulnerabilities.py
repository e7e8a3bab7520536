"""A service that is not reached is no clean result, and a vulnerability is never skipped."""

import sys

import pytest

from tools.vulnerabilities import SKIPPED, main

UNREACHED = "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='api.osv.dev', port=443)"


@pytest.mark.parametrize(
    ("code", "said", "expected", "shown"),
    [
        (1, f"Traceback\n{UNREACHED}", 0, SKIPPED),
        (1, "Found 1 known vulnerability in 1 package", 1, "told"),
        (1, "ValueError: no ConnectionError", 1, "told"),
        (0, "No known vulnerabilities found", 0, "told"),
    ],
)
def test_what_pip_audit_ended_in(
    capfd: pytest.CaptureFixture[str], code: int, said: str, expected: int, shown: str
) -> None:
    program = f"import sys; print('told'); sys.stderr.write({said!r}); sys.exit({code})"
    assert main([sys.executable, "-c", program]) == expected
    assert capfd.readouterr().out.strip() == shown.strip()
