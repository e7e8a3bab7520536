"""`python -m auditor.demo`: the demo tenant alone, until it is interrupted."""

import argparse
import sys
from pathlib import Path

from auditor.demo.contoso import DEFAULT_MAILBOXES
from auditor.demo.server import TenantNotStarted
from auditor.demo.serving import DEFAULT_CONFIGURATION, serve
from auditor.process.files import FileNotWritten


def main() -> int:
    """Serve, and give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m auditor.demo", description=__doc__)
    parser.add_argument("--scale", type=int, default=DEFAULT_MAILBOXES, help="mailboxes")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--write-config", type=Path, default=DEFAULT_CONFIGURATION)
    given = parser.parse_args()
    try:
        return serve(given.scale, given.port, given.write_config)
    except (TenantNotStarted, FileNotWritten) as error:
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
