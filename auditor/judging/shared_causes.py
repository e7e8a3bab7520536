"""Tells what a subject's own record leaves open from what another record leaves open for many."""

from msgspec.structs import replace

from auditor.judging.record_codes import code_of
from connectors.dynamics.tables.organization_detail import SOURCE as DETAIL
from connectors.dynamics.tables.organizations import TABLE as ORGANIZATIONS
from connectors.normalisation.profile.profiles import SOURCE as PROFILES
from rules.evidence import OF_ITS_OWNER, OF_THE_SUBJECT, Cause, Evidence
from rules.rule import Rule
from rules.verdict import Undetermined, Verdict

_OF_THE_ORGANIZATION = (ORGANIZATIONS.source, DETAIL)
_OF_A_PROFILE = (PROFILES, "exchange_server.", "mail_servers.", "dns.")


def with_shared_cause(rule: Rule, verdict: Verdict) -> Verdict:
    """The verdict, with a cause where a record that is not the subject's own leaves it open.

    One odd value of a profile is one thing to settle, however many mailboxes use the profile.
    """
    if not isinstance(verdict, Undetermined) or verdict.cause is not None or not verdict.evidence:
        return verdict
    if not all(_is_elsewhere(rule.subject, each) for each in verdict.evidence):
        return verdict
    first = verdict.evidence[0]
    code = code_of(first.record or "organization", first.field)
    return replace(verdict, cause=Cause("source", first.source, code))


def _is_elsewhere(subject: str, evidence: Evidence) -> bool:
    if subject != "organization" and evidence.source in _OF_THE_ORGANIZATION:
        return True
    return (
        subject == "mailbox"
        and evidence.source.startswith(_OF_A_PROFILE)
        and evidence.record not in (OF_THE_SUBJECT, OF_ITS_OWNER)
    )
