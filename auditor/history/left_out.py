"""By which rules mailboxes stand: what runs leave out, as by `--rule`, is no change of a mailbox.

How mailboxes stand is compared with how they stood by the same rules, and once all of them were
read. A rule that only one of two releases has was not left out.
"""

from collections.abc import Collection, Mapping
from typing import Literal, TypeAlias

import msgspec
import sqlalchemy as sa

from auditor.history.context import Context
from auditor.history.fact_rows import Digest
from auditor.history.tables import FACTS
from auditor.model import Audit
from rules.rule import catalogue

KIND = "left-out"
_STANDINGS, _RUN, _ANEW = "standings", "run", "anew"
Basis: TypeAlias = Literal["compared", "anew", "kept"]
"""What becomes of how mailboxes stood: `anew`: the run's take their place, and none is a change."""


class LeftOut:
    """The rules that a run leaves out, and what follows for how its mailboxes stand.

    `known` are the rules that earlier runs asked, `told` what they left here.
    """

    def __init__(
        self,
        context: Context,
        audit: Audit,
        known: Collection[str],
        told: Mapping[str, str],
        *,
        is_whole: bool,
    ) -> None:
        asked = {each.rule.id for each in audit.rules}
        left = {each.id for each in catalogue()} - asked
        self._run = context.new.id if context.old is not None else ""
        self._told = told
        self._left = " ".join(sorted(left))
        # Without a word of rules the last run is one of a release that compared every run.
        never = context.old is None or (_RUN in told and _STANDINGS not in told)
        before = set(told.get(_STANDINGS, "").split())
        is_narrowed = any(each in known and each not in before for each in left)
        self.basis: Basis = "kept"
        if never or asked & before or is_narrowed:
            # A run with few rules, among others, leaves what is known; those that follow do not.
            if is_whole and (never or not is_narrowed or told.get(_RUN) == self._left):
                self.basis = "anew"
        else:
            self.basis = "compared"

    def digests(self) -> dict[str, str]:
        """What the next run is to know."""
        found = {_RUN: self._left}
        if self.basis != "kept":
            found[_STANDINGS] = self._left
        elif _STANDINGS in self._told:
            found[_STANDINGS] = self._told[_STANDINGS]
        if self.basis == "anew" and self._run:
            found[_ANEW] = self._run
        return found


def began_anew(context: Context) -> bool:
    """Whether how mailboxes stand in the run is no change, as the run before knew it otherwise."""
    table = FACTS.c
    chosen = sa.select(table.content).where(
        table.environment == context.environment,
        table.kind == KIND,
        table.begin == context.number,
    )
    found = context.connection.execute(chosen).scalars()
    return any(msgspec.json.decode(each, type=Digest).of == _ANEW for each in found)
