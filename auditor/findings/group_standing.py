"""How the mailboxes of one group stand: the one place that weighs what bears on them."""

from collections.abc import Mapping
from typing import NamedTuple

from auditor.findings.repairs import Repair
from auditor.judging.bearing import Bearing, Weight, weight_of
from auditor.judging.mailbox_group import MailboxGroup
from auditor.judging.mailbox_judge import failing
from auditor.model import MailboxStanding
from rules.rule import Rule


class GroupStanding(NamedTuple):
    """How the mailboxes of one group stand. Causes that are shared go by number.

    `shared` are those that bear on them, `own` the repairs of their own records; `keeping` and
    `own_keeping` are the ones of these that keep them from working. `is_open`: they are unknown
    once that is repaired.
    """

    standing: MailboxStanding | None
    shared: tuple[int, ...]
    own: tuple[Repair, ...]
    keeping: frozenset[int]
    own_keeping: tuple[int, ...]
    is_open: bool


def standing_of(
    bearing: Bearing, group: MailboxGroup, rules: Mapping[str, Rule]
) -> tuple[MailboxStanding | None, Mapping[str, Weight], bool]:
    """How the mailboxes of a group stand, None: they work.

    With the weights of their own failing rules that count, and whether they are unknown once all
    that is repaired.
    """
    borne = bearing.on(group.configuration)
    mailbox = group.configuration.mailbox
    shown = bearing.shown(mailbox)
    weights: dict[str, Weight] = {}
    is_open = borne.is_open or bearing.is_open(group.verdicts, rules)
    for id, verdict in failing(group.verdicts):
        weight, may_stop = weight_of(rules[id], verdict), bearing.leaves_open(rules[id], verdict)
        if not (weight or may_stop) or bearing.contradicted(rules[id], verdict, mailbox, shown):
            continue
        is_open |= may_stop
        if bearing.may_be_contradicted(rules[id], verdict, mailbox, shown):
            is_open = True
        elif weight is not None:
            weights[id] = weight
    found = {*weights.values(), *borne.weights.values()}
    if "stops" in found:
        return "broken", weights, is_open
    if is_open:
        return "unknown", weights, is_open
    return ("unsupported" if found else None), weights, is_open
