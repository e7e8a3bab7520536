"""The commands that a report tells its reader to paste."""

import re
import shlex
from collections.abc import Iterable

from auditor.model import Audit, Subject
from auditor.process.program import program

_HARMLESS = re.compile(r"[\w.@/][\w.@/:-]*(?: [\w.@/:-]+)*")


def why_command(audit: Audit, subjects: Iterable[Subject]) -> str:
    """The command that tells all of the first mailbox or profile among these, to be pasted.

    Empty where there is none, or where nobody can ask the same records again.
    """
    first = next((each for each in subjects if each.kind in ("mailbox", "profile")), None)
    if first is None or audit.again is None:
        return ""
    names = (first.address, first.name, first.id)
    # A name may hold what a shell obeys; which shell it is, nobody knows.
    told = next((each for each in names if _HARMLESS.fullmatch(each)), None)
    if told is None:
        return ""
    quoted = f'"{told}"' if " " in told else told
    return f"{program()} why {quoted} {_again(audit)}".rstrip()


def doctor_command(audit: Audit) -> str:
    """The command that tries every access of the audit's configuration."""
    stored = audit.again is not None and "--snapshot" in audit.again
    return f"{program()} doctor {'' if stored else _again(audit)}".rstrip()


def _again(audit: Audit) -> str:
    return " ".join(map(shlex.quote, audit.again or ()))
