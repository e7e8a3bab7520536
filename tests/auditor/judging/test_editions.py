"""The edition that an audit judges by, or why there is none."""

from typing import Any

import pytest

from auditor.judging.editions import chosen_edition
from rules.edition import Edition, load
from rules.evidence import Evidence
from rules.option_sets import Deployment
from rules.unknown import Unknown
from tests.rules.facts import organization

OPEN = Unknown(reason="Nobody knows.", remedy="Ask.")
READ = Evidence("dynamics.organization-detail", "1", "OrganizationVersion", "7.1", "")


def chosen(asked: str = "auto", **facts: Any) -> Edition | Unknown:
    return chosen_edition(asked, organization(**facts)).edition


@pytest.mark.parametrize(
    ("deployment", "version", "edition"),
    [
        (Deployment.ONLINE, (9, 2, 24104, 195), "online"),
        (Deployment.ON_PREMISES, (9, 1, 18, 22), "customer-engagement-9"),
        (Deployment.ON_PREMISES, (8, 2, 2, 112), "crm-2016"),
    ],
)
def test_deployment_and_version_choose_it(
    deployment: Deployment, version: tuple[int, ...], edition: str
) -> None:
    assert chosen(deployment=deployment, version=version) == load(edition)


@pytest.mark.parametrize("fact", ["deployment", "version"])
def test_what_is_not_known_is_why_there_is_none(fact: str) -> None:
    assert chosen(**{fact: OPEN}) == OPEN


def test_a_version_without_an_edition_is_named_with_its_evidence() -> None:
    found = chosen(deployment=Deployment.ON_PREMISES, version=(7, 1), origins={"version": (READ,)})
    assert isinstance(found, Unknown)
    assert "No edition of the support document could be chosen: " in found.reason
    assert found.evidence == (READ,)
    assert "--edition" in found.remedy


def test_the_one_that_was_asked_for_needs_nothing_to_be_known() -> None:
    assert chosen("crm-2016", deployment=OPEN, version=OPEN) == load("crm-2016")


def test_a_version_that_another_edition_stands_in_for_has_a_note() -> None:
    found = chosen_edition("auto", organization(deployment=Deployment.ONLINE, version=(8, 2)))
    assert found.edition == load("crm-2016")
    assert found.notes
