"""outlook-on-the-web-in-hybrid: Dynamics on-premises used in Outlook on the web."""

from collections.abc import Callable

from rules import bearing
from rules.counting import counted
from rules.directions import evidence_of
from rules.facts import Declared, EmailServerProfile, Every, Mailbox, Organization
from rules.option_sets import AppDeployment
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.scope import is_on_premises, leads_online
from rules.unknown import Unknown, any_of, both, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict


@rule(
    id="outlook-on-the-web-in-hybrid",
    title="Outlook on the web is used with Dynamics 365 (on-premises) and Exchange Online",
    kind="support",
    severity="error",
    effect="unsupported",
    bears_on=bearing.of_exchange_online,
    statements=("S17-43", "ON9-48", "OP9-33", "CUR-21"),
    source=SUPPORT_PAGE,
    remedy="Have people with mailboxes in Exchange Online work with Dynamics 365 elsewhere.",
)
def check(
    organization: Organization, declared: Declared, listing: Every[Mailbox] | Unknown
) -> Verdict:
    """Decided by the declaration: the app in a mailbox serves Outlook on the desktop too.

    Online nothing of the mailboxes matters, so that none is asked for.
    """
    if not known(is_on_premises(organization)):
        return NotApplicable("This is not Dynamics 365 (on-premises) with Exchange Online.")
    mailboxes = known(listing)
    if not any_of(_is_in_exchange_online(mailbox) for mailbox, _ in mailboxes):
        return NotApplicable("No synchronizing mailbox uses an Exchange Online profile.")
    said = declared.outlook_on_the_web
    if isinstance(said, Unknown):
        return _open(said, mailboxes)
    first = next(
        mailbox.profile
        for mailbox, _ in mailboxes
        if _is_in_exchange_online(mailbox) is True
        and isinstance(mailbox.profile, EmailServerProfile)
    )
    there = [each for each in first.connections if each.reaches_exchange_online is True]
    evidence = declared.evidence("outlook_on_the_web") + evidence_of(
        there, "reaches_exchange_online"
    )
    if said:
        return Fail(
            "Outlook on the web is declared in use with Dynamics 365 (on-premises) and Exchange "
            "Online.",
            evidence,
        )
    return Pass("Outlook on the web is declared not in use with Dynamics 365.", evidence)


def _is_in_exchange_online(mailbox: Mailbox) -> bool | Unknown:
    profile = mailbox.profile
    if profile is None:
        return False
    return both(
        mailbox.synchronizing,
        profile if isinstance(profile, Unknown) else leads_online(profile),
    )


def _has_the_app(mailbox: Mailbox) -> bool | Unknown:
    return both(
        _is_in_exchange_online(mailbox),
        is_one_of(mailbox.app_for_outlook, AppDeployment.INSTALLED, AppDeployment.UPGRADE_REQUIRED),
    )


def _open(said: Unknown, mailboxes: Every[Mailbox]) -> Undetermined:
    count = _count(mailboxes, _has_the_app)
    deployed = counted(count, "mailbox", "mailboxes")
    hint = (
        f" Dynamics 365 App for Outlook is deployed to {deployed} in Exchange Online; it serves "
        "Outlook on the web and on the desktop."
        if count
        else ""
    )
    return Undetermined(said.reason + hint, said.remedy, said.cause, said.evidence)


def _count(mailboxes: Every[Mailbox], holds: Callable[[Mailbox], bool | Unknown]) -> int:
    return sum(count for mailbox, count in mailboxes if holds(mailbox) is True)
