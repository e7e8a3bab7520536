"""What to do about a sign-in, by the email system that a profile leads to.

A remedy must not lead into what another rule rules out, such as a password at Exchange Online.
"""

from rules.email_systems import Product
from rules.facts import EmailServerProfile
from rules.scope import leads_online

TO_THE_BUILT_IN_PROFILE = (
    "Move the mailboxes to the Microsoft Exchange Online profile, which signs in "
    "server-to-server, then approve, test and enable them."
)
ACROSS_TENANTS = (
    "Let the profile sign in by OAuth of Microsoft Entra with an application of the mail tenant "
    "and without impersonation, then approve, test and enable its mailboxes."
)
GMAIL = (
    "Set the profile to Gmail OAuth with the client id and secret of a Google project, then let "
    "each mailbox sign in."
)


def at_exchange_online(profile: EmailServerProfile) -> str | None:
    """Where the mailboxes are of another tenant, what serves them; None: the built-in profile."""
    if leads_online(profile) is True and profile.same_tenant is False:
        return ACROSS_TENANTS
    return None


def without_password(profile: EmailServerProfile) -> str | None:
    """The sign-in that the email system takes instead of a password; None: it takes one."""
    if True in (profile.is_exchange_online, profile.reaches_exchange_online):
        return at_exchange_online(profile) or TO_THE_BUILT_IN_PROFILE
    if any(each.product is Product.GMAIL for each in profile.connections):
        return GMAIL
    return None
