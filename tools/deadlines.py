"""Runs against servers that never end an answer: `python tools/deadlines.py [PLACE]`.

The whole program, with `--timeout 20` and a report of each format, for each fault that never ends
at each of some places; PLACE takes the places alone that hold these words. One line of JSON a run.
It is exit 1 where a run took more than 25 s, wrote less than each report, or ended as a defect.
Other work on the computer makes its figures void.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from auditor.demo.contoso import DECLARED, contoso
from auditor.demo.faults import Fault
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from auditor.demo.spoiled import NEVER_ENDING
from auditor.reports import formats

TIMEOUT_S, GRACE_S = 20.0, 5.0
PLACES = (
    "*/oauth2/v2.0/token",
    "*/RetrieveCurrentOrganization*",
    "*LogicalName='mailbox')*",
    "*/mailboxes",
    "*/emailserverprofiles",
    "*/tracelogs",
    "/v1.0/users",
    "/v1.0/$batch",
    "/adminapi/*",
    "/EWS/Exchange.asmx",
)
"""What is read first and what is read last, what must be read and what may be left out."""
ENDED = (0, 1, 3, 4)


def ran(fault: str, place: str, directory: Path) -> dict[str, Any]:
    """What became of one run under one fault."""
    reports = {each: directory / each for each in formats()}
    with SimulatedTenant(contoso(0)) as tenant:
        configuration = directory / "auditor.toml"
        configuration.write_text(configuration_of(tenant, DECLARED), "utf-8")
        configuration.chmod(0o600)
        words = ["run", "--config", str(configuration), "--timeout", str(TIMEOUT_S), "--quiet"]
        words += [word for name, path in reports.items() for word in ("--report", f"{name}={path}")]
        tenant.faults.add(Fault("spoiled", how=fault, path=place))
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "auditor", *words, "--no-history", "--no-notify"],
            # The program of this checkout, in whatever directory it runs.
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
            cwd=directory,
            capture_output=True,
            check=False,
        )
        took_s = time.monotonic() - began
    missing = sorted(name for name, path in reports.items() if not path.exists())
    holds = took_s <= TIMEOUT_S + GRACE_S and not missing and done.returncode in ENDED
    found = {"place": place, "fault": fault, "code": done.returncode, "seconds": round(took_s, 1)}
    if not holds:
        found["missing"], found["told"] = missing, done.stderr.decode()[-500:]
    return found | {"holds": holds}


def main(arguments: list[str]) -> int:
    """Run each fault at each place; 1 where something does not hold."""
    wanted = arguments[0] if arguments else ""
    failed = 0
    for place in (each for each in PLACES if wanted in each):
        for fault in NEVER_ENDING:
            with tempfile.TemporaryDirectory(prefix="auditor-deadlines-") as directory:
                found = ran(fault, place, Path(directory))
            failed += not found["holds"]
            sys.stdout.write(json.dumps(found) + "\n")
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
