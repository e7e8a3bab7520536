"""An organisation of the simulated tenant: who it is, and its tables as rows."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from auditor.demo.dns import Zone
from auditor.demo.mail_servers import MailHost
from auditor.demo.rows import Row, numbered_id, rows, stable_id
from auditor.demo.schema import Value
from auditor.demo.tables import TABLES

Depth = Literal["Basic", "Local", "Deep", "Global"]
AUDIT_ROLE = stable_id("role", "audit")
AUDIT_TEAM = stable_id("team", "audit")
_DEPTH_MASK = {"Basic": 1, "Local": 2, "Deep": 4, "Global": 8}


class Organisation(msgspec.Struct, kw_only=True):
    """What one simulated organisation answers.

    `tables` maps entity sets to rows; a table that is not there is empty. `planted` maps a rule
    id to the names of the subjects that break it. `role_by_team`: the auditor's role comes from a
    team alone. `directory` tells by address what is wrong with an account or its mailbox,
    `exchange` the settings of the Exchange organisation, `applications` when the secret of an
    application ends. `exchange_builds` are the builds of its Exchange Servers by host, and
    `exchange_mailboxes` what opens on the first of them (see `ExchangeServer`); `mail_hosts` are
    the mail servers behind the profiles' locations, and `zone` what the name server tells beside
    them. `username` and `password` are those of the Windows account of an on-premises one.
    """

    name: str
    display_name: str
    deployment: Literal["online", "on-premises"]
    version: str
    now: dt.datetime
    tables: dict[str, Sequence[Row]]
    tenant_id: str | None = None
    organization_type: str = "Customer"
    planted: Mapping[str, Sequence[str]] = {}
    role_by_team: bool = False
    directory: Mapping[str, Mapping[str, Value]] = {}
    exchange: Mapping[str, Value] = {}
    applications: Mapping[str, str] = {}
    exchange_builds: Mapping[str, str] = {}
    exchange_mailboxes: Mapping[str, tuple[int, int | None]] = {}
    mail_hosts: Sequence[MailHost] = ()
    zone: Zone | None = None
    username: str = "CONTOSO\\svc-audit"
    password: str = "simulated-Password-1"

    @property
    def id(self) -> str:
        """The organisation's GUID."""
        return stable_id("organization", self.name)

    @property
    def business_unit_id(self) -> str:
        """The GUID of its root business unit."""
        return stable_id("businessunit", self.name)

    @property
    def caller_id(self) -> str:
        """The GUID of the user or application user that audits."""
        return stable_id("systemuser", f"{self.name}/auditor")

    @property
    def major_minor(self) -> tuple[int, int]:
        """The first two parts of the version."""
        major, minor = self.version.split(".")[:2]
        return int(major), int(minor)

    def rows_of(self, entity_set: str) -> Sequence[Row]:
        """Give the rows of a table; none where the organisation has none."""
        return self.tables.get(entity_set, ())


WRITE_PRIVILEGES = ("prvDeleteMailbox", "prvWriteMailbox", "prvWriteOrganization", "prvWriteUser")
"""Privileges that there are beside those that read; the auditor has none of them."""


def privilege_id(name: str) -> str:
    """Give the GUID of a privilege."""
    return stable_id("privilege", name)


def read_privileges() -> list[str]:
    """Give the name of every privilege that reads a table, in alphabetical order."""
    return sorted({table.privilege for table in TABLES.values() if table.privilege})


_TIME_ZONES = {
    4: "Pacific",
    35: "Eastern",
    85: "GMT",
    92: "UTC",
    110: "W. Europe",
    120: "Egypt",
    134: "Turkey",
    145: "Russian",
    190: "India",
    235: "Tokyo",
}


def access_tables(name: str) -> dict[str, Sequence[Row]]:
    """Give the tables that every one has: roles, teams, privileges, units, time zones."""
    unit = stable_id("businessunit", name)
    privileges: list[dict[str, Value]] = [
        {
            "privilegeid": privilege_id(privilege),
            "name": privilege,
            "accessright": 1 if privilege.startswith("prvRead") else 2,
            "canbebasic": privilege != "prvReadTraceLog",
            "canbelocal": privilege != "prvReadTraceLog",
            "canbedeep": privilege != "prvReadTraceLog",
            "canbeglobal": True,
        }
        for privilege in (*read_privileges(), *WRITE_PRIVILEGES)
    ]
    grants: list[dict[str, Value]] = [
        {
            "roleprivilegeid": numbered_id(12, number),
            "roleid": AUDIT_ROLE,
            "privilegeid": privilege_id(privilege),
            "privilegedepthmask": _DEPTH_MASK["Global"],
        }
        for number, privilege in enumerate(read_privileges())
    ]
    return {
        "businessunits": rows([{"businessunitid": unit, "name": name, "isdisabled": False}]),
        "roles": rows(
            [{"roleid": AUDIT_ROLE, "name": "Configuration auditor", "_businessunitid_value": unit}]
        ),
        "teams": rows(
            [{"teamid": AUDIT_TEAM, "name": "Auditors", "teamtype": 0, "isdefault": False}]
        ),
        "privileges": rows(privileges),
        "roleprivilegescollection": rows(grants),
        "timezonedefinitions": rows(
            [
                {
                    "timezonedefinitionid": numbered_id(4810, code),
                    "timezonecode": code,
                    "standardname": f"{name} Standard Time" if name != "UTC" else name,
                }
                for code, name in _TIME_ZONES.items()
            ]
        ),
    }
