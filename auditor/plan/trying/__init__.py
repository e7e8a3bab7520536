"""Changes tried in memory: facts changed, judged again as far as they reach, and what that changes.

Which changes are worth a try, and what a plan makes of them, stands a folder up.

Modules without a test file of their own name: tested in `tests/auditor/plan/`.
"""
