"""Mailboxes that stand for all of their group, so that a million cost what their groups cost.

Mailboxes that every rule judges alike are tried together: at most `MOST_ALIKE` stand for all.
"""

from collections.abc import Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from auditor.judging.judge_all import Verdicts
from connectors.dynamics.tables.mailboxes import MailboxRow

MOST_ALIKE = 50


class StandIn(Struct, frozen=True):
    """One mailbox that stands for `weight` of its group, itself among them."""

    group: int
    row: MailboxRow
    read_at: str
    weight: int


class StandIns:
    """Those of every group, chosen when they are first asked for."""

    def __init__(self, verdicts: Verdicts) -> None:
        self._verdicts = verdicts

    def of(self, group: int) -> Sequence[StandIn]:
        """Those of a group, by its number; the first stands for all that have none of their own."""
        return self._chosen[group]

    def group_of(self, mailbox: str) -> int | None:
        """The group, by number, that a mailbox stands for, by its id; None: it stands for none."""
        return self._group_of.get(mailbox)

    @cached_property
    def _group_of(self) -> dict[str, int]:
        return {each.row.mailboxid: each.group for own in self._chosen.values() for each in own}

    @cached_property
    def _chosen(self) -> dict[int, list[StandIn]]:
        groups = self._verdicts.groups
        names = MailboxRow.__struct_fields__
        found: dict[int, list[StandIn]] = {group.number: [] for group in groups if group.count}
        kept = {group.number for group in groups if group.kept and group.count}
        if kept:
            by_id = self._verdicts.kept.by_id(self._verdicts.moved)
            for numbers, rows in by_id.first_of(kept, names, MOST_ALIKE):
                columns = [rows.columns[name] for name in names]
                for at, number in enumerate(numbers):
                    row = MailboxRow(*(column[at] for column in columns))
                    found[number].append(StandIn(number, row, rows.read_at[at], 1))
        for group in groups:
            if not group.count:
                continue
            own = found[group.number]
            if not own:
                example = group.example
                own.append(StandIn(group.number, example.row, example.read_at, 1))
            own[0] = replace(own[0], weight=group.count - len(own) + 1)
        return found
