"""The published shape of the report: what it is, its JSON Schema, and how a report is read back.

No module here is a format, and nothing here words anything. `model` holds the values; the JSON
report (`json_report.py`) writes them.

Modules without a test file of their own name: tested in `tests/auditor/reports/`.
"""
