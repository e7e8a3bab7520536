"""SARIF 2.1.0 as code scanning takes it: one run, rules, results, suppressions."""

import json

import jsonschema
import pytest
from msgspec.structs import replace

from auditor.reports import sarif
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


@pytest.fixture
def small_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "RESULTS_IN_A_RUN", 10)
    monkeypatch.setattr(sarif, "RUNS", 3)


@pytest.mark.parametrize(("count", "sizes"), [(0, [0]), (10, [10]), (11, [10, 1]), (30, [10] * 3)])
@pytest.mark.usefixtures("small_runs")
def test_results_are_in_runs_of_the_size_that_is_taken(count: int, sizes: list[int]):
    runs = json.loads(written("sarif", many(count)))["runs"]
    assert [len(run["results"]) for run in runs] == sizes
    categories = [run["automationDetails"]["id"].rpartition("/")[0] for run in runs]
    assert len(set(categories)) == len(runs)
    assert all("leftOut" not in run["properties"] for run in runs)


@pytest.mark.usefixtures("small_runs")
def test_what_no_run_has_room_for_is_counted():
    runs = json.loads(written("sarif", many(1234)))["runs"]
    assert sum(len(run["results"]) for run in runs) == 30
    assert runs[-1]["properties"]["leftOut"].startswith("1,204 results are left out")


def test_a_log_is_no_larger_than_github_takes():
    """GitHub's documentation of SARIF uploads: 25,000 results of a run, 20 runs of a file."""
    runs = json.loads(written("sarif", many(26_000)))["runs"]
    assert [len(run["results"]) for run in runs] == [25_000, 1_000]
    assert sarif.RUNS == 20


def test_github_knows_a_result_again_by_its_hash():
    (run,) = json.loads(written("sarif", many(9)))["runs"]
    hashes = [each["partialFingerprints"]["primaryLocationLineHash"] for each in run["results"]]
    assert len(set(hashes)) == 9
    assert {len(each) for each in hashes} == {len("0123456789abcdef:1")}


@pytest.mark.parametrize("backslashes", range(4))
def test_a_name_begins_no_link_in_a_message(backslashes: int):
    audit = audit_of()
    (first, *_) = audit.findings()
    name = backslashes * "\\" + "[Sign in](https://evil.example)"
    hostile = replace(first, subject=replace(first.subject, name=name))
    (run,) = json.loads(written("sarif", replace(audit, findings=lambda: iter([hostile]))))["runs"]
    text = run["results"][0]["message"]["text"]
    before = text.partition("[Sign in](https://evil.example)")[0]
    # An even number would be backslashes alone, and the bracket the begin of a link.
    assert (len(before) - len(before.rstrip("\\"))) % 2 == 1


def test_what_a_server_said_begins_no_link_either():
    audit = audit_of()
    failed = replace(audit.sources[0], status="failed", reason="[Sign in](https://evil.example)")
    (run,) = log(replace(audit, sources=(failed,)))["runs"]
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert r"\[Sign in](https://evil.example)" in notification["message"]["text"]


def test_half_of_a_surrogate_pair_in_an_id_costs_no_report():
    audit = audit_of()
    (first, *_) = audit.findings()
    odd = replace(first.subject, id="\ud800", url="https://contoso.example/main.aspx?id=\ud800")
    finding = replace(first, subject=odd)
    (result,) = json.loads(written("sarif", replace(audit, findings=lambda: iter([finding]))))[
        "runs"
    ][0]["results"]
    assert result["hostedViewerUri"] == "https://contoso.example/main.aspx?id=?"


def test_a_source_that_was_not_read_is_an_error_and_one_that_nobody_configured_a_note():
    (run,) = log(audit_of())["runs"]
    (invocation,) = run["invocations"]
    said = [
        (each["level"], each["message"]["text"].partition(":")[0])
        for each in invocation["toolExecutionNotifications"]
    ]
    assert said == [
        ("error", "exchange-server.ews"),
        ("error", "dynamics.queues"),
        ("note", "exchange-online.graph"),
    ]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 3


def test_without_an_exit_code_none_is_written():
    (run,) = log(audit_of(), exit_code=None)["runs"]
    assert "exitCode" not in run["invocations"][0]
