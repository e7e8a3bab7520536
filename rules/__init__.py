"""Judges facts: vocabulary, support statements, rules, verdicts. No I/O, no clock.

Modules without a test file of their own name: tested in `tests/rules/test_no_false_pass.py` and
`tests/rules/test_severities.py`.
"""
