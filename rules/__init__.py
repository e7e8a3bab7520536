"""Judges facts: vocabulary, support statements, rules, verdicts. No I/O, no clock."""
