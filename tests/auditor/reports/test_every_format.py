"""What is true of every format: it names each outcome, streams, and obeys no text from outside."""

import re

import pytest

from auditor.model import Missing, SharedCause
from auditor.reports import formats, writer
from tests.auditor.reports.audits import (
    APPROVAL,
    PROFILE,
    audit_of,
    covering,
    hostile,
    many,
    nothing,
    odd_profile,
    refused,
    written,
)

# What each format says for the four outcomes, the waiver, and the cause that subjects share.
NAMED = {
    "json": ['"pass":81', '"verdict":"fail"', '"verdict":"undetermined"', '"not-applicable":3',
             '"waived":{"reason":"CHG-1234', '"source":"exchange-online.graph"'],
    "jsonl": ['"pass":81', '"verdict":"fail"', '"verdict":"undetermined"', '"not-applicable":3',
              '"waived":{"reason":"CHG-1234', '"source":"exchange-online.graph"'],
    "terminal": ["81\npass", "2 fail", "41 undetermined", "3 not applicable", "waived until 2027",
                 "(source\n  exchange-online.graph: not-configured)"],
    "markdown": ["81 pass", "2 fail", "41 undetermined", "3 not applicable", "waived until 2027",
                 "source exchange-online.graph: not-configured"],
    "html": ["81 pass", ">fail<", ">undetermined<", "3 not applicable", "waived until 2027",
             "source exchange-online.graph: not-configured"],
    "sarif": ['"pass":81', '"kind":"fail"', '"kind":"open"', '"not-applicable":3',
              '"justification":"waived until 2027', "source exchange-online.graph"],
    "junit": ["pass: 40 subjects", "<failure", "undetermined: ", "not-applicable: 3 subjects",
              "waived until 2027", "source exchange-online.graph: not-configured"],
    "prometheus": ['outcome="pass"} 40', 'outcome="fail"} 1', 'outcome="undetermined"} 40',
                   'outcome="not-applicable"} 3', 'outcome="waived"} 1',
                   'cause="exchange-online.graph",code="not-configured"} 40'],
    "ocsf": ['"verdict":"pass"', '"status":"Fail"', '"verdict":"undetermined"',
             '"verdict":"not-applicable"', '"status":"Suppressed"', "source exchange-online.graph"],
    # Findings alone: what passed or was not spoken of is no row.
    "csv": ['"fail"', '"undetermined"', "waived until 2027", "source exchange-online.graph: not-"],
    "worklist": ["mailbox-not-approved", "impersonation-with-exchange-online"],
    "tickets": ["mailbox-not-approved", "impersonation-with-exchange-online"],
}  # fmt: skip


@pytest.mark.parametrize("format", ["terminal", "markdown", "html"])
def test_coverage_says_what_is_missing_for_most_and_what_it_would_take(format):
    unread = SharedCause(code="graph.users:not-configured", source="graph.users")
    summary = covering(
        2,
        Missing("Add a section for Graph.", 39, ("a",), (unread,)),
        Missing("Set the value.", 30, ("b",), ()),
        Missing("Ask the operator.", 20, ("c",), ()),
        Missing("Wait.", 5, ("d",), ()),
        Missing("Wait longer.", 1, ("e",), ()),
    )
    text = " ".join(written(format, audit_of(summary=summary)).split())
    for words in (
        "It is decided for 2 of 41 synchronizing mailboxes whether Microsoft supports what they",
        "For the other 39: Add a section for Graph. (Missing: source graph.users: not-configured.)",
        "For 30 of the other 39: Set the value. (Missing: a value in a record.)",
        "For 20 of the other 39: Ask the operator.",
        "And 2 more, each for at most 5 mailboxes.",
    ):
        assert words in text.replace("\\", "")


# Formats that hold every finding; the rest show the first of many, or counts.
WHOLE = ("csv", "html", "json", "jsonl", "junit", "ocsf", "sarif", "worklist")


def test_no_format_is_left_out() -> None:
    assert set(NAMED) == set(formats())


@pytest.mark.parametrize("format", NAMED)
def test_each_outcome_the_waiver_and_the_shared_cause_are_named(format):
    text = written(format, audit_of(), 3)
    assert [words for words in NAMED[format] if words not in text] == []


@pytest.mark.parametrize(
    "format", ["terminal", "markdown", "html", "sarif", "junit", "ocsf", "csv"]
)
def test_a_cause_that_rests_on_a_record_tells_its_name(format):
    text = " ".join(written(format, odd_profile()).split())
    assert "source dynamics.emailserverprofiles: servertype of profile Vertrieb Süd" in text


@pytest.mark.parametrize("format", ["terminal", "markdown", "html"])
def test_evidence_in_a_record_that_is_not_the_subjects_tells_its_name(format):
    text = " ".join(written(format, odd_profile()).split())
    assert "dynamics.emailserverprofiles Vertrieb Süd: servertype = 9" in text
    assert PROFILE.id not in text


@pytest.mark.parametrize("format", formats())
@pytest.mark.parametrize("audit", [nothing, refused])
def test_an_audit_without_findings_can_be_written(format, audit):
    text = written(format, audit(), 0)
    assert text.endswith("\n") or (format in ("ocsf", "jsonl") and not text)


@pytest.mark.parametrize("format", ["terminal", "markdown", "html"])
def test_that_nothing_fails_is_never_said_without_what_is_open(format):
    text = " ".join(written(format, audit_of(())).split())
    assert "No unwaived failing finding, but 41 verdicts are undetermined." in text
    assert "No unwaived failing finding." in written(format, nothing())


@pytest.mark.parametrize("format", formats())
def test_nothing_that_steers_a_terminal_is_written(format):
    text = written(format, hostile(), 1)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", text)
    if format not in ("json", "jsonl"):
        assert "\u202e" not in text


@pytest.mark.parametrize("format", WHOLE)
def test_every_failing_mailbox_is_there(format):
    named = set(re.findall(r"\bMailbox (\d+)\b", written(format, many(1200))))
    assert named == {str(number) for number in range(1200)}


class Counting:
    """A stream that counts, and notes how many findings were made before the first was written."""

    def __init__(self) -> None:
        self.size = 0

    def write(self, chunk: bytes) -> int:
        self.size += len(chunk)
        return len(chunk)

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def isatty(self) -> bool:
        return False

    def flush(self) -> None: ...

    closed = False


@pytest.mark.parametrize("format", [each for each in WHOLE if each not in ("html", "worklist")])
def test_findings_stream_out_while_they_are_read(format):
    out = Counting()
    sizes = []

    def stream():
        for finding in many(3000).findings():
            yield finding
            sizes.append(out.size)

    writer(format).write(audit_of((), findings=stream), out)
    # Of the last pass over the findings, half is out before half is read.
    assert sizes[-1500] > out.size / 4
    assert APPROVAL in written(format, many(1))
