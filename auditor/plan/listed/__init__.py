"""What a step lists of mailboxes, made as it is gone through: a plan holds none of a million.

Nothing here tries a change or decides what a step is.

Modules without a test file of their own name: tested in `tests/auditor/plan/test_planner.py` and
`tests/auditor/plan/test_moves.py`.
"""
