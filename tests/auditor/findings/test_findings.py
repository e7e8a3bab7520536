"""What is told of the findings of a rule without making them is what they are."""

import datetime
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model import Audit
from auditor.request import Waiver
from tests.auditor import rows
from tests.auditor.history.nights import Night
from tests.auditor.recorded import Recorded

LONG = datetime.date(2030, 1, 1)


def organisation(*approvals: int | None) -> Recorded:
    return rows.tables(
        [rows.mailbox(f"m{n}", emailrouteraccessapproval=each) for n, each in enumerate(approvals)]
    )


def digests(audit: Audit) -> dict[tuple[str, str], bytes]:
    assert audit.extents is not None
    return {(each.rule, each.severity): each.digest for each in audit.extents()}


def held(audit: Audit) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """By rule and severity, what a digest stands for: each finding, and which way it ended.

    To the history what is waived is waived, whichever its verdict.
    """
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for each in audit.findings():
        about = (each.fingerprint, "waived" if each.waived is not None else each.verdict)
        found.setdefault((each.rule, each.severity), set()).add(about)
    return found


def test_extents_are_the_findings_in_their_order() -> None:
    audit = Night(0, organisation(1, 0, 3, None)).audit
    assert audit.extents is not None
    extents = list(audit.extents())
    assert [f for each in extents for f in each.findings()] == list(audit.findings())
    counts = Counter((each.rule, each.severity) for each in audit.findings())
    assert {(each.rule, each.severity): each.count for each in extents} == counts
    shared = [f for f in audit.findings() if f.cause is not None]
    assert [f for each in extents for f in each.shared] == shared
    assert shared


approvals = st.lists(st.sampled_from([0, 1, 3, None]), min_size=1, max_size=4)
waived = st.sampled_from([None, "mailbox:m0", "mailbox:m*"])


@settings(max_examples=8, deadline=None)
@given(approvals, approvals, waived, waived)
def test_a_digest_is_the_same_where_the_findings_are(
    one: list[int | None], other: list[int | None], waived_one: str | None, waived_other: str | None
) -> None:
    def night(approvals: list[int | None], subject: str | None) -> Audit:
        waiver = Waiver("mailbox-not-approved", "CHG-1", LONG, subject=subject)
        waivers = [waiver] if subject else []
        return Night(0, organisation(*approvals), waivers=waivers).audit

    first, second = night(one, waived_one), night(other, waived_other)
    ones, others = held(first), held(second)
    digests_of_one, digests_of_other = digests(first), digests(second)
    both = ones.keys() & others.keys()
    assert both
    # A waiver is looked for among names, so a rule with one is told of by its findings.
    for key in both - {("mailbox-not-approved", "error")}:
        same = ones[key] == others[key]
        assert (digests_of_one[key] == digests_of_other[key]) is same, key
    key = ("mailbox-not-approved", "error")
    if key in both and bool(waived_one) == bool(waived_other):
        same = ones[key] == others[key]
        assert (digests_of_one[key] == digests_of_other[key]) is same


def test_the_standings_are_the_same_where_the_mailboxes_are() -> None:
    def digest(*approvals: int | None) -> bytes:
        told = Night(0, organisation(*approvals)).audit.standings_digest
        assert told is not None
        return told()

    assert digest(1, 0) == digest(1, 0)
    assert len({digest(1, 1), digest(1, 0), digest(0, 1), digest(0, 0)}) == 4
