"""The command line: arguments in, reports and an exit code out.

`application` has the commands, `options` what several of them share; the rooms below do the rest.

Modules without a test file of their own name: tested in `tests/auditor/cli/` and
`tests/end_to_end/`.
"""
