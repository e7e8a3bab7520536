"""The history: what earlier runs found, in a database, so that each run knows what changed.

The contract of the room: `open_history` gives a `History`; `History.store` takes an audit with the
settings that it read and gives what changed, all in one transaction; `runs`, `difference`, `trend`
and `prune` look back. Whatever a database does raises `HistoryProblem`, which never costs a report.

What lasts is stored as intervals: a row says from which run until which something held, so that an
audit that finds what the last one found adds the row of its run and nothing else.

Modules without a test file of their own name: tested in `tests/auditor/history/test_history.py`.
"""

from auditor.history.problems import HistoryProblem
from auditor.history.runs import StoredRun

__all__ = ["HistoryProblem", "StoredRun"]
