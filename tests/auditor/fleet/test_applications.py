"""One application of several environments: told with evidence of both, and no failure."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.audit import audit
from auditor.fleet.collector import Collector
from auditor.fleet.comparison import Comparison
from auditor.fleet.overview_formats import as_html, as_json, as_markdown
from auditor.model import RootCause, Subject
from rules.rule import catalogue
from tests.auditor import rows
from tests.auditor.fleet.test_collector import NOW, of
from tests.auditor.recorded import READ_AT, Recorded, request
from tests.auditor.reports.audits import cause

PROFILES = "dynamics.emailserverprofiles"
CLIENT = "11111111-2222-4333-8444-555555555555"
BY_APPLICATION = rows.CLOUD | {
    "servertype": 0,
    "incomingcredentialretrieval": 7,
    "outgoingcredentialretrieval": 7,
    "oauthclientid": CLIENT,
}


def environment(name: str, *profiles: Mapping[str, Any]) -> Recorded:
    made = [
        rows.profile(f"{number:08}-0000-4000-8000-000000000000", name=f"{name} {number}", **each)
        for number, each in enumerate(profiles)
    ]
    id = f"organization-{name}"
    settings = replace(rows.organization(), organizationid=id)
    return rows.tables(profiles=made, settings=settings, of=rows.detail(OrganizationId=id))


def compared(
    environments: Mapping[str, Recorded], *missing: str, urls: Mapping[str, str] | None = None
) -> Comparison:
    comparison = Comparison([*environments, *missing])
    for name, outside in environments.items():
        url = (urls or {}).get(name, f"https://{name}.crm.dynamics.example")
        asked = replace(request(tuple(catalogue()), {}), environment=name, url=url)
        audit(asked, outside, lambda: READ_AT, comparison.taking(name, url))
    comparison.compare()
    return comparison


def test_the_reports_of_both_name_the_other_with_what_was_read() -> None:
    other = BY_APPLICATION | {"oauthclientid": CLIENT.upper()}
    with compared(
        {
            "a": environment("a", BY_APPLICATION),
            "b": environment("b", other, BY_APPLICATION | {"oauthclientid": "another"}),
            "c": environment("c", BY_APPLICATION | {"oauthclientid": "its-own"}),
        }
    ) as comparison:
        (shared,) = comparison.applications
        assert (shared.client_id, shared.environments) == (CLIENT, ("a", "b"))
        (note,) = comparison.notes("a")
        assert f'The profile "a 0" signs in as the application {CLIENT}' in note
        assert f'(oauthclientid, read {READ_AT}), and so do profiles of b ("b 0"' in note
        assert "not known" not in note
        assert [each.count('a ("a 0"') for each in comparison.notes("b")] == [1]
        assert comparison.notes("c") == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"statecode": 1},
        {"incomingcredentialretrieval": 2, "outgoingcredentialretrieval": 2},
        {"managed_identity": "an-identity"},
        {"oauthclientid": None},
    ],
)
def test_a_profile_that_does_not_sign_in_as_it_shares_nothing(changed: Mapping[str, Any]) -> None:
    with compared(
        {
            "a": environment("a", BY_APPLICATION),
            "b": environment("b", BY_APPLICATION | dict(changed)),
        }
    ) as comparison:
        assert comparison.applications == ()
        assert comparison.notes("a") == ()


def test_one_organisation_at_two_addresses_is_not_several() -> None:
    first = environment("a", BY_APPLICATION)
    with compared({"a": first, "b": first}) as comparison:
        assert comparison.applications == ()


def test_whether_environments_that_were_not_read_use_it_is_not_known() -> None:
    with compared(
        {
            "a": environment("a", BY_APPLICATION),
            "b": environment("b", BY_APPLICATION),
            "c": environment("c", BY_APPLICATION | {"oauthclientid": "its-own"}).partial(PROFILES),
        },
        "gone",
    ) as comparison:
        for name in ("a", "b"):
            (note,) = comparison.notes(name)
            assert note.endswith("Whether others use it is not known of c and gone.")


def test_the_overview_tells_a_cause_of_the_application_once_for_all() -> None:
    """A secret is that of the application; what it may do is said in each tenant."""
    profile = Subject("profile", "00000000-0000-4000-8000-000000000000", "a 0")
    secret: RootCause = cause("application-secret-expiring", profile, 5, 5)
    permission: RootCause = cause("application-graph-permissions-missing", profile, 5, 5)
    elsewhere = BY_APPLICATION | {
        "usedefaulttenantid": False,
        "exchangeonlinetenantid": "99999999-2222-4333-8444-555555555555",
    }
    with compared(
        {
            "a": environment("a", BY_APPLICATION),
            "b": environment("b", BY_APPLICATION),
            "c": environment("c", elsewhere),
            "d": environment("d", BY_APPLICATION | {"oauthclientid": "its-own"}),
        }
    ) as comparison:
        collector = Collector()
        for name in "abcd":
            collector.add(of(name, secret, permission), 1)
        collector.compare(
            comparison.sharing,
            comparison.not_read,
            comparison.applications,
            comparison.applications_by_environment,
        )
    overview = collector.overview(NOW)
    told = {each.cause.rules[0]: each.environments for each in overview.shared_causes}
    assert told == {
        "application-secret-expiring": ("a", "b", "c"),
        "application-graph-permissions-missing": ("a", "b"),
    }
    sentence = f"Profiles of a, b and c sign in as the application {CLIENT}"
    assert sentence in as_markdown(overview).decode()
    assert sentence in as_html(overview).decode()
    (published,) = json.loads(as_json(overview))["shared_applications"]
    assert published == {"client_id": CLIENT, "environments": ["a", "b", "c"]}


def test_one_change_of_a_tenant_is_one_cause_though_it_repairs_more_in_one_environment() -> None:
    switch = cause("ews-disabled-in-tenant", Subject("tenant", ""), 5, 5)
    more = replace(switch, rules=("exchange-online-ews-retirement", *switch.rules))
    collector = Collector()
    collector.add(of("a", switch), 1)
    collector.add(of("b", more), 1)
    (shared,) = collector.overview(NOW).shared_causes
    assert shared.environments == ("a", "b")
