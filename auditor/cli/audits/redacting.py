"""Audits whose reports and snapshots bear pseudonyms: `--redact`.

Everything is read first, into a private file; then it is judged again with pseudonyms in the place
of what names a tenant. So nothing that is written rests on anything else.

Tested in `tests/end_to_end/test_redaction.py`.
"""

import contextlib
from collections.abc import Iterator

from auditor.audit import Planned, audit
from auditor.cli.report_files.report_paths import RunOf, file_for, make_directory
from auditor.model import Audit
from auditor.process.private_directory import private_directory
from auditor.pseudonyms.key import KeyFile
from auditor.pseudonyms.pseudonyms import Pseudonyms
from auditor.pseudonyms.request import redacted
from auditor.pseudonyms.source import Redacted
from auditor.request import Request
from auditor.running import header_of, now
from auditor.snapshots import open_snapshot, recording
from connectors.sources.live import PageSource


def audit_redacted(
    request: Request,
    outside: PageSource,
    key: KeyFile,
    snapshot: str | None,
    planned: Planned | None = None,
) -> Audit:
    """The audit with pseudonyms; its snapshot, where one is asked for, and the key are written.

    Raises FileNotWritten, SnapshotError.
    """
    with private_directory() as private:
        read = private / "read.snapshot"
        with recording(read, header_of(request), outside) as recorder:
            found = audit(request, recorder, now)
        pseudonyms = Pseudonyms(key.key)
        source = Redacted(open_snapshot(read), pseudonyms)
        asked = redacted(request, found, pseudonyms)
        source.learn()
        with _recorded(asked, source, snapshot) as source_or_recorder:
            made = audit(asked, source_or_recorder, now, planned=planned)
    key.keep(pseudonyms.originals)
    return made


@contextlib.contextmanager
def _recorded(request: Request, source: PageSource, snapshot: str | None) -> Iterator[PageSource]:
    if snapshot is None:
        yield source
        return
    path = file_for(snapshot, RunOf(request.environment, request.started_at, request.run_id))
    make_directory(snapshot, path)
    with recording(path, header_of(request), source) as recorder:
        yield recorder
