"""What is known with changes is what would be read if they had been made."""

from typing import Any

import pytest
from msgspec.structs import replace

from auditor.audit import verdicts_of
from auditor.plan.columns import Value, columns
from auditor.plan.edits import Edit
from auditor.plan.trying.edited_facts import EditedFacts
from connectors.normalisation.facts import Facts
from rules.rule import catalogue
from tests.auditor import rows
from tests.auditor.recorded import READ_AT, request

ASKED = request(catalogue(), {})
ONE, OTHER = (rows.profile(id, name=id) for id in ("profile-1", "profile-2"))


def facts(*profiles: Any, **settings: Value) -> Facts:
    """The facts of an organisation with these profiles and settings, as they are read."""
    own = rows.organization(**settings)
    return verdicts_of(ASKED, rows.tables(profiles=profiles, settings=own))[0].facts


@pytest.fixture(scope="module")
def read() -> Facts:
    return facts(ONE, OTHER)


def edit(kind: Any, column: str, value: Value, *ids: str) -> dict[str, list[Edit]]:
    return {kind: [Edit(columns(kind)[column], value, None, frozenset(ids))]}


def test_a_profile_that_is_changed_is_what_it_would_be_read_as(read: Facts) -> None:
    found = EditedFacts(ASKED, read).of(edit("profile", "statecode", 1, "profile-2"))
    expected = facts(ONE, replace(OTHER, statecode=1))
    assert found.profiles == expected.profiles
    assert found.profiles["profile-2"] != read.profiles["profile-2"]
    assert found.profiles["profile-1"] is read.profiles["profile-1"], "nothing is made anew of it"
    assert found.organization is read.organization
    assert read.profiles["profile-2"].active is True


def test_an_edit_that_changes_nothing_leaves_the_very_profile(read: Facts) -> None:
    found = EditedFacts(ASKED, read).of(edit("profile", "statecode", 0, "profile-2"))
    assert all(each is read.profiles[id] for id, each in found.profiles.items())


def test_the_organisation_is_one_and_changes_every_profile_that_rests_on_it(read: Facts) -> None:
    default = "_defaultemailserverprofileid_value"
    found = EditedFacts(ASKED, read).of(edit("organization", default, "profile-2"))
    assert found.organization.default_profile_id == "profile-2"
    assert [each.is_default for each in found.profiles.values()] == [False, True]
    assert [each.is_default for each in read.profiles.values()] == [True, False]


def test_a_profile_that_is_made_new_stands_beside_the_others(read: Facts) -> None:
    new = rows.profile("profile-3", name="New")
    found = EditedFacts(ASKED, read).of({}, new)
    assert list(found.profiles) == ["profile-1", "profile-2", "profile-3"]
    assert found.profiles["profile-3"].name == "New"
    assert found.profiles["profile-1"] is read.profiles["profile-1"]
    (*_, (row, read_at)) = found.readings["dynamics.emailserverprofiles"].records
    assert (row, read_at) == (new, READ_AT)
    assert list(read.profiles) == ["profile-1", "profile-2"]


def test_an_edit_of_mailboxes_alone_changes_nothing_that_is_known(read: Facts) -> None:
    found = EditedFacts(ASKED, read).of(edit("mailbox", "statecode", 1, "mailbox-1"))
    assert (found.profiles, found.organization, found.tenant, found.readings) == (
        read.profiles,
        read.organization,
        read.tenant,
        read.readings,
    )


def test_what_mailboxes_tell_of_the_tenant_stays_with_an_edit_of_the_tenant(read: Facts) -> None:
    told = replace(read, tenant=replace(read.tenant, smtp_allowed_for_a_mailbox=True))
    column = next(each for each in columns("tenant").values() if each.source in read.readings)
    edits: dict[str, list[Edit]] = {"tenant": [Edit(column, True)]}
    found = EditedFacts(ASKED, told).of(edits)
    assert found.tenant.smtp_allowed_for_a_mailbox is True
