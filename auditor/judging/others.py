"""Judges what is no mailbox: the organisation, its profiles, mail servers and tenant.

Tested in `tests/auditor/findings/test_standing.py`.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from msgspec.structs import replace

from auditor.judging.judged import Judged
from auditor.judging.mailbox_group import judged
from auditor.judging.profile_use import as_used
from auditor.selection import EVERYTHING, Selection
from connectors.normalisation.facts import MAILBOXES, Facts
from connectors.normalisation.mail_servers.facts import untold_server
from connectors.normalisation.profiles import SOURCE as PROFILES
from rules.evidence import Cause
from rules.facts import (
    EmailServerProfile,
    Every,
    ExchangeTenant,
    Mailbox,
    MailServer,
    Organization,
    ProfileUse,
)
from rules.judge import Judge
from rules.unknown import Unknown
from rules.verdict import Fail, Undetermined, Verdict

F = TypeVar("F")

_NOT_YET = Cause("source", MAILBOXES, "not-yet-read")
_LATER = Unknown("The mailboxes were not read yet.", "", _NOT_YET)


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

    def listings(self) -> dict[Any, object]:
        """The listings of what is no mailbox, each whole or why one of its kind may be missing."""
        gaps = missing(self._facts)
        return {
            Every[EmailServerProfile]: _every(gaps["profile"], self._facts.profiles.values()),
            Every[MailServer]: _every(gaps["email-system"], self._facts.mail_servers),
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

    def ahead(self) -> list[Judged]:
        """What may fail once the mailboxes are read, so that those it bears on are kept.

        Profiles are taken to be used in the way that most rules object to; what rests on the
        listing of mailboxes is taken to fail.
        """
        listings = {Every[Mailbox]: _LATER, **self.listings()}
        found = []
        for whole in (self._asked, self._beside):
            # What weighs nothing keeps no mailbox, and a rule's effect is the gravest it can give.
            weighing = [rule for rule in whole.rules if rule.effect in ("stops", "unsupported")]
            judge = Judge(weighing, whole.edition, {**whole.shared, **listings})
            found += self._of_but_profiles(judge, EVERYTHING)
            for receiving, sending in ((2, 2), (2, 0), (0, 2)):
                used = dict.fromkeys(self._facts.profiles, _worst_use(receiving, sending))
                found += self._of_profiles(judge, used, EVERYTHING)
        return [replace(each, verdict=_feared(each.verdict)) for each in found]

    def _of(self, judge: Judge, uses: Mapping[str, ProfileUse], only: Selection) -> list[Judged]:
        return self._of_but_profiles(judge, only) + self._of_profiles(judge, uses, only)

    def _of_profiles(
        self, judge: Judge, uses: Mapping[str, ProfileUse], only: Selection
    ) -> list[Judged]:
        rules = judge.about("profile")
        found: list[Judged] = []
        for id, profile in self._facts.profiles.items():
            if only.names("profile", profile.name, id):
                known = {EmailServerProfile: as_used(profile, uses[id]), ProfileUse: uses[id]}
                for rule in rules:
                    found.append(Judged(rule, id, profile.name, judged(judge, rule, known)))
        return found

    def _of_but_profiles(self, judge: Judge, only: Selection) -> list[Judged]:
        facts = self._facts
        found: list[Judged] = []
        own = facts.organization
        # One whose name could not be read may be the one that is meant.
        is_meant = not own.name or only.names("organization", own.name, own.id)
        for rule in judge.about("organization") if is_meant else ():
            found.append(Judged(rule, "", own.name, judged(judge, rule, {Organization: own})))
        rules = judge.about("email-system")
        for server in facts.mail_servers:
            if only.names("email-system", server.id):
                for rule in rules:
                    verdict = judged(judge, rule, {MailServer: server})
                    found.append(Judged(rule, server.id, server.id, verdict))
        for rule in judge.about("tenant"):
            verdict = judged(judge, rule, {ExchangeTenant: facts.tenant})
            found.append(Judged(rule, "", "", verdict))
        return found


def missing(facts: Facts) -> dict[str, Unknown | None]:
    """For each kind of subject why one may be missing; None: none is.

    The mailboxes' is final once their pages were read.
    """
    profiles, mailboxes = facts.readings[PROFILES].state, facts.stream.state
    unread = None if profiles.whole else profiles.unknown()
    return {
        "profile": unread,
        "email-system": unread or untold_server(facts.profiles.values()),
        "mailbox": None if mailboxes.whole else mailboxes.unknown(),
    }


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
        synchronizing_appointments=2,
        counted_all=True,
        tested_or_synchronized_since_change=False,
        synchronized_since_test=False,
        origins=dict.fromkeys(names, ()),
    )


def _feared(verdict: Verdict) -> Verdict:
    if isinstance(verdict, Undetermined) and verdict.cause == _NOT_YET:
        return Fail(verdict.message, ())
    return verdict
