"""What given changes would change: an audit of what is there, and one of what would be."""

from collections.abc import Callable, Sequence
from contextlib import closing

from auditor.audit import audit
from auditor.differences import Difference
from auditor.differences.compare import compare
from auditor.differences.settings import RecordSettings
from auditor.plan.asked import check_met
from auditor.plan.changed import Changed
from auditor.plan.edits import Edit
from auditor.request import Request
from connectors.sources.live import PageSource


def what_if(
    request: Request,
    later: Request,
    outside: PageSource,
    edits: Sequence[Edit],
    now: Callable[[], str],
) -> Difference:
    """What changes where `edits` are made and it is judged as `later` asks.

    `outside` is read twice, so it is a snapshot. Raises `UsageProblem` where an edit meets nothing.
    """
    with closing(RecordSettings()) as before, closing(RecordSettings()) as after:
        changed = Changed(outside, edits)
        new = audit(later, after.watching(changed), now)
        check_met(changed)
        old = audit(request, before.watching(outside), now)
        return compare(old, new, before, after, same_reading=True)
