"""The program's help as it is printed at 80 columns, without colour."""

import os
import subprocess
import sys


def help_text() -> str:
    """What `auditor --help` prints."""
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}
    environment.pop("FORCE_COLOR", None)
    run = subprocess.run(
        [sys.executable, "-m", "auditor", "--help"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return "\n".join(line.rstrip() for line in run.stdout.strip().splitlines())
