"""Asks OSV for known vulnerabilities of what a release installs: `python tools/vulnerabilities.py`.

It runs pip-audit over `requirements.lock`. Where OSV cannot be reached it says that nothing was
checked, and gives 0; where a package has a vulnerability it gives 1.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements.lock"
_UNREACHED = ("ConnectionError", "ConnectTimeout", "ReadTimeout", "ProxyError", "SSLError")
SKIPPED = "SKIPPED: OSV cannot be reached from this computer, so nothing was checked.\n"


def main(command: Sequence[str]) -> int:
    """Gives the exit code of pip-audit, which `command` calls; 0 where it reached nobody."""
    options = ["--vulnerability-service", "osv", "--disable-pip", "--require-hashes"]
    run = subprocess.run([*command, *options, "-r", str(LOCK)], capture_output=True, text=True)
    last = run.stderr.strip().rpartition("\n")[2]
    if run.returncode and any(each in last.partition(":")[0] for each in _UNREACHED):
        sys.stdout.write(SKIPPED)
        return 0
    sys.stdout.write(run.stdout)
    sys.stderr.write(run.stderr)
    return run.returncode


if __name__ == "__main__":
    sys.exit(main([sys.executable, "-m", "pip_audit"]))
