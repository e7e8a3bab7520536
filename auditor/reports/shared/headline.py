"""The first line of every report, and the same answer in short.

How many mailboxes are meant to synchronize, and whether they do. Where that is not known, the line
says so.
"""

from auditor.model import Audit, SourceOf
from auditor.reports.shared.text import plain
from rules.counting import counted
from rules.rule import catalogue

MAILBOXES = "dynamics.mailboxes"

_NOT_READ = {
    "partial": "were read in part",
    "failed": "could not be read",
    "not-configured": "are not configured",
}
"""Of what it is said: "The mailboxes ..."."""


def headline(audit: Audit) -> str:
    """The answer: how many mailboxes are meant to synchronize, and whether they do."""
    return "".join(headline_parts(audit))


def headline_parts(audit: Audit) -> tuple[str, str]:
    """The answer in two parts: of those that are meant to synchronize, and of the rest."""
    standing = audit.summary.standing
    source = _mailboxes_of(audit)
    if source is not None and no_mailbox_came(audit):
        unknown = "How many mailboxes are meant to synchronize is unknown"
        how = _NOT_READ[source.status]
        return unknown, f": the mailboxes {how}{_because(source.reason)}."
    one = standing.synchronizing == 1
    answer = (
        f"{counted(standing.synchronizing, 'mailbox is', 'mailboxes are')} meant to synchronize: "
        f"{_of(standing.working, 'works' if one else 'work')}, "
        f"{_unsupported(standing.unsupported)}"
        f"{_of(standing.broken, 'is broken' if one else 'are broken')}, "
        f"{standing.unknown:,} unknown"
    )
    if open := standing.undecided:
        they = "it is" if open == 1 else "they are"
        answer += f"; of {open:,} more it is unknown whether {they}"
    unused = {why: count for why, count in standing.not_in_use.items() if count}
    idle = sum(unused.values())
    reasons = ", ".join(
        f"{plain(why)}: {count:,}" for why, count in sorted(unused.items(), key=lambda w: -w[1])
    )
    rest = f"; {_of(idle, 'is' if idle == 1 else 'are')} not in use"
    rest += f" ({reasons})" if reasons else ""
    if source is not None and source.status != "read":
        rest += ". More mailboxes may exist: the table was not read in full"
    if standing.unknown:
        rest += _not_asked(audit)
    return answer, f"{rest}."


def no_mailbox_came(audit: Audit) -> bool:
    """Whether nothing is known of the mailboxes: none came, and there may be some."""
    source = _mailboxes_of(audit)
    return not audit.summary.mailboxes and source is not None and source.status != "read"


def _mailboxes_of(audit: Audit) -> SourceOf | None:
    return next((each for each in audit.sources if each.name == MAILBOXES), None)


def _not_asked(audit: Audit) -> str:
    """That no rule was asked by which a mailbox is known to work; empty where one was."""
    every = catalogue()
    asked = {each.rule.id for each in audit.rules}
    if any(rule.decisive and rule.id in asked for rule in every):
        return ""
    were = "was" if len(asked) == 1 else "were"
    return (
        f". {len(asked)} of {len(every)} rules {were} asked, and none of those that show whether"
        " a mailbox works"
    )


def recap(audit: Audit) -> str:
    """The answer in a line, for the end of a report that scrolls."""
    standing, severities = audit.summary.standing, audit.summary.severities
    return (
        f"{counted(standing.synchronizing, 'synchronizing mailbox', 'synchronizing mailboxes')}: "
        f"{standing.working:,} {'works' if standing.working == 1 else 'work'}, "
        f"{_unsupported(standing.unsupported)}"
        f"{standing.broken:,} broken, {standing.unknown:,} unknown. "
        f"{counted(severities.error, 'error', 'errors')}, "
        f"{counted(severities.warning, 'warning', 'warnings')}, "
        f"{counted(severities.note, 'note', 'notes')}, "
        f"{audit.summary.verdicts.undetermined:,} undetermined."
    )


def _unsupported(count: int) -> str:
    """Those that work in a way that Microsoft does not support; left out where there is none."""
    works = "works" if count == 1 else "work"
    return f"{count:,} {works} but {'is' if count == 1 else 'are'} unsupported, " if count else ""


def _of(count: int, verb: str) -> str:
    return f"{count:,} {verb}"


def _because(reason: str) -> str:
    return f" ({plain(reason).rstrip('.')})" if reason else ""
