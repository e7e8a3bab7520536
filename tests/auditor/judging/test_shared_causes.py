"""What another record leaves open for many subjects is one cause, of that record and its field."""

import pytest

from auditor.judging.record_codes import rests_on
from auditor.judging.shared_causes import with_shared_cause
from rules.evidence import OF_ITS_OWNER, OF_THE_SUBJECT, Cause, Evidence
from rules.rule import catalogue
from rules.verdict import Pass, Undetermined, Verdict

OF = {rule.subject: rule for rule in catalogue()}
PROFILE = Evidence("dynamics.emailserverprofiles", "profile-1", "servertype")
ORGANIZATION = Evidence("dynamics.organizations", "", "syncoptin")
OWN = Evidence("dynamics.mailboxes", OF_THE_SUBJECT, "statecode")
OWNERS = Evidence("dns.domains", OF_ITS_OWNER, "domain")


def left_open(*evidence: Evidence, cause: Cause | None = None) -> Undetermined:
    return Undetermined("Not known.", "Look.", cause=cause, evidence=evidence)


def cause_of(subject: str, verdict: Verdict) -> Cause | None:
    return getattr(with_shared_cause(OF[subject], verdict), "cause", None)


def test_a_profile_is_elsewhere_for_a_mailbox_alone() -> None:
    code = "record-profile-1-servertype"
    assert cause_of("mailbox", left_open(PROFILE)) == Cause("source", PROFILE.source, code)
    assert cause_of("profile", left_open(PROFILE)) is None


def test_the_organization_is_elsewhere_for_all_but_itself() -> None:
    found = cause_of("profile", left_open(ORGANIZATION))
    assert found == Cause("source", ORGANIZATION.source, "record-organization-syncoptin")
    assert cause_of("organization", left_open(ORGANIZATION)) is None


@pytest.mark.parametrize("own", [OWN, OWNERS])
def test_one_value_of_its_own_makes_it_a_finding_of_its_own(own: Evidence) -> None:
    assert cause_of("mailbox", left_open(PROFILE, own)) is None


def test_a_cause_that_is_there_stays_and_a_decided_verdict_has_none() -> None:
    cause = Cause("source", "graph.users", "failed")
    assert cause_of("mailbox", left_open(PROFILE, cause=cause)) is cause
    assert cause_of("mailbox", left_open()) is None
    decided = Pass("It is so.", (PROFILE,))
    assert with_shared_cause(OF["mailbox"], decided) is decided


def test_the_code_of_a_cause_gives_record_and_field_back() -> None:
    assert rests_on("record-profile-1-servertype") == ("profile-1", "servertype")
    assert rests_on("failed") is None
    assert rests_on("record-x") is None
