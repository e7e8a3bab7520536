"""Asks rules about facts. A fact that is unknown ends the rule as undetermined."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from rules.edition import Edition
from rules.evidence import Evidence
from rules.facts import (
    AddressUse,
    EmailServerProfile,
    Fact,
    Mailbox,
    Organization,
    ProfileUse,
)
from rules.option_sets import Deployment
from rules.possible import Marked, failure, marked, told
from rules.rule import Rule, is_listing
from rules.unknown import Undecided, Unknown, all_of, known
from rules.verdict import Fail, NotApplicable, Undetermined, Verdict

NEED_ALL_MAILBOXES = (AddressUse,)
"""Facts of a mailbox that are known only once every mailbox was read."""


_MOST_MARKED = 32
"""So many facts are remembered with their unknown fields marked: those of a few subjects."""


class Judge:
    """The rules that apply in one edition, with the facts that exist once for an audit.

    `shared` maps a fact type (or `Every[...]`) to the fact or to why it is unknown. `edition` is
    an Unknown where deployment or version could not be established: rules that cite statements
    are undetermined then. A judge never changes; `knowing` makes another one.

        judge = Judge(catalogue(), load("online"), {Organization: organization})
        for rule in judge.about("profile"):
            verdict = judge.judge(rule, {EmailServerProfile: profile, ProfileUse: use})
    """

    def __init__(
        self, rules: Iterable[Rule], edition: Edition | Unknown, shared: Mapping[Any, object]
    ) -> None:
        self.edition = edition
        self.rules = tuple(rules)
        self.shared: Mapping[Any, object] = MappingProxyType({**shared, Edition: edition})
        self._marks: dict[int, tuple[Fact, Marked]] = {}
        told = () if isinstance(edition, Unknown) else edition.statements
        in_force = {each.id for each in told}
        self._cited = {
            rule.id: tuple(id for id in rule.statements if id in in_force) for rule in self.rules
        }
        fitting = self._deployments()
        beside = {each.id for each in told if fitting and each.deployment not in fitting}
        self._reached = {
            id: tuple(each for each in cited if each not in beside)
            for id, cited in self._cited.items()
        }

    def knowing(self, more: Mapping[Any, object]) -> "Judge":
        """A judge of the same rules and edition that knows these facts too."""
        return Judge(self.rules, self.edition, {**self.shared, **more})

    def _deployments(self) -> tuple[str | None, ...]:
        """Those that a statement may be about to reach the organisation; none: any."""
        organization = self.shared.get(Organization)
        deployment = organization.deployment if isinstance(organization, Organization) else None
        return (None, deployment.value) if isinstance(deployment, Deployment) else ()

    def speaks(self, rule: Rule) -> bool:
        """Whether the rule applies in the edition: it cites no statement, or one of the edition."""
        return not rule.statements or isinstance(self.edition, Unknown) or bool(self.cited(rule))

    def cited(self, rule: Rule) -> tuple[str, ...]:
        """The statements of the edition that the rule decides."""
        return self._cited[rule.id]

    def reach(self, rule: Rule) -> tuple[str, ...]:
        """Of those, the ones that a verdict may be about: no cell of the other deployment."""
        return self._reached[rule.id]

    def about(self, subject: str, *, needs_all_mailboxes: bool | None = None) -> tuple[Rule, ...]:
        """The rules on one kind of subject.

        `needs_all_mailboxes` narrows them to those that must wait for every mailbox, or need not.
        """
        return tuple(
            rule
            for rule in self.rules
            if rule.subject == subject
            and (needs_all_mailboxes is None or _needs_all(rule) is needs_all_mailboxes)
        )

    def judge(self, rule: Rule, facts: Mapping[Any, object]) -> Verdict:
        """The verdict of one rule on one subject.

        `facts` maps each fact type of the subject to its fact. The verdict names the statements
        it decides, those of the edition only.
        """
        return self.located(rule, facts, self.unlocated(rule, facts))

    def unlocated(self, rule: Rule, facts: Mapping[Any, object]) -> Verdict:
        """As `judge`, but an open verdict may lack where it was looked for.

        It rests on nothing but what the rule reads of the facts.
        """
        if not self.speaks(rule):
            return NotApplicable("The edition of the support document says nothing of this.")
        verdict: Verdict
        try:
            verdict = self._asked(rule, facts)
        except Undecided as undecided:
            verdict = self._whatever(rule, facts) or undetermined(undecided.unknown)
        if isinstance(verdict, Undetermined) and verdict.unknown is not None:
            verdict = self._whatever(rule, facts) or replace(verdict, unknown=None)
        return self._decided(rule, verdict)

    def located(self, rule: Rule, facts: Mapping[Any, object], verdict: Verdict) -> Verdict:
        """The verdict of the rule, with where it was looked for if nothing else shows that."""
        if not isinstance(verdict, Undetermined) or verdict.cause or verdict.evidence:
            return verdict
        looked_at = [facts.get(need, self.shared.get(need)) for _, need in rule.needs]
        return replace(verdict, evidence=_of_the_unknown(verdict.message, looked_at))

    def _asked(self, rule: Rule, facts: Mapping[Any, object]) -> Verdict:
        """What the rule says of the facts. Raises `Undecided` at an unknown one that it needs."""
        if rule.statements:
            known(self.edition)
        outside = _outside(rule, facts)
        if outside is not None:
            return NotApplicable(outside)
        arguments = [facts[need] if need in facts else self.shared[need] for _, need in rule.needs]
        for (name, _), fact in zip(rule.needs, arguments, strict=True):
            if isinstance(fact, Unknown) and name not in rule.may_be_unknown:
                raise Undecided(fact)
        return rule.check(*arguments)

    def _whatever(self, rule: Rule, facts: Mapping[Any, object]) -> Fail | None:
        """The failure that every value of what is unknown leads to; None where one does not."""
        looked_at = {need: self.shared[need] for _, need in rule.needs if need in self.shared}
        given = {
            need: self._marked(fact)
            for need, fact in {**looked_at, **facts}.items()
            if isinstance(fact, Fact)
        }
        found = failure(lambda tried: self._asked(rule, {**facts, **tried}), given)
        return None if found is None else told(found, rule)

    def _marked(self, fact: Fact) -> Marked:
        """The fact as `marked` makes it; the rules on one subject ask for the same ones."""
        known_one = self._marks.get(id(fact))
        if known_one is not None and known_one[0] is fact:
            return known_one[1]
        if len(self._marks) >= _MOST_MARKED:
            self._marks.clear()
        made = marked(fact)
        self._marks[id(fact)] = (fact, made)
        return made

    def _decided(self, rule: Rule, verdict: Verdict) -> Verdict:
        if isinstance(verdict, NotApplicable):
            return verdict
        cited = self.cited(rule)
        named = verdict.statements
        statements = self.reach(rule) if named is None else tuple(id for id in named if id in cited)
        return replace(verdict, statements=statements)


def undetermined(unknown: Unknown) -> Undetermined:
    """The verdict that an unknown fact leads to."""
    return Undetermined(
        message=unknown.reason,
        remedy=unknown.remedy,
        cause=unknown.cause,
        evidence=unknown.evidence,
    )


def _of_the_unknown(reason: str, facts: Iterable[object]) -> tuple[Evidence, ...]:
    """The evidence of the first field that is unknown for this reason: where it was looked for."""
    for fact, name in _fields(facts):
        value = getattr(fact, name)
        if isinstance(value, Unknown) and value.reason == reason:
            return fact.origins.get(name, ())
    return ()


def _fields(facts: Iterable[object]) -> Iterator[tuple[Fact, str]]:
    for fact in facts:
        if isinstance(fact, Fact):
            names = [name for name in fact.__struct_fields__ if name != "origins"]
            yield from ((fact, name) for name in names)
            yield from _fields(getattr(fact, name) for name in names)


def _needs_all(rule: Rule) -> bool:
    return any(need in NEED_ALL_MAILBOXES or is_listing(need) for _, need in rule.needs)


def _outside(rule: Rule, facts: Mapping[Any, object]) -> str | None:
    """Why the subject is outside the rule's population; None where it is inside."""
    if rule.population == "synchronizing":
        mailbox = facts[Mailbox]
        assert isinstance(mailbox, Mailbox)
        if not known(mailbox.synchronizing):
            return "The mailbox is not meant to synchronize."
    elif rule.population == "in-use":
        profile = facts[EmailServerProfile]
        use = facts[ProfileUse]
        assert isinstance(profile, EmailServerProfile)
        assert isinstance(use, ProfileUse)
        if not all_of([profile.active, _used(use)]):
            return "The profile is inactive, or no synchronizing mailbox uses it."
    return None


def _used(use: ProfileUse) -> bool | Unknown:
    count = use.synchronizing_mailboxes
    return count if isinstance(count, Unknown) else count > 0
