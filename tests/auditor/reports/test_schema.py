"""The JSON Schema is generated from the published shape, shipped fresh, and strict."""

import json

import jsonschema
import pytest

from auditor.reports.published import schema
from tests.auditor.reports.audits import audit_of, written


def test_the_shipped_file_is_what_is_generated():
    # Fails after a change of the published shape: python -m auditor.reports.published.schema
    assert schema.shipped() == schema.encode(schema.generate())


def test_it_is_a_valid_schema():
    jsonschema.Draft202012Validator.check_schema(schema.generate())


def change(path: list, value: object):
    def apply(report: dict) -> None:
        place = report
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return apply


@pytest.mark.parametrize(
    "spoil",
    [
        change(["extra"], 1),
        change(["findings", 0, "extra"], 1),
        change(["findings", 0, "verdict"], "pass"),
        change(["findings", 0, "severity"], "high"),
        change(["findings", 0, "fingerprint"], "ABC"),
        change(["findings", 0, "subject", "kind"], "person"),
        change(["findings", 3, "cause"], {"code": "x"}),
        change(["findings", 3, "cause"], {"code": "x", "source": "a", "declaration": "b"}),
        change(["findings", 3, "affected", "sample"], [{}]),
        change(["summary", "verdicts", "fail"], -1),
        change(["sources", 0, "status"], "ok"),
        change(["schema_version"], "2.0"),
        lambda report: report.pop("findings"),
        lambda report: report.pop("notes"),
        lambda report: report["summary"].pop("standing"),
    ],
)
def test_it_refuses_what_is_not_published(spoil):
    report = json.loads(written("json", audit_of()))
    spoil(report)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, schema.generate(), cls=jsonschema.Draft202012Validator)
