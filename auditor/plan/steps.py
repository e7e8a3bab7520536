"""A plan: its steps, what each changes and what that was shown to change. Plain values.

What a step lists of mailboxes may be made anew whenever it is gone through, for a million of them.
"""

from collections.abc import Collection, Mapping

from msgspec import Struct

from auditor.differences import Difference
from auditor.model import Subject
from auditor.plan.columns import Value


class Change(Struct, frozen=True):
    """One column of one record. Values are as the record holds them; None: empty."""

    subject: Subject
    column: str
    before: Value
    after: Value

    def undone(self) -> "Change":
        """The change back."""
        return Change(self.subject, self.column, self.after, self.before)


class Step(Struct, frozen=True, kw_only=True):
    """What an administrator does in one go.

    `causes` are the ids of those that it repairs. Where it is `provable`, `changes` were made in
    memory and judged again: `difference` is what came out, each step by itself, or after those in
    `after`. Else `reason` says why nothing can be shown beforehand, and `difference` is None.
    `repairs` counts the mailboxes that work afterwards, and `improves` those that stand better and
    do not work yet. `held` says of mailboxes that less keeps
    from working and that do not work yet, how many each rule still keeps from it; what was not
    read goes by an id of no letters. `statements` are those that stand in the way where no
    supported configuration was found.

    `clears` counts the findings that are cleared by their rules; `place` orders steps that repair
    as many mailboxes.
    """

    id: str
    causes: Collection[str]
    provable: bool
    title: str
    after: tuple[str, ...] = ()
    changes: Collection[Change] = ()
    difference: Difference | None = None
    repairs: int = 0
    improves: int = 0
    held: Mapping[str, int] = {}
    undo: Collection[Change] = ()
    reason: str = ""
    statements: tuple[str, ...] = ()
    subjects: Collection[Subject] = ()
    clears: Mapping[str, int] = {}
    place: tuple[int, ...] = ()


class Plan(Struct, frozen=True, kw_only=True):
    """Every step, those that repair most first. `complete` False: not everything was read."""

    environment: str
    url: str
    started_at: str
    version: str
    headline: str
    complete: bool
    steps: tuple[Step, ...]
