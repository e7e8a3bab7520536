"""What each column of each source holds, and its pseudonym.

Every column of text is on file here; a test compares the list with the row types, so that none
that is added later gets past. Numbers, flags, and texts that Microsoft or the auditor chose (kinds,
states, times, versions) stay.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import UNSET, Struct

from auditor.pseudonyms.pseudonyms import Pseudonyms
from connectors.known_systems import known_systems
from connectors.normalisation.mail_servers.recognition import cloud_bracket, telling_words
from connectors.sources.source import Reader

Change = Callable[[Pseudonyms, str], str]

_STAYS = None
_BEGIN = re.compile(r"(?P<code>\+OK|\* OK|\* PREAUTH|\d{3})(?:(?<=\d)[ -](?P<host>\S+))?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d([T ][\d:.]+Z?)?")
_WORDS_OF_POLICIES = frozenset(
    """
    all none other browser mobileAppsAndDesktopClients exchangeActiveSync easSupported
    All None GuestsOrExternalUsers AllTrusted Office365 MicrosoftAdminPortals
    AND OR block mfa compliantDevice domainJoinedDevice approvedApplication compliantApplication
    passwordChange riskRemediation unknownFutureValue
    android iOS windows windowsPhone macOS linux low medium high hidden include exclude
    """.split()
)
"""What a conditional access policy may say beside ids and names. Source: Microsoft Graph,
"conditionalAccessConditionSet resource type" and "conditionalAccessGrantControls resource type"."""


def greeting(pseudonyms: Pseudonyms, text: str) -> str:
    """What a server says first: the words that give its product away, and no others.

    The host that one of SMTP begins with has its pseudonym, for words that stand in a host's place
    tell of no product. Of the words only a host is changed: somebody may be called like a product.
    """
    known = known_systems()
    begin = _BEGIN.match(text)
    if begin is None:
        return ""
    code, host = begin["code"], begin["host"]
    words = telling_words(text, known)
    if words is None:
        return code
    said = " ".join(pseudonyms.host(word) if "." in word else word for word in words.split(" "))
    if words.startswith(code):
        place = ""
    elif host is None or host == words.split(" ")[0]:
        place = f"{code} "
    else:
        # A word of the protocol where a host belongs names nobody.
        hidden = host if host.upper() in ("ESMTP", "SMTP") else pseudonyms.anything(host)
        place = f"{code} {hidden} "
    said = place + said
    bracket = cloud_bracket(text, known)
    return said if bracket is None else f"{said} {bracket}"


def nested(pseudonyms: Pseudonyms, text: str) -> str:
    """A text within a nested value; words of the interface, such as `All` or `windows`, stay."""
    if _DATE.fullmatch(text) or text in _WORDS_OF_POLICIES:
        return text
    return pseudonyms.anything(text)


NAME: Change = Pseudonyms.name
ID: Change = Pseudonyms.guid
ADDRESS: Change = Pseudonyms.address
HOST: Change = Pseudonyms.host
LOCATION: Change = Pseudonyms.location
ANYTHING: Change = Pseudonyms.anything
WORDS: Change = Pseudonyms.sentence
GREETING: Change = greeting
NESTED: Change = nested

_DYNAMICS: dict[str, dict[str, Change | None]] = {
    "dynamics.activityparties": {"activitypartyid": ID, "_activityid_value": ID},
    "dynamics.emails": {
        "activityid": ID,
        "_sendermailboxid_value": ID,
        "createdon": _STAYS,
        "modifiedon": _STAYS,
        "delayedemailsendtime": _STAYS,
    },
    "dynamics.emailserverprofiles": {
        "emailserverprofileid": ID,
        "name": NAME,
        "incomingserverlocation": LOCATION,
        "outgoingserverlocation": LOCATION,
        "defaultserverlocation": LOCATION,
        "exchangeonlinetenantid": ANYTHING,
        "oauthclientid": ANYTHING,
        # Read as the form that it has, never as it is.
        "incomingusername": _STAYS,
        "outgoingusername": _STAYS,
        "_keyvaultreferenceid_value": ID,
        "_managedidentityid_value": ID,
        "_ownerid_value": ID,
        "owneremailaddress": ADDRESS,
        "processemailsreceivedafter": _STAYS,
        "lastteststarttime": _STAYS,
        "modifiedon": _STAYS,
    },
    "dynamics.mailboxes": {
        "mailboxid": ID,
        "name": NAME,
        "emailaddress": ADDRESS,
        "_regardingobjectid_value": ID,
        "_ownerid_value": ID,
        "_emailserverprofile_value": ID,
        "hostid": NAME,
        "ewsurl": LOCATION,
        **dict.fromkeys(
            (
                "lastsuccessfulsynccompletedon",
                "processinglastattemptedon",
                "testmailboxaccesscompletedon",
                "lastsyncerroroccurredon",
                "oauthtokenexpireson",
                "postponetestemailconfigurationuntil",
                "postponemailboxprocessinguntil",
                "postponesendinguntil",
                "receivingpostponeduntil",
                "receivingpostponeduntilforact",
                "processemailreceivedafter",
            )
        ),
    },
    "dynamics.mailboxtrackingfolders": {
        "mailboxtrackingfolderid": ID,
        "_mailboxid_value": ID,
        "_regardingobjectid_value": ID,
    },
    "dynamics.organization-detail": {
        "OrganizationId": ID,
        "UniqueName": NAME,
        "FriendlyName": NAME,
        "OrganizationVersion": _STAYS,
        "TenantId": ID,
        "EnvironmentId": ANYTHING,
        "OrganizationType": _STAYS,
    },
    "dynamics.organizations": {
        "organizationid": ID,
        "name": NAME,
        "_defaultemailserverprofileid_value": ID,
        "defaultemailsettings": WORDS,
        "trackingprefix": NAME,
        "performactsyncafter": _STAYS,
    },
    "dynamics.privileges": {"PrivilegeName": _STAYS, "Depth": _STAYS},
    "dynamics.queues": {
        "queueid": ID,
        "name": NAME,
        "emailaddress": ADDRESS,
        "_defaultmailbox_value": ID,
    },
    "dynamics.sdkmessageprocessingsteps": {"sdkmessageprocessingstepid": ID, "name": NAME},
    "dynamics.systemusers": {
        "systemuserid": ID,
        "fullname": NAME,
        "internalemailaddress": ADDRESS,
        "applicationid": ID,
        "_defaultmailbox_value": ID,
    },
    # What Windows calls a time zone is nobody's secret.
    "dynamics.timezonedefinitions": {"timezonedefinitionid": ID, "standardname": _STAYS},
    "dynamics.usersettings": {"systemuserid": ID},
    "dynamics.tracelogs": {
        "tracelogid": ID,
        "text": _STAYS,
        "errordetails": _STAYS,
        "traceparameterxml": _STAYS,
        "createdon": _STAYS,
        "modifiedon": _STAYS,
        "_regardingobjectid_value": ID,
    },
}
_EXCHANGE: dict[str, dict[str, Change | None]] = {
    "exchange_online.accepted-domains": {"DomainName": HOST, "DomainType": _STAYS},
    "exchange_online.cas-mailboxes": {
        "PrimarySmtpAddress": ADDRESS,
        "EmailAddresses": ADDRESS,
        "EwsEnabled": _STAYS,
        "EwsApplicationAccessPolicy": _STAYS,
        "SmtpClientAuthenticationDisabled": _STAYS,
    },
    "exchange_online.encryption": {"Name": NAME, "Enabled": _STAYS, "cmdlet": _STAYS},
    "exchange_online.forwarding": {
        "PrimarySmtpAddress": ADDRESS,
        "EmailAddresses": ADDRESS,
        "RecipientTypeDetails": _STAYS,
        "ForwardingAddress": ANYTHING,
        "ForwardingSmtpAddress": ADDRESS,
        "DeliverToMailboxAndForward": _STAYS,
        "ExternalEmailAddress": ADDRESS,
    },
    "exchange_online.mailboxes": {
        "PrimarySmtpAddress": ADDRESS,
        "EmailAddresses": ADDRESS,
        "RecipientTypeDetails": _STAYS,
    },
    "exchange_online.organization": {
        "Name": ANYTHING,
        "Guid": ID,
        "EwsEnabled": _STAYS,
        "EwsAllowedAppIDs": WORDS,
        "EwsAllowList": WORDS,
        "EwsApplicationAccessPolicy": _STAYS,
    },
    "exchange_online.role-assignments": {
        "Name": NAME,
        "Role": _STAYS,
        "RoleAssigneeName": NAME,
        "Enabled": _STAYS,
        "RoleAssignmentDelegationType": _STAYS,
    },
    "exchange_online.transport": {
        "SmtpClientAuthenticationDisabled": _STAYS,
        "MaxReceiveSize": _STAYS,
    },
    "exchange_server.builds": {
        "id": LOCATION,
        "host": HOST,
        "schemes": _STAYS,
        "front_end": _STAYS,
        "build": _STAYS,
        "learned": _STAYS,
        "code": _STAYS,
        "reason": WORDS,
        "remedy": WORDS,
    },
    "exchange_server.mailboxes": {"address": ADDRESS, "host": LOCATION, "code": _STAYS},
}
_OTHERS: dict[str, dict[str, Change | None]] = {
    "dns.mail-domains": {
        "domain": HOST,
        "resolution": _STAYS,
        "exchangers": HOST,
        "problem": WORDS,
    },
    "dns.tenants": {"domain": HOST, "tenant_id": ID, "problem": WORDS},
    "graph.applications": {
        "id": ID,
        "appId": ID,
        "passwordCredentials": _STAYS,
        "keyCredentials": _STAYS,
    },
    "graph.application-permissions": {"appId": ANYTHING, "principal": ID, "permission": _STAYS},
    "graph.conditional-access": {
        "id": ID,
        "displayName": NAME,
        "state": _STAYS,
        "conditions": NESTED,
        "grantControls": NESTED,
    },
    "graph.mailbox-settings": {"address": ADDRESS, "code": _STAYS, "userPurpose": _STAYS},
    "graph.message-rules": {"address": ADDRESS, "code": _STAYS},
    "graph.organization": {"id": ID, "verifiedDomains": NESTED},
    "graph.security-defaults": {},
    "graph.service-principals": {"id": ID, "appId": ID, "displayName": NAME},
    "graph.users": {
        "id": ID,
        "mail": ADDRESS,
        "userPrincipalName": ADDRESS,
        "proxyAddresses": ADDRESS,
        "userType": _STAYS,
    },
    "mail_servers.probe": {
        "id": LOCATION,
        "host": HOST,
        "protocol": _STAYS,
        "resolution": _STAYS,
        "canonical": HOST,
        "address": HOST,
        "greeting": GREETING,
        "capabilities": WORDS,
        "schemes": _STAYS,
        "encryption": _STAYS,
        "tls_version": _STAYS,
        "cipher": _STAYS,
        "certificate_names": HOST,
        "issuer": NAME,
        "expires_at": _STAYS,
        "code": _STAYS,
        "problem": WORDS,
        "remedy": WORDS,
    },
}
COLUMNS: Mapping[str, Mapping[str, Change | None]] = {**_DYNAMICS, **_EXCHANGE, **_OTHERS}


def renamed(reader: Reader, pseudonyms: Pseudonyms) -> Callable[[Any], Any]:
    """What gives a row of a source with pseudonyms in the place of its texts."""
    columns = COLUMNS[reader.source]
    changes = [
        (field.name, change)
        for field in msgspec.structs.fields(reader.row)
        if (change := columns.get(field.encode_name)) is not None
    ]

    def row(of: Any) -> Any:
        new = {}
        for name, change in changes:
            value = getattr(of, name)
            if value is not None and value is not UNSET:
                new[name] = _changed(value, change, pseudonyms)
        return msgspec.structs.replace(of, **new)

    return row


def _changed(value: Any, change: Change, pseudonyms: Pseudonyms) -> Any:
    """A value of the same shape: every text within it is changed."""
    match value:
        case str():
            return change(pseudonyms, value)
        case list() | tuple():
            return type(value)(_changed(each, change, pseudonyms) for each in value)
        case dict():
            return {
                key: pseudonyms.name(each)
                if key in ("displayName", "description") and isinstance(each, str)
                else _changed(each, change, pseudonyms)
                for key, each in value.items()
            }
        case Struct():
            fields = {name: getattr(value, name) for name in value.__struct_fields__}
            return type(value)(
                **{key: _changed(each, change, pseudonyms) for key, each in fields.items()}
            )
        case _:
            return value
