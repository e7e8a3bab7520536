"""The cells of an edition's matrix by the facts of an organization, and verdicts of directions."""

import pytest

from rules.cells import (
    cell,
    column,
    deployment_covered,
    numbered,
    of_both_directions,
    row_of,
    silence,
    undetermined_for,
)
from rules.edition import load
from rules.email_systems import Product
from rules.evidence import Cause, Evidence
from rules.option_sets import Deployment
from rules.unknown import Undecided, Unknown
from rules.verdict import Fail, NotApplicable, Pass, Undetermined
from tests.rules.facts import MISSING, on_premises, organization

ONLINE, OF_BOTH = load("online"), load("crm-2016")
ONE, TWO = Evidence("a", "1", "x"), Evidence("a", "2", "x")


def test_statement_ids_have_two_digits() -> None:
    assert numbered("S17", (1, 12)) == ("S17-01", "S17-12")


def test_an_edition_speaks_of_the_deployments_that_it_names() -> None:
    assert deployment_covered(organization(), ONLINE) is Deployment.ONLINE
    assert deployment_covered(on_premises(), ONLINE) is None
    with pytest.raises(Undecided):
        deployment_covered(organization(deployment=MISSING), ONLINE)


def test_a_cell_is_of_its_row_and_a_column_of_its_deployment() -> None:
    row = row_of(ONLINE, Deployment.ONLINE, Product.EXCHANGE_ONLINE)
    assert row is not None
    assert [cell(row, name) for name in ("email", "appointments-contacts-tasks", "protocol")] == [
        *row.statements
    ]
    emails = column(ONLINE, Deployment.ONLINE, "email")
    assert cell(row, "email") in emails
    assert len(emails) == len([each for each in ONLINE.rows if each.deployment == "online"])
    assert column(ONLINE, Deployment.ON_PREMISES, "email") == ()


def test_a_column_of_an_edition_of_both_deployments_is_of_one() -> None:
    online = column(OF_BOTH, Deployment.ONLINE, "email")
    on_site = column(OF_BOTH, Deployment.ON_PREMISES, "email")
    assert not {*online} & {*on_site}
    assert len(online) + len(on_site) == len(OF_BOTH.rows)


def test_silence_is_a_statement_where_the_edition_has_one() -> None:
    assert silence(OF_BOTH) == ("S17-70",)
    assert silence(ONLINE) == ()


def test_an_unknown_fact_decides_some_statements() -> None:
    unknown = Unknown("Not read.", "Read it.", Cause("source", "a", "b"), (ONE,))
    found = undetermined_for(unknown, ("S17-01",))
    assert (found.message, found.remedy, found.cause) == ("Not read.", "Read it.", unknown.cause)
    assert (found.evidence, found.statements, found.unknown) == ((ONE,), ("S17-01",), unknown)


def test_of_two_directions_a_failure_goes_first_then_what_is_open() -> None:
    fail, passed = Fail("No.", ()), Pass("Yes.", (ONE,), statements=("a",))
    open_, silent = Undetermined("Open.", "Look."), NotApplicable("None.")
    assert of_both_directions([passed, open_, fail]) is fail
    assert of_both_directions([silent, passed, open_]) is open_
    assert of_both_directions([silent, NotApplicable("Other.")]) is silent


def test_a_pass_takes_the_evidence_and_statements_of_every_direction_that_passes() -> None:
    first = Pass("Yes.", (ONE,), statements=("a",))
    second = Pass("Yes too.", (ONE, TWO), statements=("a", "b"))
    found = of_both_directions([NotApplicable("None."), first, second])
    assert found == Pass("Yes.", (ONE, TWO), statements=("a", "b"))
    assert of_both_directions([Pass("Yes.", (ONE,))]) == Pass("Yes.", (ONE,), statements=())
