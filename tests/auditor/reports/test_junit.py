"""JUnit XML that parses, whose counts are those of its cases."""

import pytest
from defusedxml import ElementTree

from tests.auditor.reports.audits import audit_of, hostile, many, nothing, refused, written


def suites(audit):
    return ElementTree.fromstring(written("junit", audit).encode()).findall("testsuite")


@pytest.mark.parametrize("audit", [audit_of, nothing, refused, hostile, lambda: many(30)])
def test_each_suite_counts_its_cases(audit):
    for suite in suites(audit()):
        assert int(suite.get("tests")) == len(suite.findall("testcase"))
        for count, element in (("failures", "failure"), ("errors", "error"), ("skipped",) * 2):
            assert int(suite.get(count)) == len(suite.findall(f"testcase/{element}")), suite.attrib


def test_cases_say_what_fails_what_is_open_and_what_is_waived():
    cases = {case.get("name"): case for suite in suites(audit_of()) for case in suite}
    anna = cases["mailbox Anna Öztürk <anna@contoso.example> 00000000-0000-4000-8000-000000000001"]
    failure = anna.find("failure")
    assert failure.get("message") == "The email address of the mailbox was rejected."
    assert "Fix: Approve the email address" in failure.text
    assert failure.text.splitlines()[-1].startswith("https://"), "the record to open"
    skipped = [
        case.find("skipped").get("message")
        for case in cases.values()
        if len(case) and case.find("skipped") is not None
    ]
    assert any(text.startswith("waived until 2027-03-31: CHG-1234") for text in skipped)
    assert any(text.startswith("undetermined: Exchange Online was not asked.") for text in skipped)


def test_sources_that_were_not_wholly_read_are_errors():
    sources = suites(audit_of())[0]
    assert (sources.get("name"), sources.get("errors"), sources.get("skipped")) == (
        "sources", "2", "1"
    )  # fmt: skip


def test_control_characters_are_shown_as_their_code():
    assert "Eve\\x1b[31m\\u202e[red]" in written("junit", hostile())
