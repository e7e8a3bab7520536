"""Building blocks of an organisation: people, queues, their mailboxes, and profiles."""

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from auditor.demo.organisation import access_tables
from auditor.demo.rows import Joined, Row, instant, rows, stable_id
from auditor.demo.schema import Value
from auditor.demo.tables import ORGANIZATION

Values = Mapping[str, Value]
REGARDING_KIND = "_regardingobjectid_value@Microsoft.Dynamics.CRM.lookuplogicalname"
SERVER_SIDE_SETTINGS = (
    "<EmailSettings><IncomingEmailDeliveryMethod>2</IncomingEmailDeliveryMethod>"
    "<OutgoingEmailDeliveryMethod>2</OutgoingEmailDeliveryMethod>"
    "<ACTDeliveryMethod>1</ACTDeliveryMethod></EmailSettings>"
)

UNTESTED: Values = MappingProxyType(
    {
        "enabledforincomingemail": False,
        "enabledforoutgoingemail": False,
        "enabledforact": False,
        "incomingemailstatus": 0,
        "outgoingemailstatus": 0,
        "actstatus": 0,
        "mailboxstatus": 0,
        "testmailboxaccesscompletedon": None,
        "lastsyncstartedon": None,
    }
)
"""The columns of a mailbox that Test & Enable was never asked for."""


class Population:
    """Collects the records of one organisation; `place` is the EWS address mailboxes live at."""

    def __init__(self, name: str, now: dt.datetime, *, online: bool, place: str) -> None:
        self.name = name
        self.now = now
        self.online = online
        self._place = place
        self._named: dict[str, list[Row]] = {
            "systemusers": [],
            "queues": [],
            "mailboxes": [],
            "emailserverprofiles": [],
        }
        self._extra: dict[str, Sequence[Row]] = {}
        self._crowd: dict[str, Sequence[Row]] = {}
        self.administrator = self.user_id("Ada Administrator")

    def ago(self, **span: float) -> str:
        """Give the time so long before now, as the Web API writes it; negative spans lie ahead."""
        return instant(self.now - dt.timedelta(**span))

    def working(self) -> dict[str, Value]:
        """Give the columns of a mailbox that synchronizes as it should."""
        return {
            "emailrouteraccessapproval": 1,
            "isemailaddressapprovedbyo365admin": self.online,
            "incomingemaildeliverymethod": 2,
            "outgoingemaildeliverymethod": 2,
            "actdeliverymethod": 1,
            "enabledforincomingemail": True,
            "enabledforoutgoingemail": True,
            "enabledforact": True,
            "incomingemailstatus": 1,
            "outgoingemailstatus": 1,
            "actstatus": 1,
            "mailboxstatus": 1,
            "testemailconfigurationscheduled": False,
            "testemailconfigurationretrycount": 0,
            "testmailboxaccesscompletedon": self.ago(days=20),
            "postponemailboxprocessinguntil": self.ago(minutes=-4),
            "lastsyncstartedon": self.ago(minutes=8),
            "processinglastattemptedon": self.ago(minutes=8),
            "lastsuccessfulsynccompletedon": self.ago(minutes=7),
            "lastautodiscoveredon": self.ago(days=2),
            "lastsyncerrorcount": 0,
            "itemsprocessedforlastsync": 2,
            "itemsfailedforlastsync": 0,
            "transientfailurecount": 0,
            "forcedunlockcount": 0,
            "noactcount": 1,
            "noemailcount": 1,
            "averagetotalduration": 1800,
            "lastduration": 1700,
            "processingstatecode": 0,
            "isforwardmailbox": False,
            "isserviceaccount": False,
            "isactsyncorgflagset": True,
            "orgmarkedasprimaryforexchangesync": True,
            "processanddeleteemails": False,
            "allowemailconnectortousecredentials": False,
            "ispasswordset": False,
            "isoauthaccesstokenset": False,
            "isoauthrefreshtokenset": False,
            "ewsurl": self._place,
            "exchangecontactsimportstatus": 1,
            "officeappsdeploymentstatus": 1,
            "verboseloggingenabled": 0,
            "statecode": 0,
            "statuscode": 1,
            "createdon": self.ago(days=400),
            "modifiedon": self.ago(minutes=7),
            "_emailserverprofile_value": self.profile_id("Microsoft Exchange Online"),
            "_organizationid_value": stable_id("organization", self.name),
        }

    def dormant(self) -> dict[str, Value]:
        """Give the columns of a mailbox that only carries the organisation's default methods."""
        return {
            **self.working(),
            **UNTESTED,
            "emailrouteraccessapproval": 0,
            "isemailaddressapprovedbyo365admin": False,
            "processinglastattemptedon": None,
            "postponemailboxprocessinguntil": None,
            "lastsuccessfulsynccompletedon": None,
            "lastautodiscoveredon": None,
            "ewsurl": None,
            "officeappsdeploymentstatus": 0,
            "exchangecontactsimportstatus": 0,
            "modifiedon": self.ago(days=400),
        }

    def person(self) -> dict[str, Value]:
        """Give the columns of a user who is enabled, licensed and signs in."""
        return {
            "isdisabled": False,
            "accessmode": 0,
            "azurestate": 0,
            "deletedstate": 0,
            "islicensed": True,
            "issyncwithdirectory": True,
            "isintegrationuser": False,
            "setupuser": False,
            "isemailaddressapprovedbyo365admin": self.online,
            "incomingemaildeliverymethod": 2,
            "outgoingemaildeliverymethod": 2,
            "emailrouteraccessapproval": 1,
            "caltype": 0,
            "invitestatuscode": 4,
            "_businessunitid_value": stable_id("businessunit", self.name),
            "organizationid": stable_id("organization", self.name),
            "createdon": self.ago(days=400),
            "modifiedon": self.ago(days=30),
        }

    def queue(self) -> dict[str, Value]:
        """Give the columns of an active public queue that answers to its own mail."""
        return {
            "emailrouteraccessapproval": 1,
            "isemailaddressapprovedbyo365admin": self.online,
            "incomingemaildeliverymethod": 2,
            "outgoingemaildeliverymethod": 2,
            "incomingemailfilteringmethod": 0,
            "queueviewtype": 0,
            "statecode": 0,
            "statuscode": 1,
            "_ownerid_value": self.administrator,
            "createdon": self.ago(days=400),
            "modifiedon": self.ago(days=30),
        }

    def profile_id(self, name: str) -> str:
        """Give the GUID of a profile by its name."""
        return self._id("emailserverprofile", name)

    def mailbox_id(self, name: str) -> str:
        """Give the GUID of a mailbox that was added by name."""
        return self._id("mailbox", name)

    def user_id(self, name: str) -> str:
        """Give the GUID of a user that was added by name."""
        return self._id("user", name)

    def add_profile(self, name: str, values: Values) -> str:
        """Add a profile and give its GUID."""
        profile_id = self.profile_id(name)
        own = {
            "emailserverprofileid": profile_id,
            "name": name,
            "_ownerid_value": self.administrator,
            "_organizationid_value": stable_id("organization", self.name),
            "createdon": self.ago(days=500),
            "modifiedon": self.ago(days=200),
        }
        self._named["emailserverprofiles"].append(Row(own | dict(values)))
        return profile_id

    def add_user(self, name: str, user: Values | None = None, mailbox: Values | None = None) -> str:
        """Add a user and the mailbox of the same name; give the address.

        Both work as they should, except in the columns given.
        """
        address = name.lower().replace(" ", ".").replace("'", "") + "@contoso.example"
        user_id, mailbox_id = self.user_id(name), self.mailbox_id(name)
        own: dict[str, Value] = {
            "systemuserid": user_id,
            "fullname": name,
            "internalemailaddress": address,
            "domainname": address,
            "azureactivedirectoryobjectid": stable_id("entra-user", address),
            "_defaultmailbox_value": mailbox_id,
        }
        self._named["systemusers"].append(Row(self.person() | own | dict(user or {})))
        self._add_mailbox(name, address, (user_id, "systemuser"), user_id, mailbox or {})
        return address

    def add_queue(
        self, name: str, queue: Values | None = None, mailbox: Values | None = None
    ) -> str:
        """Add a queue and the mailbox of the same name, without calendar; give the address."""
        address = name.lower().replace(" ", "-") + "@contoso.example"
        queue_id = self._id("queue", name)
        own: dict[str, Value] = {
            "queueid": queue_id,
            "name": name,
            "emailaddress": address,
            "_defaultmailbox_value": self.mailbox_id(name),
        }
        self._named["queues"].append(Row(self.queue() | own | dict(queue or {})))
        without_calendar = queue_mailbox(self.working()) | dict(mailbox or {})
        owner = (queue_id, "queue")
        self._add_mailbox(name, address, owner, self.administrator, without_calendar)
        return address

    def add_forward_mailbox(self, name: str, mailbox: Values) -> None:
        """Add a mailbox that belongs to nobody and collects forwarded mail."""
        address = name.lower().replace(" ", "-") + "@contoso.example"
        values = queue_mailbox(self.working()) | {"isforwardmailbox": True} | dict(mailbox)
        self._add_mailbox(name, address, None, self.administrator, values)

    def add_rows(self, entity_set: str, values: Sequence[Values]) -> None:
        """Add a table of its own."""
        self._extra[entity_set] = rows(values)

    def add_crowd(self, crowd: Mapping[str, Sequence[Row]]) -> None:
        """Add records that are made when read, after those that were added by name."""
        self._crowd = dict(crowd)

    @property
    def named_mailboxes(self) -> int:
        """How many mailboxes were added by name."""
        return len(self._named["mailboxes"])

    def tables(self, organization: Values) -> dict[str, Sequence[Row]]:
        """Give every table, the organisation's own row made of the columns given."""
        own = {
            "organizationid": stable_id("organization", self.name),
            "name": self.name,
            "createdon": self.ago(days=900),
            "modifiedon": self.ago(days=40),
        }
        organizations = {ORGANIZATION.entity_set: rows([own | dict(organization)])}
        people: dict[str, Sequence[Row]] = {
            name: Joined([named, self._crowd[name]]) if name in self._crowd else named
            for name, named in self._named.items()
        }
        return access_tables(self.name) | organizations | people | self._extra

    def add_usual_users(self) -> None:
        """Add those whom every organisation has: an administrator, SYSTEM, and the like."""
        self.add_user("Ada Administrator")
        idle = self.dormant()
        for name, user in (
            ("SYSTEM", {"accessmode": 3, "isdisabled": True, "islicensed": False}),
            ("INTEGRATION", {"accessmode": 3, "isintegrationuser": True, "islicensed": False}),
            ("Support User", {"accessmode": 3, "islicensed": False}),
            ("Delegated Admin", {"accessmode": 5, "islicensed": False}),
        ):
            nothing: dict[str, Value] = {"internalemailaddress": None, "domainname": ""}
            self.add_user(name, {**nothing, **user}, idle | {"emailaddress": None})
        application = stable_id("application", self.name)
        self.add_user(
            "# Configuration auditor",
            {
                "systemuserid": stable_id("systemuser", f"{self.name}/auditor"),
                "applicationid": application,
                "accessmode": 4,
                "islicensed": False,
                "internalemailaddress": f"{application}@contoso.example",
            },
            idle
            | {
                "_regardingobjectid_value": stable_id("systemuser", f"{self.name}/auditor"),
                "_ownerid_value": stable_id("systemuser", f"{self.name}/auditor"),
                "emailaddress": f"{application}@contoso.example",
            },
        )

    def _add_mailbox(
        self,
        name: str,
        address: str,
        regarding: tuple[str, str] | None,
        owner_id: str,
        values: Values,
    ) -> None:
        own: dict[str, Value] = {
            "mailboxid": self.mailbox_id(name),
            "name": name,
            "emailaddress": address,
            "_regardingobjectid_value": regarding[0] if regarding else None,
            REGARDING_KIND: regarding[1] if regarding else None,
            "_ownerid_value": owner_id,
        }
        self._named["mailboxes"].append(Row(self.working() | own | dict(values)))

    def _id(self, kind: str, name: str) -> str:
        return stable_id(kind, f"{self.name}/{name}")


def queue_mailbox(values: Values) -> dict[str, Value]:
    """Give the columns with neither calendar nor add-in, which only people have."""
    return dict(values) | {
        "actdeliverymethod": 2,
        "enabledforact": False,
        "actstatus": 0,
        "officeappsdeploymentstatus": 0,
        "exchangecontactsimportstatus": 0,
    }
