"""manual-tracking-over-pop3: email is tracked by hand in Outlook beside POP3/SMTP."""

from rules.directions import evidence_of
from rules.email_systems import Protocol
from rules.facts import Declared, EmailServerProfile, Mailbox, Organization, OwnerKind
from rules.option_sets import ActMethod, EmailMethod, ServerType
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.scope import is_online
from rules.unknown import Unknown, both, either, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict

GONE_ONLINE = " The add-in itself cannot be used with Dynamics 365 (online) since December 2020."


@rule(
    id="manual-tracking-over-pop3",
    title="Dynamics 365 for Outlook is used beside server-side synchronization over POP3/SMTP",
    kind="support",
    severity="error",
    effect="unsupported",
    repair="methods",
    statements=("S17-45", "ON9-50", "OP9-35", "CUR-23"),
    source=SUPPORT_PAGE,
    remedy=(
        "Move the mailbox to Exchange, or stop using Dynamics 365 for Outlook and set its "
        "delivery methods to other ones."
    ),
)
def check(mailbox: Mailbox, organization: Organization, declared: Declared) -> Verdict:
    """The add-in is in use where a delivery method is Outlook, or where it is declared."""
    if known(mailbox.owner.kind) is not OwnerKind.USER:
        return NotApplicable(
            "Nobody works with Outlook in the mailbox of a queue or a forward mailbox."
        )
    if not known(either(mailbox.synchronizes_incoming, mailbox.synchronizes_outgoing)):
        return NotApplicable("Email of the mailbox is not by server-side synchronization.")
    profile = known(mailbox.profile)
    if profile is None:
        return NotApplicable("The mailbox has no email server profile.")
    if not known(_speaks_pop3_and_smtp(profile)):
        return NotApplicable("The profile does not speak POP3/SMTP.")
    methods = mailbox.evidence("incoming_method", "outgoing_method", "act_method")
    evidence = evidence_of(profile.connections, "protocol") + methods
    by_outlook = either(
        is_one_of(mailbox.incoming_method, EmailMethod.OUTLOOK),
        is_one_of(mailbox.outgoing_method, EmailMethod.OUTLOOK),
        is_one_of(mailbox.act_method, ActMethod.OUTLOOK),
    )
    online = known(is_online(organization))
    note = GONE_ONLINE if online else ""
    if known(by_outlook):
        return Fail(
            "Email synchronizes over POP3/SMTP while a delivery method is Dynamics 365 for "
            f"Outlook.{note}",
            evidence,
        )
    if online and declared.dynamics_365_for_outlook is not True:
        return Pass(f"No delivery method is Dynamics 365 for Outlook.{note}", evidence)
    evidence += declared.evidence("dynamics_365_for_outlook")
    if online:
        return Undetermined(
            f"Dynamics 365 for Outlook is declared in use.{note}",
            "Correct dynamics_365_for_outlook in the configuration, or tell people to use Dynamics "
            "365 App for Outlook, which needs a mailbox in Exchange.",
            evidence=evidence,
        )
    if known(declared.dynamics_365_for_outlook):
        return Fail(
            "Email synchronizes over POP3/SMTP, and Dynamics 365 for Outlook is declared in use.",
            evidence,
        )
    return Pass("Dynamics 365 for Outlook is declared not in use.", evidence)


def _speaks_pop3_and_smtp(profile: EmailServerProfile) -> bool | Unknown:
    """By what it receives with; one that only sends says by its kind what it is one half of."""
    if profile.sole_direction == "outgoing":
        return both(
            is_one_of(profile.server_type, ServerType.POP3_SMTP),
            is_one_of(profile.outgoing.protocol, Protocol.SMTP),
        )
    return is_one_of(profile.incoming.protocol, Protocol.POP3)
