"""What report formats have in common: wording, order, grouping, text that is safe to show.

No module here is a format.

Modules without a test file of their own name: tested in `tests/auditor/reports/`.
"""
