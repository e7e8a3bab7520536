"""A POP3 server over TLS that OpenSSL's configuration narrows, in a process of its own.

Not every Python names each group to its OpenSSL (`set_ecdh_curve("X25519")` fails in 3.11.2), but
OpenSSL reads its own configuration in each of them.
"""

import contextlib
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.connectors.mail_servers.servers import context_of, pop3, serving

_CONFIGURATION = """
openssl_conf = start
[start]
ssl_conf = contexts
[contexts]
system_default = every_context
[every_context]
{settings}
"""


def serving_one_group(
    certificate: Path, group: str, directory: Path
) -> contextlib.AbstractContextManager[int]:
    """The port of a server that shares no other group; it ends with the block."""
    return serving_narrowed(certificate, f"Groups = {group}", directory)


@contextlib.contextmanager
def serving_narrowed(
    certificate: Path, settings: str, directory: Path, oldest: str = "TLSv1_2"
) -> Iterator[int]:
    """The port of a server with these lines of OpenSSL's configuration.

    Python's own oldest version goes before that of the configuration.
    """
    configuration = directory / "openssl.cnf"
    configuration.write_text(_CONFIGURATION.format(settings=settings))
    with subprocess.Popen(
        [sys.executable, "-m", __name__, str(certificate), oldest],
        env=os.environ | {"OPENSSL_CONF": str(configuration)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None
            yield int(server.stdout.readline())
        finally:
            # The end of its input ends it, and so does the end of the tests.
            server.communicate()


def _main() -> None:
    context = context_of(Path(sys.argv[1]), oldest=ssl.TLSVersion[sys.argv[2]])
    with serving(pop3(tls=context)) as port:
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    _main()
