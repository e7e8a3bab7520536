"""How far the auditor's user may read: what a role does not show, the Web API leaves out silently.

Sources: *RetrieveUserSetOfPrivilegesByNames Function* (counts roles inherited from teams), and on
8.x *RetrieveUserPrivileges* for direct roles with *RetrieveTeamPrivileges* for those of teams.
"""

import json
from collections.abc import Iterator
from functools import cache

from msgspec import Struct

from connectors.columnar.page import Page
from connectors.dynamics.client import Dynamics
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader
from connectors.transport.errors import SourceFailed


class PrivilegeRow(Struct, frozen=True):
    """One privilege of the auditor's user at the greatest depth that a role gives it."""

    PrivilegeName: str
    Depth: str


SOURCE = "dynamics.privileges"

DEPTHS = ("Basic", "Local", "Deep", "Global")
ORGANIZATION_DEPTH = "Global"
_ASKED = "prvReadUser and prvReadOrganization"
"""What the functions ask of the caller: *RetrieveUserPrivileges message privileges*."""


@cache
def needed() -> tuple[str, ...]:
    """The privileges that show all rows of every table that is read, at organisation depth."""
    from connectors.sources.catalogue import readers

    return tuple(dict.fromkeys(each.privilege for each in readers() if each.privilege))


class _RolePrivilege(Struct):
    Depth: str | int
    PrivilegeId: str = ""
    PrivilegeName: str | None = None


class _RolePrivileges(Struct):
    RolePrivileges: list[_RolePrivilege]


class _Privilege(Struct):
    privilegeid: str
    name: str


class _Team(Struct):
    teamid: str


def read(dynamics: Dynamics, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """One page: each privilege that an audit needs, at the depth the user has it (or `None`)."""
    depths = depths_of(dynamics)
    rows = [PrivilegeRow(PrivilegeName=name, Depth=depth) for name, depth in depths.items()]
    yield Page(rows=rows, read_at=dynamics.now(), digest="")


def depths_of(dynamics: Dynamics) -> dict[str, str]:
    """The depth of each privilege that an audit needs, `None` where the user lacks it.

    Asked once for each client. Raises `SourceFailed`.
    """
    return dynamics.remember(SOURCE, lambda: _ask_depths(dynamics))


def _ask_depths(dynamics: Dynamics) -> dict[str, str]:
    names = needed()
    found = held_of(dynamics, names, None, SOURCE)
    return {name: found.get(name, "None") for name in names}


def held_of(
    dynamics: Dynamics, names: tuple[str, ...], ids: dict[str, str] | None, source: str
) -> dict[str, str]:
    """The depth of each of the named privileges that the user has, roles of teams included.

    `ids` are their names by id, asked for here where None and wanted. Raises `SourceFailed`.
    """
    if not names:
        return {}
    try:
        found = _by_names(dynamics, names, source)
        return _by_roles(dynamics, names, ids, source) if found is None else found
    except SourceFailed as failure:
        if failure.status != 403:
            raise
        raise failure.but(
            remedy=f"Give the auditor's user a security role with {_ASKED}."
        ) from failure


def existing_ids(dynamics: Dynamics, names: tuple[str, ...], source: str) -> dict[str, str]:
    """Those of the privileges that the server has: their names by id. Raises `SourceFailed`."""
    condition = " or ".join(f"name eq '{name}'" for name in names)
    listed = dynamics.listing(
        f"privileges?$select=name&$filter={condition}", _Privilege, source=source
    )
    return {each.privilegeid.lower(): each.name for each in listed}


def _by_names(dynamics: Dynamics, names: tuple[str, ...], source: str) -> dict[str, str] | None:
    """Depths by the function that counts team roles; None where the server lacks it."""
    path = (
        f"systemusers({dynamics.user_id})/Microsoft.Dynamics.CRM."
        f"RetrieveUserSetOfPrivilegesByNames(PrivilegeNames=@p1)?@p1={json.dumps(names)}"
    )
    try:
        answer = dynamics.function(path, _RolePrivileges, source=source)
    except SourceFailed as failure:
        if failure.status in {400, 404, 501}:
            return None
        raise
    held = answer.RolePrivileges
    return _named(held, _ids_for(held, None, dynamics, names, source))


def _by_roles(
    dynamics: Dynamics, names: tuple[str, ...], ids: dict[str, str] | None, source: str
) -> dict[str, str]:
    """Depths from direct roles, then, where one of them falls short, from those of teams."""
    user = f"systemusers({dynamics.user_id})"
    held = _held(dynamics, user, "RetrieveUserPrivileges", source)
    ids = _ids_for(held, ids, dynamics, names, source)
    found = _named(held, ids)
    if any(found.get(name) != ORGANIZATION_DEPTH for name in names):
        teams = dynamics.listing(
            f"{user}/teammembership_association?$select=teamid", _Team, source=source
        )
        for team in teams:
            held += _held(dynamics, f"teams({team.teamid})", "RetrieveTeamPrivileges", source)
        found = _named(held, _ids_for(held, ids, dynamics, names, source))
    return found


def _ids_for(
    held: list[_RolePrivilege],
    ids: dict[str, str] | None,
    dynamics: Dynamics,
    names: tuple[str, ...],
    source: str,
) -> dict[str, str] | None:
    """The names by id, asked for where they are None and a privilege came without a name."""
    if ids is None and not all(each.PrivilegeName for each in held):
        return existing_ids(dynamics, names, source)
    return ids


def _held(dynamics: Dynamics, holder: str, function: str, source: str) -> list[_RolePrivilege]:
    path = f"{holder}/Microsoft.Dynamics.CRM.{function}()"
    return dynamics.function(path, _RolePrivileges, source=source).RolePrivileges


def _named(held: list[_RolePrivilege], ids: dict[str, str] | None) -> dict[str, str]:
    """The greatest depth of each privilege; `ids` name those that the server told by id alone.

    A privilege without a name is none of those that were asked for, and an odd depth is none.
    """
    deepest: dict[str, int] = {}
    for each in held:
        name = each.PrivilegeName or (ids or {}).get(each.PrivilegeId.lower())
        depth = DEPTHS.index(each.Depth) if each.Depth in DEPTHS else each.Depth
        if name and isinstance(depth, int) and 0 <= depth < len(DEPTHS):
            deepest[name] = max(depth, deepest.get(name, 0))
    return {name: DEPTHS[depth] for name, depth in deepest.items()}


READER = Reader(
    source=SOURCE,
    section="dynamics",
    row=PrivilegeRow,
    read=read,
    grant=f"For the user's own privileges {_ASKED}, by a security role of the user.",
)
