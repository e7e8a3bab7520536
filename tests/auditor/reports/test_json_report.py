"""The JSON report holds the published shape, in published order, in constant memory."""

import io
import itertools
import json
import tracemalloc

import jsonschema
import pytest

from auditor.model import Audit
from auditor.reports import json_report
from auditor.reports.published import schema
from tests.auditor.reports.audits import (
    FINDINGS,
    PROFILE,
    audit_of,
    hostile,
    many,
    nothing,
    odd_profile,
    refused,
    written,
)

VALIDATOR = jsonschema.Draft202012Validator(
    json.loads(schema.shipped()), format_checker=jsonschema.FormatChecker()
)


def report(audit: Audit | None = None) -> dict:
    return json.loads(written("json", audit or audit_of()))


def test_its_keys_are_the_contract_in_order():
    assert list(report()) == [
        "schema_version", "tool", "run", "environment", "complete", "sources", "summary",
        "undetermined", "causes", "statements", "rules", "notes", "names", "mailboxes",
        "findings",
    ]  # fmt: skip
    assert list(report()["summary"]) == [
        "profiles", "mailboxes", "configurations", "verdicts", "severities", "coverage", "standing"
    ]  # fmt: skip


def test_a_finding_holds_every_key_of_the_contract_in_order():
    for finding in report()["findings"]:
        assert list(finding) == [
            "rule", "severity", "verdict", "subject", "cause", "affected", "message", "remedy",
            "statements", "evidence", "fingerprint", "waived",
        ]  # fmt: skip
        assert list(finding["subject"]) == ["kind", "id", "name", "address", "url"]
    failing = report()["findings"][0]
    assert list(failing["evidence"][0]) == ["source", "record", "field", "value", "read_at"]
    assert (failing["cause"], failing["affected"], failing["waived"]) == (None, None, None)


def test_all_outcomes_a_waiver_and_a_shared_cause_are_there():
    read = report()
    assert list(read["summary"]["verdicts"]) == [
        "pass", "fail", "undetermined", "not-applicable", "waived"
    ]  # fmt: skip
    assert {statement["verdict"] for statement in read["statements"]} == {
        "pass", "fail", "undetermined", "not-applicable"
    }  # fmt: skip
    waived = [each["waived"] for each in read["findings"] if each["waived"]]
    assert waived == [{"reason": "CHG-1234, moving in the first quarter", "until": "2027-03-31"}]
    shared = next(each for each in read["findings"] if each["cause"])
    assert list(shared["cause"].items()) == [
        ("source", "exchange-online.graph"), ("code", "not-configured")
    ]  # fmt: skip
    assert shared["affected"]["count"] == 40
    assert len(shared["affected"]["sample"]) == 2


def test_the_code_of_a_cause_that_rests_on_a_record_has_its_id_and_names_tell_the_rest():
    read = report(odd_profile())
    (open_cause,) = read["undetermined"]
    assert open_cause["cause"]["code"].endswith(f":record-{PROFILE.id}-servertype")
    assert read["names"] == {PROFILE.id: "Vertrieb Süd"}


def test_findings_keep_their_order_and_values():
    read = report()["findings"]
    assert [each["fingerprint"] for each in read] == [each.fingerprint for each in FINDINGS]
    assert read[1]["evidence"][1]["value"] == ["a", None, True]
    assert read[2]["subject"]["name"] == "日本 支店"


@pytest.mark.parametrize("audit", [audit_of, nothing, refused, hostile, lambda: many(600)])
def test_every_report_meets_the_shipped_schema(audit):
    VALIDATOR.validate(report(audit()))


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 513])
def test_no_finding_is_lost_between_batches(count):
    read = report(many(count))["findings"]
    assert [each["subject"]["name"] for each in read] == [f"Mailbox {n}" for n in range(count)]


def test_half_a_character_becomes_its_code():
    assert "\\ud800" in report(hostile())["findings"][0]["subject"]["name"]


class Sink(io.RawIOBase):
    def __init__(self) -> None:
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, chunk) -> int:
        self.size += len(chunk)
        return len(chunk)


def test_memory_does_not_grow_with_the_findings():
    first = list(itertools.islice(many(2000).findings(), 2000))

    def peak(repeats: int) -> int:
        audit = audit_of((), findings=lambda: itertools.chain.from_iterable([first] * repeats))
        tracemalloc.start()
        try:
            json_report.write(audit, Sink())
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(10) < peak(1) + 200_000
