"""What a script writes: for each change the record, the column and the values, ready to send."""

from collections.abc import Iterator
from typing import Any

from auditor.plan.columns import columns
from auditor.plan.steps import Plan

SETS = {
    "profile": "emailserverprofiles",
    "mailbox": "mailboxes",
    "organization": "organizations",
}
_STATUS = {0: 1, 1: 2}
"""The reason that belongs to each state, as the Web API sets it."""


def writes(plan: Plan) -> Iterator[dict[str, Any]]:
    """The changes of the proven steps in Dynamics 365, in the order of the plan, each once."""
    met = set()
    for step in plan.steps:
        for change in step.changes:
            key = (change.subject.kind, change.subject.id, change.column)
            if change.subject.kind == "tenant" or key in met:
                continue
            met.add(key)
            column = columns(change.subject.kind)[change.column]
            yield {
                "step": step.id,
                "record": f"{SETS[change.subject.kind]}({change.subject.id})",
                "name": change.subject.name,
                "column": change.column,
                "before": change.before,
                "after": change.after,
                "is_profile": column.form == "profile",
                "status": _STATUS if change.column == "statecode" else None,
            }


def tenant_commands(plan: Plan) -> Iterator[tuple[str, str, object, object]]:
    """The changes of Exchange Online: the cmdlet, its parameter, the values before and after."""
    for step in plan.steps:
        for change in step.changes:
            if change.subject.kind == "tenant":
                words = columns("tenant")[change.column].words
                cmdlet = words.partition("(")[2].rstrip(")")
                yield cmdlet, change.column, change.before, change.after


def one_line(text: str) -> str:
    """A text that ends no comment: names come from the tenant."""
    return "".join(each if each.isprintable() else " " for each in text)
