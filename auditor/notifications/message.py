"""What a notification says of one run: short, what stopped working first."""

import re
from collections.abc import Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from auditor.differences import Difference
from auditor.exit_codes import FINDINGS, FINDINGS_AND_INCOMPLETE
from auditor.history.owed import MOST_KEPT, Undelivered
from auditor.model import Audit
from auditor.reports.shared import changes
from auditor.reports.shared.headline import headline
from auditor.reports.shared.ranking import unread
from auditor.reports.shared.text import plain
from rules.counting import counted

On: TypeAlias = Literal["change", "findings", "incomplete", "always"]
MOST = 10
MOST_OWED = 50
MOST_OF_A_LINE = 1_000
"""What records hold, whoever may write them chooses."""
MOST_CHARACTERS = 8_000
"""What messages of earlier runs may take: chats cut what is longer than some 20,000."""
_CUT = "..."
_CALLS = re.compile(
    r"(?<![\w.+-])@(?=\S)|@(?=[\d_]|[^\w\s]|(?i:everyone|here|(?:all|channel|room)\b))"
    r"|<(?=\S)|\](?=\()"
)
"""What chats take for the begin of a call, or for the middle of a link.

Some look for calls within words too, so that an address stays whole only where it can be none.
"""


class Message(Struct, frozen=True):
    """One message: a line, and some lines below it."""

    title: str
    body: str


def is_wanted(on: On, audit: Audit, difference: Difference | None, exit_code: int) -> bool:
    """Whether somebody is to hear of the run.

    Where it is not known what changed, findings and what could not be read count as changes.
    """
    fails = exit_code in (FINDINGS, FINDINGS_AND_INCOMPLETE)
    if on == "always":
        return True
    if on == "findings":
        return fails
    if on == "incomplete":
        return not audit.complete
    if difference is None or difference.old is None:
        return fails or not audit.complete
    return (
        difference.old.complete != audit.complete
        or bool(difference.mailboxes)
        or any(each.reason != "source" for each in difference.findings)
    )


def message_of(audit: Audit, difference: Difference | None, places: Sequence[str]) -> Message:
    """The message of a run. `places` are the reports that it left, as addresses or paths."""
    name = audit.environment.name
    broken = "" if difference is None else changes.broken(difference)
    if broken:
        answer = broken
    elif not audit.complete:
        answer = "the audit is incomplete"
    elif difference is not None and difference.old is not None:
        answer = "something changed" if _has_changed(difference) else "nothing changed"
    else:
        answer = "the audit ended"
    lines = []
    if difference is not None:
        lines.append(changes.summary(difference))
        for part in changes.parts(difference, MOST):
            lines += ["", f"{part.heading}:", *(f"- {line}" for line in part.lines)]
            lines += [f"- and {part.more:,} more"] if part.more else []
    lines += ["", headline(audit)]
    lines += [f"Not read: {', '.join(each.names)}: {each.reason}" for each in unread(audit)[:3]]
    lines += [f"Report: {place}" for place in places]
    return Message(_quiet(f"{name}: {answer}"), "\n".join(map(_quiet, lines)).strip())


def _quiet(text: str) -> str:
    """The text on one line; a name in it calls nobody in a chat, and is no link of another text."""
    shown = _CALLS.sub(r"\g<0> ", plain(text[:MOST_OF_A_LINE]))
    if len(text) <= MOST_OF_A_LINE:
        return shown
    return f"{shown[: MOST_OF_A_LINE - len(_CUT)]}{_CUT}"


def _has_changed(difference: Difference) -> bool:
    return bool(difference.mailboxes or difference.findings or difference.subjects)


def with_owed(environment: str, message: Message | None, owed: Sequence[Undelivered]) -> Message:
    """The message with those of earlier runs that did not arrive; None: the run has none itself.

    The newest of them stand whole, as far as there is room, the older ones as a line each.
    """
    # Where as many are left as are kept, older ones may have been left out.
    least = "at least " if len(owed) >= MOST_KEPT else ""
    if message is None:
        count = counted(len(owed), "message", "messages")
        message = Message(_quiet(f"{environment}: {least}{count} of earlier runs"), "")
    elif not owed:
        return message
    lines = ["", "Not delivered before:"]
    room = MOST_CHARACTERS
    for each in reversed(owed[-MOST_OWED:]):
        lines += ["", f"Run of {each.started_at}: {each.title}"]
        room -= len(each.body)
        if each.body and room > 0:
            lines += each.body.splitlines()
    if (more := len(owed) - MOST_OWED) > 0:
        lines += ["", f"and {least}{more:,} older"]
    return Message(message.title, "\n".join([message.body, *lines]).strip())
