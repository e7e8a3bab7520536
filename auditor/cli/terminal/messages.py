"""What the program says of itself, on standard error."""

import contextlib
import sys

from auditor.cli.terminal.escaping import harmless

_NO_FILE = "no directory takes a crash report"


def log_line(text: str) -> None:
    """Say one line on standard error, without any secret of the run."""
    # Where it was not loaded no secret is known, and a package of that name may be another's.
    if redaction := sys.modules.get("connectors.transport.redaction"):
        text = redaction.KNOWN.masked(text)
    # Where nobody listens there is nobody to tell.
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"auditor: {harmless(text)}\n")
        sys.stderr.flush()


def report_limit(error: Exception, about: str = "") -> bool:
    """Say which limit of this computer ended the program; False: none did."""
    from auditor.process.limits import told

    words = told(error)
    if words is not None:
        log_line(f"{about}: {words}" if about else words)
    return words is not None


def report_defect(error: Exception, command: str, about: str = "") -> int:
    """Write a crash report and say where it is; gives the exit code 70."""
    from auditor.exit_codes import DEFECT
    from auditor.process.crash import write_crash_report

    path = write_crash_report(error, command)
    where = f"a report without any record is in {path}" if path else _NO_FILE
    subject = f"{about}: " if about else ""
    log_line(f"{subject}a defect of the program itself ({type(error).__name__}); {where}")
    return DEFECT
