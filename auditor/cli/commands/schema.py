"""`auditor schema`: the JSON Schema of the report.

Tested in `tests/auditor/cli/test_setting_up.py`.
"""


def command() -> None:
    """Print the JSON Schema of the JSON report."""
    from auditor.cli.terminal.output import show_bytes
    from auditor.reports.published.schema import shipped

    show_bytes(shipped())
