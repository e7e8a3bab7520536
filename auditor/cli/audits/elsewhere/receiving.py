"""What another process answered, taken as if it had been audited here."""

import logging

from auditor.cli.audits.settling import Settling
from auditor.cli.audits.tasks import Task
from auditor.cli.audits.timing import Stopwatch
from auditor.differences.settings import RecordSettings
from auditor.model import Audit

log = logging.getLogger("connectors")


class BrokenOff(Exception):
    """An audit ended early on a worker: says why. `is_defect`: of the program itself."""

    def __init__(self, words: str, *, is_defect: bool) -> None:
        super().__init__(words)
        self.is_defect = is_defect


def received(
    task: Task,
    settings: RecordSettings | None,
    settling: Settling,
    watch: Stopwatch,
    *,
    planned: bool,
) -> Audit | None:
    """The audit that another process does; None: the program is to stop.

    `planned`: a report shows the changes that repair the first causes. The settings of its records,
    its addresses and where its time went are noted. Raises `SourceFailed`: it was not done; and
    `BrokenOff`.
    """
    assert task.elsewhere is not None
    done = task.elsewhere.do(
        compared=task.is_compared and settling.is_wanted,
        remembered=settings is not None,
        planned=planned,
    )
    if done is None:
        return None
    for remark in done.remarks:
        # Like a remark made here: one that several environments give rise to is made once.
        log.warning("%s", remark)
    sent = done.sent
    if settings is not None and sent.settings is not None:
        settings.take(sent.settings)
    if sent.addresses is not None:
        settling.take(task.request, sent.addresses)
    watch.reading_s, watch.judging_s = sent.reading_s, sent.judging_s
    return sent.audit()
