"""Which synchronizing mailboxes a fault of something else bears on, as predicates of a mailbox.

A rule on a profile, a mail server, the tenant or the organisation names one of these where its
failure does not bear on every mailbox behind it. They look at the mailbox's delivery methods, its
profile and the organisation alone, so that they are asked once for all mailboxes alike in these.
"""

from collections.abc import Callable
from typing import TypeAlias

from rules.directions import uses
from rules.email_systems import Protocol
from rules.facts import EmailServerProfile, Mailbox, Organization
from rules.mailbox_methods import synchronizes_email
from rules.option_sets import EmailMethod
from rules.unknown import Unknown, both, either, is_one_of

BearsOn: TypeAlias = Callable[[Mailbox, Organization], bool | Unknown]


def every_mailbox(mailbox: Mailbox, organization: Organization) -> bool | Unknown:
    """Every mailbox behind the subject."""
    return True


def receives(mailbox: Mailbox, organization: Organization) -> bool | Unknown:
    """Those whose incoming email is by server-side synchronization."""
    return mailbox.synchronizes_incoming


def sends(mailbox: Mailbox, organization: Organization) -> bool | Unknown:
    """Those whose outgoing email is by server-side synchronization."""
    return mailbox.synchronizes_outgoing


def email(mailbox: Mailbox, organization: Organization) -> bool | Unknown:
    """Those whose email of either direction is by server-side synchronization."""
    return synchronizes_email(mailbox)


def appointments(mailbox: Mailbox, organization: Organization) -> bool | Unknown:
    """Those whose appointments, contacts and tasks are by server-side synchronization."""
    return mailbox.synchronizes_appointments


def forwarded(mailbox: Mailbox, organization: Organization) -> bool | Unknown:
    """Those whose email arrives by a forward mailbox."""
    return is_one_of(mailbox.incoming_method, EmailMethod.FORWARD_MAILBOX)


def of_exchange_online(mailbox: Mailbox, organization: Organization) -> bool | Unknown:
    """Those that reach Exchange Online over a direction in use."""
    profile = mailbox.profile
    if not isinstance(profile, EmailServerProfile):
        return profile if isinstance(profile, Unknown) else False
    return either(
        *(both(uses(mailbox, each), each.reaches_exchange_online) for each in profile.connections)
    )


def of_exchange(mailbox: Mailbox, organization: Organization) -> bool | Unknown:
    """Those that reach an Exchange of any kind over a direction in use."""
    profile = mailbox.profile
    if not isinstance(profile, EmailServerProfile):
        return profile if isinstance(profile, Unknown) else False
    return either(
        *(
            both(uses(mailbox, each), is_one_of(each.protocol, Protocol.EWS))
            for each in profile.connections
        )
    )
