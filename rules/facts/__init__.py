"""The vocabulary of facts: what can be known of an organisation, in the field's own words.

Modules without a test file of their own name: tested in `tests/rules/test_no_false_pass.py`.
"""

from rules.facts.base import Every, Fact, Version
from rules.facts.exchange import ExchangeTenant
from rules.facts.mail_server import Certificate, MailServer
from rules.facts.mailbox import AddressUse, ExchangeMailbox, Mailbox, Owner, OwnerKind
from rules.facts.organization import Alerts, Declared, EmailExtensions, Emails, Organization
from rules.facts.profile import Connection, Direction, EmailServerProfile, ProfileUse

__all__ = [
    "AddressUse",
    "Alerts",
    "Certificate",
    "Connection",
    "Declared",
    "Direction",
    "EmailExtensions",
    "EmailServerProfile",
    "Emails",
    "Every",
    "ExchangeMailbox",
    "ExchangeTenant",
    "Fact",
    "MailServer",
    "Mailbox",
    "Organization",
    "Owner",
    "OwnerKind",
    "ProfileUse",
    "Version",
]
