"""SARIF 2.1.0 as code scanning takes it: one run, rules, results, suppressions."""

import json

import jsonschema
import pytest

from tests.auditor.reports.audits import audit_of, hostile, many, nothing, refused, written

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
LOCATION = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "physicalLocation": {
            "required": ["artifactLocation"],
            "properties": {
                "artifactLocation": {
                    "required": ["uri"],
                    "properties": {"uri": {"type": "string", "pattern": r"^[!-~]+$"}},
                },
                "region": {"properties": {"startLine": {"type": "integer", "minimum": 1}}},
            },
        },
        "logicalLocations": {
            "items": {
                "additionalProperties": False,
                "properties": {
                    "name": {"type": "string"},
                    "fullyQualifiedName": {"type": "string"},
                    "kind": {"type": "string"},
                },
            }
        },
    },
}
RULE = {
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string"},
        "shortDescription": TEXT,
        "fullDescription": TEXT,
        "help": TEXT,
        "helpUri": {"type": "string", "pattern": "^https://"},
        "defaultConfiguration": {"properties": {"level": LEVEL}},
        "properties": {"type": "object"},
    },
}
RESULT = {
    "type": "object",
    "required": ["message"],
    "additionalProperties": False,
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": -1},
        "kind": {"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
        "level": LEVEL,
        "message": TEXT,
        "locations": {"type": "array", "items": LOCATION},
        "partialFingerprints": {"additionalProperties": {"type": "string"}},
        "suppressions": {
            "items": {
                "required": ["kind"],
                "additionalProperties": False,
                "properties": {
                    "kind": {"enum": ["inSource", "external"]},
                    "status": {"enum": ["accepted", "underReview", "rejected"]},
                    "justification": {"type": "string"},
                },
            }
        },
        "hostedViewerUri": {"type": "string", "pattern": r"^https://[!-~]+$"},
        "properties": {"type": "object"},
    },
    # A result has a level of its own only where it is a failure.
    "if": {"properties": {"kind": {"const": "fail"}}},
    "else": {"properties": {"level": {"const": "none"}}},
}
INVOCATION = {
    "required": ["executionSuccessful"],
    "additionalProperties": False,
    "properties": {
        "executionSuccessful": {"type": "boolean"},
        "startTimeUtc": MOMENT,
        "endTimeUtc": MOMENT,
        "exitCode": {"type": "integer"},
        "exitCodeDescription": {"type": "string"},
        "toolExecutionNotifications": {
            "items": {"required": ["message"], "properties": {"message": TEXT, "level": LEVEL}}
        },
    },
}
LOG = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "required": ["tool"],
                "additionalProperties": False,
                "properties": {
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name"],
                                "properties": {"rules": {"items": RULE, "uniqueItems": True}},
                            }
                        },
                    },
                    "automationDetails": {"properties": {"id": {"type": "string"}}},
                    "invocations": {"items": INVOCATION},
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "properties": {"type": "object"},
                    "results": {"type": "array", "items": RESULT},
                },
            },
        },
    },
}


def log(audit, exit_code: int | None = 3) -> dict:
    return json.loads(written("sarif", audit, exit_code))


@pytest.mark.parametrize("audit", [audit_of, nothing, refused, hostile, lambda: many(20)])
def test_it_is_sarif(audit):
    jsonschema.validate(log(audit()), LOG, cls=jsonschema.Draft202012Validator)


def test_failures_have_a_level_open_results_none_and_waivers_are_suppressions():
    (run,) = log(audit_of())["runs"]
    assert [(each["kind"], each["level"], "suppressions" in each) for each in run["results"]] == [
        ("fail", "error", False),
        ("fail", "error", False),
        ("fail", "error", True),
        ("open", "none", False),
        ("open", "none", False),
    ]


def test_results_point_at_their_rule():
    (run,) = log(audit_of())["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])


def test_the_invocation_tells_exit_code_and_unread_sources():
    (invocation,) = log(audit_of())["runs"][0]["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 3)
    texts = [each["message"]["text"] for each in invocation["toolExecutionNotifications"]]
    assert texts[0].startswith("exchange-server.ews: could not be read. The server answered 401.")
    assert len(texts) == 3
