"""What a plan is to repair: each cause of an audit, or the same one of mailboxes that are alike."""

from collections.abc import Iterator

from auditor.findings.causes import Causes
from auditor.findings.findings import Findings
from auditor.findings.repairs import Repair, repairs_of
from auditor.findings.standing import Standings
from auditor.judging.mailbox_group import MailboxGroup, in_order
from auditor.model import RootCause
from auditor.plan.search import Aim, keys_of
from auditor.plan.trying.bench import Bench
from rules.verdict import EFFECTS, SEVERITIES, Fail


class Aims:
    """The aims of one audit."""

    def __init__(self, bench: Bench, findings: Findings) -> None:
        self._bench = bench
        self._findings = findings

    def all(self) -> Iterator[tuple[Aim, int, tuple[str, ...]]]:
        """Each aim, with the mailboxes that its repair is said to make work, and its remedies."""
        for cause in Causes(Standings(self._bench.verdicts, self._findings)).shared():
            yield self.of_cause(cause), cause.repairs, cause.steps
        for group in in_order(self._bench.before.groups):
            own = self.repairs(group)
            stands = self._bench.stood(group)
            for repair in own:
                alone = len(own) == 1 and stands not in (None, "unknown")
                yield self.of_group(group, repair), group.count if alone else 0, repair.steps

    def of_cause(self, cause: RootCause) -> Aim:
        """The aim of a cause that lies in no mailbox."""
        return Aim(
            rules=cause.rules,
            subject=cause.subject,
            targets=keys_of(cause.rules, cause.subject),
            gravity=(tuple(EFFECTS).index(cause.effect), SEVERITIES.index(cause.severity)),
            mailboxes=cause.mailboxes,
            cause=cause.id,
            profile=cause.subject.id if cause.subject.kind == "profile" else None,
            most=cause.repairs,
        )

    def of_group(self, group: MailboxGroup, repair: Repair) -> Aim:
        """The aim of one repair for the mailboxes of a group."""
        ids = [each.row.mailboxid for each in self._bench.stand_ins(group.number)]
        is_used = group.configuration.mailbox.synchronizing is True
        return Aim(
            rules=repair.rules,
            subject=None,
            targets=frozenset((rule, "mailbox", id) for rule in repair.rules for id in ids),
            gravity=repair.gravity,
            mailboxes=group.count if is_used else 0,
            repair=repair,
            group=group,
            profile=group.configuration.profile_id,
            most=0 if self._bench.stood(group) is None else group.count,
        )

    def repairs(self, group: MailboxGroup) -> tuple[Repair, ...]:
        """What is to be repaired of the own records of a group's mailboxes."""
        rules = self._bench.rules
        return repairs_of(
            (rules[id], each) for id, each in group.verdicts.items() if isinstance(each, Fail)
        )
