"""An audit with what changed since the run before is still the audit."""

from auditor.differences import Compared, Difference, Run, compared, difference_of
from tests.auditor.reports.audits import audit_of

DIFFERENCE = Difference(old=None, new=Run("n", "2", "3", "2026-11-23"))


def test_without_a_difference_the_audit_stays_as_it_is():
    audit = audit_of()
    assert compared(audit, None) is audit
    assert difference_of(audit) is None


def test_with_one_it_holds_all_of_the_audit():
    audit = audit_of()
    found = compared(audit, DIFFERENCE)
    assert isinstance(found, Compared)
    assert difference_of(found) is DIFFERENCE
    assert found.summary is audit.summary
    assert tuple(found.findings()) == tuple(audit.findings())
