"""What report formats have in common: the published shape, wording, grouping, streams of text.

No module here is a format.

Modules without a test file of their own name: tested in `tests/auditor/reports/`.
"""
