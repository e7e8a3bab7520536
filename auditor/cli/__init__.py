"""The command line: arguments in, reports and an exit code out.

It words and orders; what a command does stands in the rooms below.

Modules without a test file of their own name: tested in `tests/auditor/cli/` and
`tests/end_to_end/`.
"""
