"""mailbox-points-to-external-server: the Exchange mailbox sends its email on to the outside."""

from rules.directions import evidence_of
from rules.email_systems import Place
from rules.facts import Mailbox, Organization
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.scope import in_unread_tenant, is_in_unread_tenant, leads_online
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

KEEP = (
    "Keep a copy in the mailbox (`Set-Mailbox ADDRESS -DeliverToMailboxAndForward $true`, by an "
    "Exchange administrator), or stop the forwarding."
)


@rule(
    id="mailbox-points-to-external-server",
    title="The Exchange mailbox behind an Exchange Online profile points to a server outside",
    kind="support",
    severity="error",
    effect="unsupported",
    repair="forwarding",
    statements=("OP9-40", "CUR-39"),
    source=SUPPORT_PAGE,
    remedy=(
        "Stop the forwarding or keep a copy in the mailbox; or give the mailbox a POP3/SMTP "
        "profile of the server outside, then test and enable it."
    ),
)
def check(mailbox: Mailbox, organization: Organization) -> Verdict:
    """Outside is what is not an accepted domain; forwarding that keeps a copy does no harm."""
    profile = known(mailbox.profile)
    if profile is None:
        return NotApplicable("The mailbox has no email server profile.")
    if not known(leads_online(profile)):
        return NotApplicable("The profile is not for Exchange Online.")
    if is_in_unread_tenant(organization, profile):
        return in_unread_tenant(profile)
    evidence = evidence_of(
        profile.connections, "reaches_exchange_online"
    ) + mailbox.exchange.evidence("points_outside")
    outside = known(mailbox.exchange.points_outside)
    if outside is None:
        return NotApplicable("Exchange Online has no such mailbox, so nothing of it goes on.")
    if outside:
        return Fail(
            "Email of the mailbox goes on to a server outside and no copy stays in Exchange "
            "Online.",
            evidence,
            remedy=KEEP if mailbox.exchange.place is Place.EXCHANGE_ONLINE else None,
        )
    return Pass("Email of the mailbox stays in Exchange Online.", evidence)
