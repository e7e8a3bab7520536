"""The PowerShell script is one that PowerShell reads, whatever the names in it are."""

import re

import pytest

from auditor.model import Subject
from auditor.plan.columns import columns
from auditor.plan.scripts.powershell import _value, script
from auditor.plan.steps import Change, Plan, Step
from auditor.process.powershell import quoted
from tests.powershell import commands_of, faults_of

_VARIABLE = re.compile(r"\$(\w+):")
"""PowerShell takes it for a variable of a drive, and refuses the whole script for another one."""


def planned(*changes: Change) -> Plan:
    step = Step(id="step", causes=(), provable=True, title="x", changes=changes)
    return Plan(
        environment="contoso",
        url="https://contoso.example",
        started_at="2026-11-23T08:00:00Z",
        version="9.2",
        headline="x",
        complete=True,
        steps=(step,),
    )


def test_no_variable_is_read_as_one_of_a_drive() -> None:
    changes = [Change(Subject("tenant", "", ""), name, None, "x") for name in columns("tenant")]
    text = script(planned(*changes))
    assert {*_VARIABLE.findall(text)} == {"env"}
    assert all(f"would be set to ${{new}}: {each.column}" in text for each in changes)


def test_a_grammar_of_powershell_reads_the_whole_script() -> None:
    changes = [Change(Subject("tenant", "", ""), name, None, "x") for name in columns("tenant")]
    text = script(planned(*changes, Change(Subject("profile", "1", "Anna's"), "statecode", 1, 0)))
    assert faults_of(text) == []
    written = {name for name, _ in commands_of(text)} - {"ConvertFrom-Json", "ConvertTo-Json"}
    cmdlets = {name for name in written if not name.startswith(("Get-", "Set-"))}
    assert cmdlets == {"Invoke-RestMethod", "Out-Null", "Write-Output"}


def test_a_name_ends_no_text() -> None:
    name = "Anna'; Remove-Item x; '\u2019; $(x) \n\"@"
    change = Change(Subject("profile", "1", name), "statecode", 1, 0)
    text = script(planned(change))
    (line,) = (each for each in text.splitlines() if "Remove-Item" in each)
    assert re.fullmatch(r"[^']*'(?:[^'\u2018-\u201b]|''|\u2019\u2019)*'[^']*", line)
    assert quoted("a'b\u2018c") == "'a''b\u2018\u2018c'"


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, "$null"), (True, "$true"), (False, "$false"), (3, "'3'"), ("it's", "'it''s'")],
)
def test_a_value_is_written_as_powershell_has_it(value: object, written: str) -> None:
    assert _value(value) == written
