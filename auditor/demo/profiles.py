"""Email server profiles as the simulated organisations have them: defaults for each kind."""

from collections.abc import Mapping

import msgspec

from auditor.demo.organisation import Organisation
from auditor.demo.rows import Row
from auditor.demo.schema import Value

EXCHANGE_ONLINE_ADDRESS = "https://outlook.office365.com/EWS/Exchange.asmx"

Values = dict[str, Value]


def any_profile() -> Values:
    """Give what every profile starts with."""
    return {
        "description": None,
        "incomingserverlocation": None,
        "outgoingserverlocation": None,
        "defaultserverlocation": None,
        "incomingportnumber": None,
        "outgoingportnumber": None,
        "incomingusessl": True,
        "outgoingusessl": True,
        "incomingauthenticationprotocol": 0,
        "outgoingauthenticationprotocol": 0,
        "incominguseimpersonation": False,
        "outgoinguseimpersonation": False,
        "outgoingautograntdelegateaccess": False,
        "usesamesettingsforoutgoingconnections": True,
        "isincomingpasswordset": False,
        "isoutgoingpasswordset": False,
        "usedefaulttenantid": True,
        "exchangeonlinetenantid": None,
        "isoauthclientsecretset": False,
        "processemailsreceivedafter": None,
        "minpollingintervalinminutes": 0,
        "maxconcurrentconnections": 10,
        "timeoutmailboxconnection": True,
        "timeoutmailboxconnectionafteramount": 100000,
        "moveundeliveredemails": True,
        "sendemailalert": True,
        "owneremailaddress": "ada.administrator@contoso.example",
        "lasttestexecutionstatus": None,
        "lastauthorizationstatus": None,
        "lasttestvalidationstatus": None,
        "statecode": 0,
        "statuscode": 1,
    }


def exchange_online(**columns: Value) -> Values:
    """Give a server-to-server profile like the built-in one, except in the columns given."""
    return (
        any_profile()
        | {
            "servertype": 3,
            "emailservertypename": "Exchange Online",
            "exchangeversion": 5,
            "useautodiscover": True,
            "incomingcredentialretrieval": 2,
            "outgoingcredentialretrieval": 2,
        }
        | columns
    )


def exchange_server(host: str, **columns: Value) -> Values:
    """Give a profile of an Exchange Server that signs in with the profile's own account."""
    address = f"https://{host}/EWS/Exchange.asmx"
    return (
        any_profile()
        | {
            "servertype": 2,
            "emailservertypename": "Exchange Server (Hybrid)",
            "exchangeversion": 5,
            "useautodiscover": False,
            "incomingserverlocation": address,
            "outgoingserverlocation": address,
            "incomingcredentialretrieval": 1,
            "outgoingcredentialretrieval": 1,
            "incominguseimpersonation": True,
            "outgoinguseimpersonation": True,
            "incomingusername": "svc-dynamics@contoso.example",
            "outgoingusername": "svc-dynamics@contoso.example",
            "isincomingpasswordset": True,
            "isoutgoingpasswordset": True,
        }
        | columns
    )


def mail_server(incoming: str, outgoing: str, *, imap: bool = False, **columns: Value) -> Values:
    """Give a profile of a POP3/SMTP (or IMAP/SMTP) provider, over TLS on the usual ports."""
    return (
        any_profile()
        | {
            "servertype": 4 if imap else 1,
            "emailservertypename": "IMAP/SMTP" if imap else "Other (POP3/SMTP)",
            "exchangeversion": None,
            "useautodiscover": False,
            "usesamesettingsforoutgoingconnections": False,
            "incomingserverlocation": incoming,
            "outgoingserverlocation": outgoing,
            "incomingportnumber": 993 if imap else 995,
            "outgoingportnumber": 587,
            "incomingauthenticationprotocol": 3,
            "outgoingauthenticationprotocol": 3,
            "incomingcredentialretrieval": 1,
            "outgoingcredentialretrieval": 1,
            "incomingusername": "dynamics@contoso.example",
            "outgoingusername": "dynamics@contoso.example",
            "isincomingpasswordset": True,
            "isoutgoingpasswordset": True,
        }
        | columns
    )


def pointed_to(organisation: Organisation, addresses: Mapping[str, str]) -> Organisation:
    """Give the organisation with the profiles of these hosts pointing to other addresses."""
    told = {f"https://{host}/EWS/Exchange.asmx": address for host, address in addresses.items()}

    def moved(row: Row) -> Row:
        own = {
            column: told.get(value, value) if isinstance(value, str) else value
            for column, value in row.own.items()
        }
        return Row(own, row.shared)

    profiles = [moved(row) for row in organisation.rows_of("emailserverprofiles")]
    tables = organisation.tables | {"emailserverprofiles": profiles}
    return msgspec.structs.replace(organisation, tables=tables)
