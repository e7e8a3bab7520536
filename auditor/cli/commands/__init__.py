"""One module for each command, imported when it is called.

Nothing heavy stands at their tops, and what a command does stands beside this folder.

Modules without a test file of their own name: tested in `tests/auditor/cli/` and
`tests/end_to_end/`.
"""
