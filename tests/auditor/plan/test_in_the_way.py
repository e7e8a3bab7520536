"""What is named where nothing repairs a cause: what stops or is unsupported, and nothing else."""

from collections.abc import Mapping

import pytest

from auditor.audit import verdicts_of
from auditor.findings.findings import Findings
from auditor.findings.waivers import Waivers
from auditor.plan.aims import Aims
from auditor.plan.in_the_way import in_the_way
from auditor.plan.trying.bench import Bench
from rules.rule import catalogue
from tests.auditor.one_fault_each import FAULTS, made, merged


def named(fault: str) -> Mapping[str, tuple[str, ...]]:
    """What stands in the way of each rule that fails by a fault."""
    own = FAULTS[fault]
    asked, outside = made(own.kind, merged(own.beside, own.breaks))
    bench = Bench(asked, verdicts_of(asked, outside)[0])
    waivers = Waivers((), asked.environment, asked.as_of)
    findings = Findings(asked.environment, asked.url, bench.verdicts, waivers)
    aims = [aim for aim, _, _ in Aims(bench, findings).all()]
    return {rule: in_the_way(bench, aim) for aim in aims for rule in aim.rules}


def test_an_end_that_is_published_is_named_beside_the_statements() -> None:
    found = named("outlook-com-basic-authentication")
    assert "outlook-com-basic-authentication" in found["outlook-com-basic-authentication"]
    assert found["untested-mail-provider"]


@pytest.mark.parametrize("fault", ["inactive-profile-in-use", "host-not-found"])
def test_what_no_page_speaks_of_names_nothing(fault: str) -> None:
    assert named(fault)[fault] == ()


def test_only_the_statements_that_a_verdict_decides_are_named() -> None:
    # One rule speaks of Outlook.com and of whatever is not listed; a verdict is about one of them.
    found = named("unsupported-email-system")["unsupported-email-system"]
    (rule,) = (each for each in catalogue() if each.id == "unsupported-email-system")
    statements = set(found) - {"exchange-server-end-of-support"}
    assert statements
    assert statements < set(rule.statements)
