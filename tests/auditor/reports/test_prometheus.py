"""Metrics as the textfile collector reads them."""

import re

import pytest

from auditor.differences import Difference, Run, compared
from tests.auditor.reports.audits import audit_of, hostile, nothing, refused, written

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
