"""Who the caller is and what its roles let it see: identity functions, privileges, depth."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from auditor.demo.odata_error import ODataError, bad_request, missing_privilege, no_such_segment
from auditor.demo.organisation import (
    AUDIT_ROLE,
    AUDIT_TEAM,
    WRITE_PRIVILEGES,
    Depth,
    privilege_id,
    read_privileges,
)
from auditor.demo.rows import Row, Rows, stable_id
from auditor.demo.schema import TableDefinition
from auditor.demo.state import TenantState
from auditor.demo.tables import (
    FIELD_SECURITY_PROFILE,
    PRIVILEGE,
    ROLE,
    TABLES,
    TEAM,
)

_FUNCTION = re.compile(
    r"(?:(?P<set>[a-z]+)\((?P<key>[^()]+)\)/)?"
    r"(?:Microsoft\.Dynamics\.CRM\.)?(?P<name>[A-Z][A-Za-z]+)(?:\((?P<arguments>.*)\))?"
)
_ACCESS_TYPE = re.compile(r"(?:Microsoft\.Dynamics\.CRM\.EndpointAccessType)?'(\w+)'")
_VISIBLE_OF_FIVE = {"Basic": 1, "Local": 3, "Deep": 4, "Global": 5}


class FunctionAnswer(msgspec.Struct, frozen=True):
    """The answer of a function: the end of its context address, and its members."""

    context: str
    members: dict[str, Any]


class Access:
    """Answers what depends on the caller."""

    def __init__(self, state: TenantState) -> None:
        self._state = state
        self._organisation = state.organisation

    def call(self, path: str, given: dict[str, str]) -> FunctionAnswer | None:
        """Give a function's answer; None: the path names no function."""
        match = _FUNCTION.fullmatch(path)
        if match is None or match["name"] == "EntityDefinitions":
            return None
        arguments = _arguments(match["arguments"] or "", given)
        name, on_user = match["name"], match["set"] == "systemusers"
        if not match["set"]:
            if name == "WhoAmI":
                return self._who_am_i()
            if name == "RetrieveVersion":
                members = {"Version": self._organisation.version}
                return FunctionAnswer("Microsoft.Dynamics.CRM.RetrieveVersionResponse", members)
            if name == "RetrieveCurrentOrganization":
                return self._current_organization(arguments)
            if name == "RetrieveRolePrivilegesRole":
                return self._role_privileges(arguments)
        elif on_user and "Microsoft.Dynamics.CRM." in path:
            if name == "RetrieveUserPrivileges":
                # Roles that come from a team are reported at too small a depth here.
                through_team = self._organisation.role_by_team
                return self._privileges(name, self._held(), least=through_team)
            if name == "RetrieveUserSetOfPrivilegesByNames" and self._is_nine:
                return self._privileges(name, _names(arguments.get("PrivilegeNames", "")))
        elif match["set"] == "teams" and name == "RetrieveTeamPrivileges":
            holds = self._organisation.role_by_team and match["key"].lower() == AUDIT_TEAM
            return self._privileges(name, self._held() if holds else ())
        raise no_such_segment(name)

    def visible_rows(self, table: TableDefinition) -> Sequence[Row]:
        """Give the rows of a table that the caller's depth shows; refuse without the privilege."""
        rows = self._organisation.rows_of(table.entity_set)
        if table.privilege is None:
            return rows
        depth = self._depth(table.privilege)
        if depth is None:
            raise missing_privilege(
                table.privilege,
                privilege_id(table.privilege),
                table.name,
                table.object_type_code,
            )
        share = _VISIBLE_OF_FIVE[depth]
        # The organization's one row shows at any depth.
        if share == 5 or table.entity_set == "organizations":
            return rows
        shown = len(rows) // 5 * share + min(len(rows) % 5, share)
        return Rows(shown, lambda i: rows[i // share * 5 + i % share])

    def related(
        self, entity_set: str, key: str, navigation: str
    ) -> tuple[TableDefinition, Sequence[Row]] | None:
        """Give the table and rows behind a navigation; None: the table has no such one."""
        by_team = self._organisation.role_by_team
        is_caller = key.lower() == self._organisation.caller_id
        found: tuple[TableDefinition, str, bool] | None = {
            ("systemusers", "systemuserroles_association"): (
                ROLE,
                AUDIT_ROLE,
                is_caller and not by_team,
            ),
            ("systemusers", "teammembership_association"): (
                TEAM,
                AUDIT_TEAM,
                is_caller and by_team,
            ),
            ("systemusers", "systemuserprofiles_association"): (
                FIELD_SECURITY_PROFILE,
                "",
                False,
            ),
            ("teams", "teamroles_association"): (ROLE, AUDIT_ROLE, by_team),
            ("teams", "teamprofiles_association"): (FIELD_SECURITY_PROFILE, "", False),
        }.get((entity_set, navigation))
        if found is not None:
            table, wanted, linked = found
            if not linked:
                return table, ()
            return table, [r for r in self.visible_rows(table) if r.get(table.key) == wanted]
        if (entity_set, navigation) == ("roles", "roleprivileges_association"):
            held = {self._id_of(name) for name in read_privileges() if self._depth(name)}
            rows = self._organisation.rows_of("privileges")
            return PRIVILEGE, [row for row in rows if row.get("privilegeid") in held]
        return None

    @property
    def _is_nine(self) -> bool:
        return self._organisation.major_minor >= (9, 0)

    def _held(self) -> list[str]:
        extra = self._state.faults.extra_permissions
        return [*read_privileges(), *(name for name in WRITE_PRIVILEGES if name in extra)]

    def _id_of(self, privilege: str) -> str:
        return privilege_id(privilege)

    def _depth(self, privilege: str) -> Depth | None:
        faults = self._state.faults
        if privilege in faults.extra_permissions:
            return "Global"
        sets = [t.entity_set for t in TABLES.values() if t.privilege == privilege]
        if not sets or faults.denied_tables.intersection(sets):
            return None
        return next((faults.depths[name] for name in sets if name in faults.depths), "Global")

    def _who_am_i(self) -> FunctionAnswer:
        organisation = self._organisation
        members = {
            "BusinessUnitId": organisation.business_unit_id,
            "UserId": organisation.caller_id,
            "OrganizationId": organisation.id,
        }
        return FunctionAnswer("Microsoft.Dynamics.CRM.WhoAmIResponse", members)

    def _current_organization(self, arguments: dict[str, str]) -> FunctionAnswer:
        if not _ACCESS_TYPE.fullmatch(arguments.get("AccessType", "")):
            raise bad_request("The parameter AccessType is missing or is no EndpointAccessType.")
        organisation = self._organisation
        address = self._state.url
        keys = ["WebApplication", "OrganizationService", "OrganizationDataService"]
        services = "XRMServices/2011"
        values = [
            f"{address}/",
            f"{address}/{services}/Organization.svc",
            f"{address}/{services}/OrganizationData.svc",
        ]
        online = organisation.deployment == "online"
        detail: dict[str, Any] = {
            "OrganizationId": organisation.id,
            "FriendlyName": organisation.display_name,
            "OrganizationVersion": organisation.version,
            "EnvironmentId": stable_id("environment", organisation.name) if online else "",
            "DatacenterId": stable_id("datacenter", "1") if online else None,
            "Geo": "EMEA" if online else None,
            "TenantId": organisation.tenant_id if online else "",
            "UrlName": organisation.name.lower(),
            "UniqueName": organisation.name,
            "OrganizationType": organisation.organization_type,
            "SchemaType": "Full",
            "State": "Enabled",
            "Endpoints": {"Count": 3, "IsReadOnly": False, "Keys": keys, "Values": values},
        }
        return FunctionAnswer(
            "Microsoft.Dynamics.CRM.RetrieveCurrentOrganizationResponse", {"Detail": detail}
        )

    def _role_privileges(self, arguments: dict[str, str]) -> FunctionAnswer:
        if arguments.get("RoleId", "").lower() != AUDIT_ROLE:
            raise ODataError(404, "0x80040217", "Entity 'role' With that Id Does Not Exist")
        return self._privileges("RetrieveRolePrivilegesRole", read_privileges())

    def _privileges(
        self, function: str, names: Sequence[str], *, least: bool = False
    ) -> FunctionAnswer:
        held = []
        for name in names:
            depth = self._depth(name)
            if depth is None:
                continue
            entry = {
                "Depth": "Basic" if least else depth,
                "PrivilegeId": privilege_id(name),
                "BusinessUnitId": self._organisation.business_unit_id,
            }
            if self._is_nine:
                entry["PrivilegeName"] = name
            held.append(entry)
        return FunctionAnswer(
            f"Microsoft.Dynamics.CRM.{function}Response", {"RolePrivileges": held}
        )


def _arguments(text: str, given: dict[str, str]) -> dict[str, str]:
    """Read `Name=value,Name=@alias`; the aliases come from the query string."""
    found = {}
    for part in filter(None, text.split(",")):
        name, _, value = part.partition("=")
        if value.startswith("@"):
            if value not in given:
                raise bad_request(f"The parameter alias '{value}' has no value.")
            value = given[value]
        found[name.strip()] = value.strip()
    return found


def _names(text: str) -> list[str]:
    try:
        return msgspec.json.decode(text.replace("'", '"'), type=list[str])
    except msgspec.DecodeError:
        raise bad_request("PrivilegeNames must be a list of quoted names.") from None
