"""Judges what is no mailbox: the organisation, its profiles, mail servers and tenant.

Tested in `tests/auditor/judging/test_others.py` and `tests/auditor/findings/test_standing.py`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from msgspec.structs import replace

from auditor.judging.judged import Judged
from auditor.judging.mailbox_group import judged
from auditor.judging.profile_use import as_used
from auditor.selection import EVERYTHING, Selection
from connectors.normalisation.facts import MAILBOXES, Facts
from connectors.normalisation.mail_servers.facts import target_of, untold_server
from connectors.normalisation.profile.profiles import SOURCE as PROFILES
from rules.evidence import Cause
from rules.facts import (
    EmailServerProfile,
    Every,
    ExchangeTenant,
    Fact,
    Mailbox,
    MailServer,
    Organization,
    ProfileUse,
)
from rules.judge import Judge
from rules.rule import Rule
from rules.unknown import Unknown
from rules.verdict import Fail, NotApplicable, Undetermined, Verdict

F = TypeVar("F")

_NOT_YET = Cause("source", MAILBOXES, "not-yet-read")
_LATER = Unknown("The mailboxes were not read yet.", "", _NOT_YET)
_UNUSED: Verdict = NotApplicable(
    "Profiles name this server for a direction that none of their mailboxes uses."
)

_OF_ITS_OWN = frozenset({"id", "name", "origins"})


class Others:
    """What is no mailbox, judged once the mailboxes were read, and guessed at before.

    `asked` is the judge of what is reported, of subjects that `only` names. `beside` has rules
    that are not reported; they are asked of every subject, and the asked ones of those that are
    not named, for what bears on a mailbox makes how it stands, whatever the report was narrowed to.
    """

    def __init__(self, facts: Facts, asked: Judge, beside: Judge, only: Selection) -> None:
        self._facts = facts
        self._asked = asked
        self._beside = beside
        self._only = only

    def listings(self, uses: Mapping[str, ProfileUse]) -> dict[Any, object]:
        """The listings of what is no mailbox, each whole or why one of its kind may be missing.

        Profiles are as their mailboxes use them; a mail server that no direction in use leads to
        is none of them.
        """
        facts = self._facts
        gaps = missing(facts, uses)
        used = _servers_in_use(facts, uses)
        servers = [each for each in facts.mail_servers if each.id in used]
        return {
            Every[EmailServerProfile]: _every(gaps["profile"], _profiles_as_used(facts, uses)),
            Every[MailServer]: _every(gaps["email-system"], servers),
        }

    def judged(
        self, listings: Mapping[Any, object], uses: Mapping[str, ProfileUse]
    ) -> tuple[list[Judged], list[Judged]]:
        """The verdicts that are reported, and those that only bear on mailboxes."""
        asked = self._asked.knowing(listings)
        reported = self._of(asked, uses, self._only)
        beside = self._of(self._beside.knowing(listings), uses, EVERYTHING)
        if self._only:
            known = {(each.rule.id, each.id) for each in reported}
            rest = self._of(asked, uses, EVERYTHING)
            beside += [each for each in rest if (each.rule.id, each.id) not in known]
        return reported, beside

    def knowing(self, facts: Facts) -> "Others":
        """The same of these facts."""
        return Others(facts, self._asked, self._beside, self._only)

    def ahead(self, possible: Iterable[EmailServerProfile] = ()) -> list[Judged]:
        """What may fail once the mailboxes are read, so that those it bears on are kept.

        Profiles are taken to be used in the way that most rules object to; what rests on the
        listing of mailboxes is taken to fail. `possible` are profiles as they may turn out to be.
        """
        listings = {Every[Mailbox]: _LATER, **self.listings({})}
        alike = _alike((*self._facts.profiles.values(), *possible))
        found: list[Judged] = []
        for whole in (self._asked, self._beside):
            # What weighs nothing keeps no mailbox, and a rule's effect is the gravest it can give.
            weighing = [rule for rule in whole.rules if rule.effect in ("stops", "unsupported")]
            judge = Judge(weighing, whole.edition, {**whole.shared, **listings})
            found += _feared(self._of_but_profiles(judge, {}, EVERYTHING))
            for receiving, sending in ((2, 2), (2, 0), (0, 2)):
                use = _worst_use(receiving, sending)
                for some in alike:
                    found += _feared_of(judge, some, use)
        return found

    def _of(self, judge: Judge, uses: Mapping[str, ProfileUse], only: Selection) -> list[Judged]:
        return [*self._of_but_profiles(judge, uses, only), *self._of_profiles(judge, uses, only)]

    def _of_profiles(
        self, judge: Judge, uses: Mapping[str, ProfileUse], only: Selection
    ) -> Iterator[Judged]:
        rules = judge.about("profile")
        for id, profile in self._facts.profiles.items():
            if only.names("profile", profile.name, id):
                yield from _of_profile(judge, rules, profile, uses[id])

    def _of_but_profiles(
        self, judge: Judge, uses: Mapping[str, ProfileUse], only: Selection
    ) -> list[Judged]:
        facts = self._facts
        found: list[Judged] = []
        own = facts.organization
        # One whose name could not be read may be the one that is meant.
        is_meant = not own.name or only.names("organization", own.name, own.id)
        for rule in judge.about("organization") if is_meant else ():
            found.append(Judged(rule, "", own.name, judged(judge, rule, {Organization: own})))
        rules, used = judge.about("email-system"), _servers_in_use(facts, uses)
        for server in facts.mail_servers:
            if only.names("email-system", server.id):
                for rule in rules:
                    verdict = _UNUSED
                    if server.id in used:
                        verdict = judged(judge, rule, {MailServer: server})
                    found.append(Judged(rule, server.id, server.id, verdict))
        for rule in judge.about("tenant"):
            verdict = judged(judge, rule, {ExchangeTenant: facts.tenant})
            found.append(Judged(rule, "", "", verdict))
        return found


def _of_profile(
    judge: Judge, rules: Iterable[Rule], profile: EmailServerProfile, use: ProfileUse
) -> Iterator[Judged]:
    known = {EmailServerProfile: as_used(profile, use), ProfileUse: use}
    for rule in rules:
        yield Judged(rule, profile.id, profile.name, judged(judge, rule, known))


def _feared_of(judge: Judge, alike: list[EmailServerProfile], use: ProfileUse) -> Iterator[Judged]:
    """What may fail of profiles that are alike: the first is asked for all of them."""
    for each in _feared(_of_profile(judge, judge.about("profile"), alike[0], use)):
        yield each
        for own in alike[1:]:
            verdict = each.verdict
            if isinstance(verdict, Undetermined) and verdict.evidence:
                # What one record leaves open may have its cause elsewhere, which evidence tells.
                yield from _feared(_of_profile(judge, [each.rule], own, use))
            else:
                yield Judged(each.rule, own.id, own.name, verdict)


def _alike(profiles: Iterable[EmailServerProfile]) -> list[list[EmailServerProfile]]:
    """The profiles in lists of those that differ in name, id and evidence alone.

    No rule goes by these, so that whether one fails is the same for all of a list.
    """
    found: dict[object, list[EmailServerProfile]] = {}
    for profile in profiles:
        found.setdefault(_settings(profile), []).append(profile)
    return list(found.values())


def _settings(value: object) -> object:
    if isinstance(value, Fact):
        names = [name for name in value.__struct_fields__ if name not in _OF_ITS_OWN]
        return (type(value), *(_settings(getattr(value, name)) for name in names))
    if isinstance(value, Mapping):
        return tuple((key, _settings(each)) for key, each in value.items())
    return value


def missing(facts: Facts, uses: Mapping[str, ProfileUse]) -> dict[str, Unknown | None]:
    """For each kind of subject why one may be missing; None: none is.

    The mailboxes' is final once their pages were read.
    """
    profiles, mailboxes = facts.readings[PROFILES].state, facts.stream.state
    unread = None if profiles.whole else profiles.unknown()
    return {
        "profile": unread,
        "email-system": unread or untold_server(_profiles_as_used(facts, uses)),
        "mailbox": None if mailboxes.whole else mailboxes.unknown(),
    }


def _profiles_as_used(facts: Facts, uses: Mapping[str, ProfileUse]) -> Iterator[EmailServerProfile]:
    """Each profile with the directions that its mailboxes use; both where no use is given."""
    for id, profile in facts.profiles.items():
        yield as_used(profile, uses[id]) if id in uses else profile


def _servers_in_use(facts: Facts, uses: Mapping[str, ProfileUse]) -> frozenset[str]:
    """The ids of the mail servers that active profiles lead to by a direction in use."""
    targets = (
        target_of(connection)
        for profile in _profiles_as_used(facts, uses)
        if profile.active is True
        for connection in profile.connections
    )
    return frozenset(target.id for target in targets if target is not None)


def _every(gap: Unknown | None, found: Iterable[F]) -> Every[F] | Unknown:
    """A listing, whole where none of its kind may be missing."""
    return gap or Every(counted=tuple((each, 1) for each in found))


def _worst_use(receiving: int, sending: int) -> ProfileUse:
    names = [name for name in ProfileUse.__struct_fields__ if name != "origins"]
    return ProfileUse(
        mailboxes=2,
        synchronizing_mailboxes=2,
        receiving_mailboxes=receiving,
        sending_mailboxes=sending,
        sends_in_tenant_read=True,
        synchronizing_appointments=2,
        counted_all=True,
        tested_or_synchronized_since_change=False,
        synchronized_since_test=False,
        origins=dict.fromkeys(names, ()),
    )


def _feared(found: Iterable[Judged]) -> Iterator[Judged]:
    """What fails or may fail; there is much more that does not, and none of it keeps a mailbox."""
    for each in found:
        verdict = each.verdict
        if isinstance(verdict, Undetermined) and verdict.cause == _NOT_YET:
            yield replace(each, verdict=Fail(verdict.message, ()))
        elif isinstance(verdict, Fail | Undetermined):
            yield each
