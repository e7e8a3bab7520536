"""What the caller's roles show: privileges, depth, withdrawn tables."""

import pytest

from auditor.demo.server import SimulatedTenant
from tests.auditor.demo.conftest import organisation, session_of

BY_NAMES = (
    "systemusers({id})/Microsoft.Dynamics.CRM.RetrieveUserSetOfPrivilegesByNames"
    '(PrivilegeNames=@p1)?@p1=["prvReadMailbox","prvReadQueue"]'
)


def depths(answer) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    return {p["PrivilegeName"]: p["Depth"] for p in answer.json()["RolePrivileges"]}


def test_privileges_by_name_tell_the_depth(get, tenant) -> None:
    tenant.faults.depths["mailboxes"] = "Local"
    found = depths(get(BY_NAMES.format(id=tenant.state.organisation.caller_id)))
    assert found == {"prvReadMailbox": "Local", "prvReadQueue": "Global"}


def test_less_than_organisation_depth_gives_fewer_rows_without_a_word(get, tenant) -> None:
    tenant.faults.depths["mailboxes"] = "Local"
    answer = get("mailboxes?$select=name")
    assert answer.status_code == 200
    assert len(answer.json()["value"]) == 15
    assert get("mailboxes/$count").text == "15"


@pytest.mark.parametrize("depth", ["Basic", "Local", "Deep", "Global"])
def test_depth_never_invents_rows(get, tenant, depth) -> None:
    tenant.faults.depths["mailboxes"] = depth
    found = [row["mailboxid"] for row in get("mailboxes?$select=name").json()["value"]]
    assert found == sorted(set(found))
    assert (len(found) == 25) == (depth == "Global")


def test_a_withdrawn_privilege_is_refused_and_not_listed(get, tenant) -> None:
    tenant.faults.denied_tables.add("mailboxes")
    answer = get("mailboxes")
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "0x80040220"
    assert "is missing prvReadMailbox privilege" in answer.json()["error"]["message"]
    found = depths(get(BY_NAMES.format(id=tenant.state.organisation.caller_id)))
    assert found == {"prvReadQueue": "Global"}


def test_roles_of_a_team_show_at_too_small_a_depth_in_the_older_function() -> None:
    with SimulatedTenant(organisation(role_by_team=True)) as tenant, session_of(tenant) as session:
        token = tenant.state.tokens.issue(tenant.url, "test")
        session.headers["Authorization"] = f"Bearer {token}"
        caller = f"{tenant.url}/api/data/v9.2/systemusers({tenant.state.organisation.caller_id})"
        older = session.get(f"{caller}/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()", timeout=60)
        assert set(depths(older).values()) == {"Basic"}
        (team,) = session.get(f"{caller}/teammembership_association", timeout=60).json()["value"]
        of_team = f"teams({team['teamid']})/Microsoft.Dynamics.CRM.RetrieveTeamPrivileges()"
        found = session.get(f"{tenant.url}/api/data/v9.2/{of_team}", timeout=60)
        assert set(depths(found).values()) == {"Global"}
        path = BY_NAMES.format(id=tenant.state.organisation.caller_id)
        newer = session.get(f"{tenant.url}/api/data/v9.2/{path}", timeout=60)
        assert set(depths(newer).values()) == {"Global"}


def test_version_eight_names_no_privileges_and_lacks_the_newer_function() -> None:
    from requests_ntlm import HttpNtlmAuth

    old = organisation(deployment="on-premises", version="8.2.2.112")
    with SimulatedTenant(old) as tenant, session_of(tenant) as session:
        session.auth = HttpNtlmAuth(tenant.username, tenant.password)
        base = f"{tenant.url}/api/data/v8.2"
        path = BY_NAMES.format(id=old.caller_id)
        assert session.get(f"{base}/{path}", timeout=60).status_code == 404
        older = f"systemusers({old.caller_id})/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()"
        held = session.get(f"{base}/{older}", timeout=60).json()["RolePrivileges"]
        assert held
        assert all("PrivilegeName" not in entry for entry in held)
        listed = session.get(f"{base}/privileges?$select=name", timeout=60).json()["value"]
        ids = {entry["privilegeid"]: entry["name"] for entry in listed}
        assert "prvReadMailbox" in {ids[entry["PrivilegeId"]] for entry in held}
        for version in ("v9.0", "v9.2"):
            answer = session.get(f"{tenant.url}/api/data/{version}/WhoAmI", timeout=60)
            assert answer.status_code == 404
