"""What bears on a mailbox: the verdicts of its profile, its mail servers, tenant, organisation.

They are joined once for all mailboxes that are alike in profile, delivery methods and what
Dynamics 365 shows of them, never for each mailbox.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, TypeAlias

from auditor.judging.judged import Judged
from auditor.judging.shown import Shown, ShownOnce
from connectors.normalisation.facts import Facts
from connectors.normalisation.mail_servers.facts import target_of
from connectors.normalisation.mailbox.configurations import Configuration
from connectors.normalisation.unknowns import is_withheld
from connectors.sources.source import is_narrowed
from rules.directions import uses
from rules.evidence import Cause
from rules.facts import EmailServerProfile, Mailbox
from rules.rule import Rule
from rules.thresholds import Thresholds
from rules.unknown import Unknown
from rules.verdict import Effect, Fail, Severity, Undetermined, Verdict

Weight: TypeAlias = Literal["stops", "unsupported"]
"""What a failing verdict makes of a mailbox that would work without it."""

SHARED = ("profile", "email-system", "tenant", "organization")
"""The kinds of subjects, beside mailboxes, whose verdicts bear on mailboxes."""


class Borne(NamedTuple):
    """What bears on mailboxes that are alike.

    `verdicts` are places among all the verdicts handed in, of those that fail; `weights` says for
    the ones that count what they make of the mailbox. `contradicted` are places of those that
    Dynamics 365 contradicts, `is_open` that one could fail and what decides it was not read.
    """

    verdicts: tuple[int, ...]
    weights: Mapping[int, Weight]
    contradicted: frozenset[int]
    is_open: bool


class Bearing:
    """The failing verdicts of an audit on anything but mailboxes, by the mailboxes they concern.

    `shown` is that of an earlier bearing on the same facts, so that nothing is looked at twice.
    """

    def __init__(
        self,
        facts: Facts,
        thresholds: Thresholds,
        judged: Iterable[Judged],
        shown: ShownOnce | None = None,
    ) -> None:
        self.judged = tuple(judged)
        self._facts = facts
        self.shown_once = shown or ShownOnce(facts.organization, thresholds)
        self._unread = {
            state.name for state in facts.states() if state.status in ("failed", "partial")
        }
        self._by_subject: dict[tuple[str, str], list[int]] = {}
        for place, each in enumerate(self.judged):
            if isinstance(each.verdict, Fail | Undetermined):
                self._by_subject.setdefault((each.rule.subject, each.id), []).append(place)
        self._known: dict[tuple[object, ...], Borne] = {}
        self._open: dict[int, tuple[Mapping[str, Verdict], bool]] = {}

    def on(self, configuration: Configuration) -> Borne:
        """What bears on the synchronizing mailboxes of one configuration."""
        mailbox = configuration.mailbox
        shown = self.shown(mailbox)
        alike = (
            configuration.profile_id,
            _told(mailbox.incoming_method),
            _told(mailbox.outgoing_method),
            _told(mailbox.act_method),
            shown,
        )
        found = self._known.get(alike)
        if found is None:
            found = self._known[alike] = self._join(configuration, shown)
        return found

    def shown(self, mailbox: Mailbox) -> Shown:
        """Over which directions Dynamics 365 shows the mailbox to work."""
        return self.shown_once.of(mailbox)

    def contradicted(self, rule: Rule, verdict: Verdict, mailbox: Mailbox, shown: Shown) -> bool:
        """Whether a failure is only inferred, and Dynamics 365 shows that it does not hold."""
        concerned = _inferred_of(rule, verdict, mailbox)
        return bool(concerned) and concerned <= shown.for_subject(rule.subject).shown

    def may_be_contradicted(
        self, rule: Rule, verdict: Verdict, mailbox: Mailbox, shown: Shown
    ) -> bool:
        """Whether a failure is only inferred, and what might contradict it was not read."""
        concerned = _inferred_of(rule, verdict, mailbox)
        success = shown.for_subject(rule.subject)
        return bool(concerned) and concerned <= success.possible and not concerned <= success.shown

    def leaves_open(self, rule: Rule, verdict: Verdict) -> bool:
        """Whether the verdict might stop a mailbox and rests on what was not read.

        That is a source, a column that was withheld, or the mailboxes that nobody named. One that a
        version does not have is not there to be read, unless the record holds the fault that it may
        excuse. A failure that stops no mailbox at best may stop some at worst.
        """
        if isinstance(verdict, Fail):
            return any(map(self._was_not_read, verdict.may_stop))
        if rule.effect != "stops" or not isinstance(verdict, Undetermined):
            return False
        return verdict.suspected or (
            verdict.cause is not None and self._was_not_read(verdict.cause)
        )

    def _was_not_read(self, cause: Cause) -> bool:
        return cause.kind == "source" and (
            cause.name in self._unread or is_withheld(cause.code) or is_narrowed(cause.code)
        )

    def is_open(self, verdicts: Mapping[str, Verdict], rules: Mapping[str, Rule]) -> bool:
        """Whether a mailbox's own verdicts leave open whether it works.

        What Dynamics 365 itself must show is undetermined or was not asked, or a rule that might
        stop the mailbox rests on a source that was not read.
        """
        known = self._open.get(id(verdicts))
        if known is None:
            # Verdicts are held, for an id is that of one object as long as it lives.
            known = self._open[id(verdicts)] = (verdicts, self._leave_open(verdicts, rules))
        return known[1]

    def _leave_open(self, verdicts: Mapping[str, Verdict], rules: Mapping[str, Rule]) -> bool:
        asked = False
        for id, verdict in verdicts.items():
            rule = rules[id]
            asked = asked or rule.decisive
            if isinstance(verdict, Undetermined) and (
                rule.decisive or self.leaves_open(rule, verdict)
            ):
                return True
        return not asked

    def keeps(
        self,
        configuration: Configuration,
        verdicts: Mapping[str, Verdict],
        rules: Mapping[str, Rule],
    ) -> bool:
        """Whether mailboxes of the configuration are to be named, for they may not simply work.

        Their own failures aside, which keep them anyway. One of which it is unknown whether it is
        meant to synchronize is named too, for it may have stood somehow before.
        """
        if configuration.mailbox.synchronizing is not True:
            return isinstance(configuration.mailbox.synchronizing, Unknown)
        borne = self.on(configuration)
        return bool(borne.weights) or borne.is_open or self.is_open(verdicts, rules)

    def _join(self, configuration: Configuration, shown: Shown) -> Borne:
        mailbox = configuration.mailbox
        verdicts: list[int] = []
        weights: dict[int, Weight] = {}
        contradicted: set[int] = set()
        is_open = False
        for subject in self.subjects(configuration):
            for place in self._by_subject.get(subject, ()):
                rule, verdict = self.judged[place].rule, self.judged[place].verdict
                concerns = rule.bears_on(mailbox, self._facts.organization)
                if isinstance(verdict, Undetermined):
                    # What mailboxes that were not read may show is contradicted as it would be.
                    counts = not _rests_on_others(verdict) or not self.contradicted(
                        rule, Fail("", ()), mailbox, shown
                    )
                    is_open |= counts and concerns is not False and self.leaves_open(rule, verdict)
                    continue
                assert isinstance(verdict, Fail)
                # Advice is about the subject itself, whatever becomes of its mailboxes.
                is_advice = effect_of(rule, verdict) == "advice"
                if concerns is not True or is_advice or not _concerns(verdict, mailbox):
                    continue
                verdicts.append(place)
                if self.contradicted(rule, verdict, mailbox, shown):
                    contradicted.add(place)
                    continue
                is_open |= self.leaves_open(rule, verdict)
                if self.may_be_contradicted(rule, verdict, mailbox, shown):
                    is_open |= weight_of(rule, verdict) is not None
                elif weight := weight_of(rule, verdict):
                    weights[place] = weight
        return Borne(tuple(verdicts), weights, frozenset(contradicted), is_open)

    def subjects(self, configuration: Configuration) -> Iterable[tuple[str, str]]:
        """Kind and id of what bears on mailboxes of a configuration, beside their own record."""
        mailbox = configuration.mailbox
        if configuration.profile_id is not None:
            yield "profile", configuration.profile_id
        profile = mailbox.profile
        if isinstance(profile, EmailServerProfile):
            targets = {
                target.id: None
                for connection in profile.connections
                if uses(mailbox, connection) is True and (target := target_of(connection))
            }
            yield from (("email-system", id) for id in targets)
        yield "tenant", ""
        yield "organization", ""


_BOTH = ("incoming", "outgoing")


def effect_of(rule: Rule, verdict: Verdict) -> Effect:
    """The effect of a finding: the verdict's own, else the rule's."""
    return (verdict.effect if isinstance(verdict, Fail) else None) or rule.effect


def severity_of(rule: Rule, verdict: Verdict) -> Severity:
    """The severity of a finding: the verdict's own, else the rule's."""
    return (verdict.severity if isinstance(verdict, Fail) else None) or rule.severity


def weight_of(rule: Rule, verdict: Verdict) -> Weight | None:
    """What a failing verdict makes of a mailbox that it bears on; None: nothing."""
    effect = effect_of(rule, verdict)
    if effect == "stops":
        return "stops"
    if effect == "unsupported" and severity_of(rule, verdict) == "error":
        return "unsupported"
    return None


def _inferred_of(rule: Rule, verdict: Verdict, mailbox: Mailbox) -> set[str]:
    """The directions of a mailbox over which a success counts against a failure."""
    if not isinstance(verdict, Fail) or verdict.foreseen:
        return set()
    is_inferred = rule.inferred if verdict.inferred is None else verdict.inferred
    return _directions(mailbox) & set(verdict.directions or _BOTH) if is_inferred else set()


def _rests_on_others(verdict: Undetermined) -> bool:
    """Whether it is open for mailboxes that nobody named and that were not read."""
    return verdict.cause is not None and is_narrowed(verdict.cause.code)


def _directions(mailbox: Mailbox) -> set[str]:
    """The directions of its profile that a mailbox is known to use."""
    profile = mailbox.profile
    if not isinstance(profile, EmailServerProfile):
        return set(_BOTH)
    return {each.direction for each in profile.connections if uses(mailbox, each) is True}


def _concerns(verdict: Fail, mailbox: Mailbox) -> bool:
    return verdict.directions is None or bool(_directions(mailbox) & set(verdict.directions))


def _told(value: object) -> object:
    """A value to compare by: what is unknown for whatever reason is one."""
    return value if isinstance(value, int) else None
