"""A waiver lets a mailbox stand as it does, and marks the cause that somebody answers for."""

import datetime
import json

import pytest
from msgspec.structs import replace

from auditor.audit import audit
from auditor.model import Audit, RootCause
from auditor.request import Waiver
from auditor.why.why import why
from tests.auditor import rows
from tests.auditor.one_fault_each import UNTESTED, WHOLE, World, made
from tests.auditor.recorded import READ_AT
from tests.auditor.reports.audits import written

# The account of the profile signs in to Exchange Online: three rules, one change.
WORLD = World(
    profile={"incomingcredentialretrieval": 1, "incomingauthenticationprotocol": 2},
    more=(rows.mailbox("sound", profile="profile-2"),),
)
SIGN_IN = ("basic-authentication-to-exchange-online", "credentials-in-profile")
SIGN_IN = (*SIGN_IN, "no-server-to-server-authentication")
CHANGED = {"modifiedon": "2026-11-23T02:55:00Z"}


def waiver(rule: str, until: str = "2027-03-31", subject: str = "profile:profile-1") -> Waiver:
    return Waiver(rule, f"CHG-{until[:4]}", datetime.date.fromisoformat(until), subject=subject)


def audited(*waivers: Waiver) -> Audit:
    request, outside = made("exchange-online", replace(WORLD, profile=WORLD.profile | CHANGED))
    return audit(replace(request, waivers=waivers), outside, lambda: READ_AT)


def sign_in(found: Audit) -> RootCause:
    (of_profile,) = (each for each in found.causes() if each.id == "profile:profile-1:sign-in")
    return of_profile


def test_nothing_of_how_mailboxes_stand_is_waived() -> None:
    without, with_waivers = audited(), audited(*map(waiver, SIGN_IN))
    assert without.summary.standing.broken > 1
    assert with_waivers.summary.standing == without.summary.standing
    assert list(with_waivers.mailboxes()) == list(without.mailboxes())
    marked = [replace(each, waived=None) for each in with_waivers.causes()]
    assert marked == list(without.causes())


def test_a_cause_is_waived_where_each_of_its_findings_is() -> None:
    assert sign_in(audited()).rules == SIGN_IN
    assert sign_in(audited()).waived is None
    assert sign_in(audited(*map(waiver, SIGN_IN[1:]))).waived is None
    found = sign_in(audited(waiver(SIGN_IN[0], "2027-01-31"), *map(waiver, SIGN_IN[1:])))
    assert found.waived is not None
    assert found.waived.until == "2027-01-31"


def test_a_waiver_of_another_subject_or_one_that_has_ended_marks_nothing() -> None:
    other = [waiver(each, subject="profile:profile-2") for each in SIGN_IN]
    ended = [waiver(each, "2026-11-01") for each in SIGN_IN]
    assert sign_in(audited(*other)).waived is None
    assert sign_in(audited(*ended)).waived is None


def test_the_cause_of_one_mailbox_is_waived_alone() -> None:
    found = audited(waiver("incoming-email-failed", subject=f"mailbox:{UNTESTED}"))
    waived = {each.id for each in found.causes() if each.waived}
    assert waived == {f"mailbox:{UNTESTED}:test"}


SAYS = "aived until 2027-03-31: CHG-2027"


@pytest.mark.parametrize("format", ["terminal", "markdown", "html", "worklist", "sarif"])
def test_formats_for_people_mark_the_cause(format: str) -> None:
    found = audited(*map(waiver, SIGN_IN))
    first = next(iter(found.causes()))
    assert first.waived is not None
    assert SAYS in _of_causes(format, " ".join(written(format, found).split()))
    assert SAYS not in _of_causes(format, " ".join(written(format, audited()).split()))


def _of_causes(format: str, text: str) -> str:
    """The part of a report that lists causes; the waived findings stand elsewhere."""
    begins, ends = {
        "terminal": ("Repair first", "Failing, worst first"),
        "markdown": ("## Repair first", "## Failing"),
        "html": ('id="deal"', 'id="unseen"'),
        "worklist": ("", ""),
        "sarif": ('"causes":[', "}]"),
    }[format]
    part = text.partition(begins)[2] if begins else text
    return part.partition(ends)[0] if ends else part


def test_json_has_the_waiver_at_its_cause_and_no_key_where_there_is_none() -> None:
    first, *others = json.loads(written("json", audited(*map(waiver, SIGN_IN))))["causes"]
    assert first["waived"] == {"reason": "CHG-2027", "until": "2027-03-31"}
    assert not any("waived" in each for each in others)


def test_why_tells_what_is_waived_of_what_bears_on_a_mailbox() -> None:
    request, outside = made("exchange-online", replace(WORLD, profile=WORLD.profile | CHANGED))
    asked = replace(request, waivers=tuple(map(waiver, SIGN_IN)))
    (found,) = why(asked, outside, WHOLE).explanations
    waived = {each.rule for each in found.judgements if each.waived}
    assert found.standing == "broken"
    assert waived == set(SIGN_IN)
