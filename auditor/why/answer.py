"""What is told of a subject: its facts, verdicts, standing and what would repair it.

Tested in `tests/auditor/why/test_explaining.py`.
"""

from typing import Any

from msgspec import Struct

from auditor.model import MailboxEntry, Subject, Waived
from rules.evidence import Evidence


class Known(Struct, frozen=True):
    """One fact: its value, or why it is unknown, and where it was read.

    `name` is the path of the fact, such as `owner.enabled`.
    """

    name: str
    value: Any
    reason: str
    remedy: str
    evidence: tuple[Evidence, ...]


class Judgement(Struct, frozen=True):
    """What one rule says of the subject, or of `about`, which bears on it."""

    rule: str
    title: str
    severity: str
    outcome: str
    message: str
    remedy: str
    statements: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    waived: Waived | None = None
    effect: str = ""
    about: Subject | None = None


class ToRepair(Struct, frozen=True):
    """One cause that keeps a mailbox from simply working.

    `change` is the smallest change of settings that was shown to repair it, in words; empty where
    none is known. `remedy` is what its gravest rule asks for.
    """

    cause: str
    subject: Subject
    change: str
    remedy: str


class Explanation(Struct, frozen=True):
    """One subject with all its facts and verdicts; findings first.

    Those of a mailbox hold the failing ones of all that bears on it; `standing` says how it
    stands, empty where it is not meant to synchronize, and `to_repair` what keeps it from simply
    working. Of anything else `behind` counts the mailboxes that it bears on by how they stand, and
    `mailboxes` names those that do not simply work, a thousand at most. `names` are what people
    call the records that evidence tells by id.
    """

    subject: Subject
    facts: tuple[Known, ...]
    judgements: tuple[Judgement, ...]
    names: dict[str, str] = {}
    standing: str = ""
    behind: dict[str, int] = {}
    mailboxes: tuple[MailboxEntry, ...] = ()
    to_repair: tuple[ToRepair, ...] = ()


class Answer(Struct, frozen=True):
    """Every subject that was named, and the sources that could not be read in full.

    `suggestions` are subjects whose name, address or id holds the text, where none is it.
    """

    explanations: tuple[Explanation, ...]
    unread: tuple[str, ...]
    suggestions: tuple[Subject, ...] = ()
