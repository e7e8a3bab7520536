"""auto-discover-address-stale: the address found for a mailbox is that of another Exchange."""

from rules.directions import evidence_of, uses
from rules.email_systems import Protocol
from rules.facts import Mailbox, Organization
from rules.option_sets import CredentialRetrieval
from rules.rule import rule
from rules.scope import is_online, led_online
from rules.unknown import any_of, both, is_one_of, known, negated
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="auto-discover-address-stale",
    title="The address that auto-discover found is of another Exchange than the profile's",
    kind="health",
    severity="warning",
    effect="degrades",
    source="https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/mailbox",
    remedy="Test & Enable Mailbox, so that auto-discover looks for the mailbox again.",
)
def check(mailbox: Mailbox, organization: Organization) -> Verdict:
    """After a mailbox has moved, the address found before still leads to the old Exchange.

    Server-to-server synchronization of Dynamics 365 (online) does not use the address.
    """
    profile = known(mailbox.profile)
    if profile is None:
        return NotApplicable("It has no profile: mailbox-without-profile judges that.")
    found_online = known(mailbox.ews_host_is_exchange_online)
    if found_online is None:
        return NotApplicable("Auto-discover has found no address for the mailbox.")
    reached = {
        connection.direction: both(
            profile.auto_discover,
            uses(mailbox, connection),
            is_one_of(connection.protocol, Protocol.EWS),
            negated(
                both(
                    is_online(organization),
                    is_one_of(
                        connection.credential_retrieval, CredentialRetrieval.SERVER_TO_SERVER
                    ),
                )
            ),
        )
        for connection in profile.connections
    }
    if not any_of(reached.values()):
        return NotApplicable("The mailbox is not reached by an address from auto-discover.")
    evidence = mailbox.evidence("ews_host_is_exchange_online") + evidence_of(
        profile.connections, "reaches_exchange_online"
    )
    led = led_online(profile)
    if not any_of(
        both(reached[each], negated(led[each]) if found_online else led[each]) for each in led
    ):
        return Pass("Auto-discover found the mailbox where its profile looks for it.", evidence)
    where, instead = ("Exchange Online", "Exchange Server")
    if not found_online:
        where, instead = instead, where
    return Fail(
        f"Auto-discover found the mailbox in {where}, but its profile is for {instead}.", evidence
    )
