"""The remedy for what an alert is about, chosen by the profile and owner that the audit knows.

An article's remedy for Exchange Server is often wrong for Exchange Online, and none asks for what
the records show to be done.
"""

from collections.abc import Mapping
from types import MappingProxyType

from rules.alert_causes import AlertCause
from rules.facts import EmailServerProfile, Mailbox
from rules.option_sets import AccessMode, Approval, CredentialRetrieval
from rules.sign_in_remedies import without_password
from rules.unknown import Unknown, both, is_one_of

_BY_APPLICATION = (CredentialRetrieval.SERVER_TO_SERVER, CredentialRetrieval.ENTRA_OAUTH)

_LOOK_IN_THE_TENANT = (
    "Leave the profile as it is. See in the Exchange admin centre of the profile's tenant that the "
    "mailbox is there with this address and is licensed; then Test & Enable Mailbox."
)

_IN_EXCHANGE_ONLINE: Mapping[AlertCause, str] = MappingProxyType(
    {
        AlertCause.MAILBOX_NOT_LOCATED: _LOOK_IN_THE_TENANT,
        AlertCause.CREDENTIALS_REFUSED: (
            "The profile signs in as an application, so enter no credentials. Approve the mailbox. "
            + _LOOK_IN_THE_TENANT
        ),
        AlertCause.ACCOUNT_REFUSED: (
            "The profile signs in as an application, so enter no credentials. See that the mailbox "
            "lives in Exchange Online; give one on Exchange Server a profile of the kind Exchange "
            "Server (Hybrid)."
        ),
        AlertCause.MAY_NOT_IMPERSONATE: (
            "Switch impersonation off in the profile: Exchange Online no longer has the role, and "
            "an application needs none."
        ),
        AlertCause.NO_MAILBOX_BEHIND_ADDRESS: (
            "Correct the email address of the mailbox. " + _LOOK_IN_THE_TENANT
        ),
    }
)

_OF_A_PASSWORD = frozenset(
    {
        AlertCause.ACCOUNT_REFUSED,
        AlertCause.CREDENTIALS_REFUSED,
        AlertCause.MAY_NOT_IMPERSONATE,
        AlertCause.NO_MAILBOX_BEHIND_ADDRESS,
    }
)
"""Alerts whose own remedy repairs the account that a profile signs in with, and its password."""

_DONE = (
    "What the alert names is in place by now. Test & Enable Mailbox, and read the alert's details "
    "where it comes back."
)
_NOT_LOCATED_ON_A_SERVER = (
    "Repair auto-discover of the email domain, or switch it off in the profile and enter the "
    "server location (https://HOST/EWS/Exchange.asmx)."
)
_SUBMISSION = 587
_STARTTLS = (
    "The outgoing port is 587 already. See that the mail server speaks SMTP with STARTTLS at that "
    "port, and that TLS/SSL is switched on for outgoing connections of the profile."
)
_OTHER_MAILBOX = (
    "The user has a licence. Look for another mailbox with the same email address whose owner has "
    "none or an unfit access mode, and change its address. Then Test & Enable Mailbox."
)
_THIS_USER = "Give the user a licence and the access mode Read-Write, then Test & Enable Mailbox."


def remedy_for(cause: AlertCause, subject: Mailbox | EmailServerProfile) -> str:
    """What to do about an alert of the mailbox or profile.

    Where what would decide is unknown, the remedy names each case.
    """
    profile = subject.profile if isinstance(subject, Mailbox) else subject
    if isinstance(profile, EmailServerProfile):
        cloud = profile.is_exchange_online
        if cloud is True and _signs_in_as_an_application(profile):
            return _IN_EXCHANGE_ONLINE.get(cause, _of_the_owner(cause, subject))
        instead = without_password(profile) if cause in _OF_A_PASSWORD else None
        if instead is not None:
            return instead
        if cause is AlertCause.SMTP_PORT_OF_ANOTHER_KIND and profile.outgoing.port == _SUBMISSION:
            return _STARTTLS
        if cloud is False and cause is AlertCause.MAILBOX_NOT_LOCATED:
            return _NOT_LOCATED_ON_A_SERVER
    return _of_the_owner(cause, subject)


def _of_the_owner(cause: AlertCause, subject: Mailbox | EmailServerProfile) -> str:
    if cause is AlertCause.ADDRESS_OF_AN_UNLICENSED_USER and isinstance(subject, Mailbox):
        if subject.owner.licensed is True:
            return _OTHER_MAILBOX
        if subject.owner.licensed is False:
            return _THIS_USER
    if isinstance(subject, Mailbox) and _is_done(cause, subject) is True:
        return _DONE
    return cause.remedy


def _is_done(cause: AlertCause, mailbox: Mailbox) -> bool | Unknown:
    """Whether the records show what the remedy of the alert asks for."""
    owner, exchange, profile = mailbox.owner, mailbox.exchange, mailbox.profile
    match cause:
        case AlertCause.NOT_APPROVED_BY_MICROSOFT_365 | AlertCause.APPROVER_WITHOUT_ROLE:
            return both(
                mailbox.approved_by_microsoft_365, is_one_of(mailbox.approval, Approval.APPROVED)
            )
        case AlertCause.NOT_APPROVED:
            return is_one_of(mailbox.approval, Approval.APPROVED)
        case AlertCause.ACCOUNT_DISABLED:
            return is_one_of(exchange.account_enabled, True)
        case AlertCause.EXCHANGE_LICENSE_MISSING:
            return is_one_of(exchange.has_exchange_license, True)
        case AlertCause.LICENSE_OR_ACCESS_MODE:
            return both(
                is_one_of(owner.licensed, True), is_one_of(owner.access_mode, AccessMode.READ_WRITE)
            )
        case AlertCause.NO_PROFILE:
            return isinstance(profile, EmailServerProfile) and profile.active
        case AlertCause.MAILBOX_DISABLED:
            return both(mailbox.active, is_one_of(exchange.account_enabled, True))
    return False


def _signs_in_as_an_application(profile: EmailServerProfile) -> bool:
    return all(each.credential_retrieval in _BY_APPLICATION for each in profile.connections)
