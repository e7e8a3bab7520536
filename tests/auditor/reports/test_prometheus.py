"""Metrics as the textfile collector reads them."""

import re

import pytest
from msgspec.structs import replace

from auditor.differences import Difference, Run, compared
from auditor.model import OpenCause, Severities, SharedCause, Waived
from tests.auditor.reports.audits import (
    APPROVAL,
    LOGGING,
    SHARED,
    audit_of,
    hostile,
    nothing,
    refused,
    written,
)

SAMPLE = re.compile(r'([a-z_]+)\{((?:[a-z_]+="(?:[^"\\\n]|\\\\|\\"|\\n)*",?)*)\} (-?[0-9.e+]+)')


@pytest.mark.parametrize("audit", [audit_of, nothing, refused, hostile])
def test_each_line_is_help_type_or_a_sample_of_the_metric_above(audit):
    seen: set[str] = set()
    current = ""
    for line in written("prometheus", audit(), 0).splitlines()[2:]:
        if line.startswith("# HELP "):
            current = line.split(" ", 3)[2]
            assert current not in seen, "a metric stands in one place"
            seen.add(current)
        elif line.startswith("# TYPE "):
            assert line == f"# TYPE {current} gauge"
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample, line
            assert sample[1] == current
    assert "auditor_complete" in seen


def test_no_series_is_written_twice():
    series = [line.rpartition(" ")[0] for line in written("prometheus", audit_of()).splitlines()]
    assert len(series) == len(set(series))


def test_the_numbers_are_those_of_the_audit():
    text = written("prometheus", audit_of(), 3)
    for line in (
        'auditor_mailboxes{environment="contoso",state="working"} 37',
        'auditor_mailboxes{environment="contoso",state="unsupported"} 1',
        'auditor_mailboxes{environment="contoso",state="undecided"} 0',
        'auditor_failing_findings{environment="contoso",severity="error"} 2',
        'auditor_finished_timestamp_seconds{environment="contoso"} 1795420860',
        'auditor_duration_seconds{environment="contoso"} 60',
        'auditor_exit_code{environment="contoso"} 3',
        'auditor_complete{environment="contoso"} 0',
    ):
        assert f"{line}\n" in text


def test_the_file_says_first_how_the_collector_may_read_it():
    first, second, third, *_ = written("prometheus", audit_of()).splitlines()
    assert first.startswith("# Only the account that wrote this file can read it.")
    assert "install -m 0640 -g GROUP" in second
    assert third.startswith("# HELP")


def test_the_first_cause_is_one_that_nobody_answers_for():
    causes = list(audit_of().causes())
    waiver = Waived("CHG-1", "2027-03-31")
    waived = replace(causes[0], repairs=causes[0].repairs + 7, waived=waiver)
    for listed, expected in (
        ([waived, causes[0]], causes[0].repairs),
        ([causes[0], waived], causes[0].repairs),
        ([waived], None),
    ):
        text = written("prometheus", audit_of(causes=listed.__iter__))
        found = re.findall(r"^auditor_first_cause_repairs\{.*\} (\d+)$", text, re.MULTILINE)
        assert found == ([] if expected is None else [str(expected)])


LAST_COMPLETE = "auditor_last_complete_timestamp_seconds"


def test_a_complete_run_is_the_last_complete_one_itself():
    text = written("prometheus", audit_of(complete=True))
    assert f'{LAST_COMPLETE}{{environment="contoso"}} 1795420860\n' in text


def test_after_a_run_that_was_not_complete_the_history_tells_the_last_complete_one():
    new = Run("2", "", "", "", complete=False)
    known = Difference(old=None, new=new, last_complete_at="2026-11-22T08:01:00Z")
    text = written("prometheus", compared(audit_of(complete=False), known))
    assert f'{LAST_COMPLETE}{{environment="contoso"}} 1795334460\n' in text
    never = Difference(old=None, new=new)
    assert LAST_COMPLETE not in written("prometheus", compared(audit_of(complete=False), never))
    assert LAST_COMPLETE not in written("prometheus", audit_of(complete=False))


def test_a_time_that_is_none_is_left_out():
    assert "timestamp" not in written("prometheus", audit_of(finished_at="yesterday"))


def test_labels_are_escaped():
    environment = audit_of().environment
    from msgspec.structs import replace

    audit = audit_of(environment=replace(environment, name='a"b\\c\nd'))
    assert 'auditor_complete{environment="a\\"b\\\\c d"} 0' in written("prometheus", audit)


def test_what_is_open_is_counted_by_the_source_or_the_declaration_that_would_settle_it():
    declared = SharedCause(declaration="fips_compliant_mail_servers", code="undeclared")
    of_a_source = SharedCause(source="graph.users", code="graph.users:not-configured")
    text = written(
        "prometheus",
        audit_of(
            undetermined=(
                OpenCause(declared, "Declare it.", ("one",), 3),
                OpenCause(of_a_source, "Configure it.", ("two",), 4),
            )
        ),
    )
    name = "auditor_undetermined_subjects"
    lines = {
        tuple(re.findall(r'(?:kind|cause|code)="([^"]*)"', line)): line.rpartition(" ")[2]
        for line in text.splitlines()
        if line.startswith(f"{name}{{")
    }
    assert lines == {
        ("declaration", "fips_compliant_mail_servers", "undeclared"): "3",
        ("source", "graph.users", "graph.users:not-configured"): "4",
    }


@pytest.mark.parametrize(
    ("state", "count"),
    [
        ("working", 37), ("unsupported", 1), ("broken", 2), ("unknown", 1), ("undecided", 0),
        ("not-in-use", 4),
    ],
)  # fmt: skip
def test_mailboxes_are_counted_by_how_they_stand(state, count):
    line = f'auditor_mailboxes{{environment="contoso",state="{state}"}} {count}'
    assert line in written("prometheus", audit_of()).splitlines()


@pytest.mark.parametrize(
    ("rule", "outcome", "count"),
    [
        (APPROVAL, "pass", 39), (APPROVAL, "fail", 1), (APPROVAL, "waived", 1),
        (SHARED, "undetermined", 40), (LOGGING, "not-applicable", 3), (LOGGING, "fail", 0),
    ],
)  # fmt: skip
def test_subjects_of_a_rule_are_counted_by_how_they_ended(rule, outcome, count):
    lines = [
        line
        for line in written("prometheus", audit_of()).splitlines()
        if line.startswith("auditor_rule_subjects") and f'rule="{rule}"' in line
    ]
    (found,) = (line for line in lines if f'outcome="{outcome}"' in line)
    assert found.endswith(f" {count}")


@pytest.mark.parametrize("severity", ["error", "warning", "note"])
def test_failing_findings_are_counted_by_severity(severity):
    numbers = {"error": 7, "warning": 5, "note": 3}
    audit = audit_of(summary=replace(audit_of().summary, severities=Severities(**numbers)))
    line = f'auditor_failing_findings{{environment="contoso",severity="{severity}"}}'
    assert f"{line} {numbers[severity]}" in written("prometheus", audit).splitlines()
