"""Whatever a file that is given holds, it is read, or refused in words that name it."""

import contextlib
import io
import json
from functools import cache
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from auditor.audit import audit
from auditor.history.history import open_history
from auditor.history.problems import HistoryProblem
from auditor.reports import formats, writer
from auditor.reports.published.loading import ReportNotRead, load_report
from auditor.snapshots import SnapshotError, frames, open_snapshot, recording, verify
from connectors.sources.catalogue import readers
from connectors.sources.readings import EarlierReadings
from tests.auditor.random_organisations import made
from tests.auditor.recorded import READ_AT
from tests.auditor.reports.audits import audit_of, written
from tests.auditor.snapshots.sources import HEADER
from tests.fuzz.inputs import JSON, STEPS, changed, damaged, some

REPORT = json.loads(written("json", audit_of()))


@some
@given(st.data())
def test_any_report_is_read_and_written_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("report") / "audit.json"
    document = REPORT
    for _ in range(data.draw(st.integers(1, 3))):
        document = changed(document, data.draw(JSON), data.draw(STEPS))
    content = json.dumps(document).encode()
    path.write_bytes(data.draw(st.just(content) | damaged(content)))
    try:
        found = load_report(path)
    except ReportNotRead as refusal:
        assert str(path) in str(refusal)
        return
    for name in formats():
        out = io.BytesIO()
        writer(name).write(found, out, exit_code=1)
        out.getvalue().decode("utf-8")


@cache
def _snapshot() -> bytes:
    organisation = made(7)
    path = Path("whole.snapshot")
    with recording(path, HEADER, organisation.outside) as recorder:
        for reader in readers():
            for _ in recorder.open(reader, EarlierReadings()):
                pass
    return path.read_bytes()


@some
@given(st.data())
def test_any_snapshot_is_judged_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("snapshot")
    with contextlib.chdir(folder):
        content = _snapshot()
    if data.draw(st.booleans()):
        content = _resealed(content, data)
    else:
        content = data.draw(damaged(content))
    path = folder / "s"
    path.write_bytes(content)
    verify(path)
    with contextlib.suppress(SnapshotError):
        audit(made(7).request, open_snapshot(path), lambda: READ_AT)


def _resealed(content: bytes, data: st.DataObject) -> bytes:
    """The snapshot with one frame damaged inside, and every link made anew."""
    source, out = io.BytesIO(content), io.BytesIO()
    offset, link = frames.PREAMBLE_BYTES, frames.first_link(frames.PREAMBLE)
    found = []
    while not found or found[-1].kind != frames.INDEX:
        found.append(frames.read_frame(source, len(content), offset))
        offset = found[-1].end
    at = data.draw(st.integers(0, len(found) - 1))
    out.write(frames.PREAMBLE)
    for number, frame in enumerate(found):
        inner = data.draw(damaged(frame.content)) if number == at else frame.content
        offset = out.tell()
        payload = zstandard.ZstdCompressor().compress(inner)
        link = frames.write_frame(out, frame.kind, payload, len(inner), link)
    frames.write_end(out, offset, link)
    return out.getvalue()


@cache
def _history() -> bytes:
    organisation = made(7)
    found = audit(organisation.request, organisation.outside, lambda: READ_AT)
    open_history("sqlite:///whole.db", Path.cwd()).store(found)
    return Path("whole.db").read_bytes()


@some
@given(st.data())
def test_any_history_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("history")
    with contextlib.chdir(folder):
        content = _history()
    path = folder / "h.db"
    path.write_bytes(data.draw(damaged(content)))
    try:
        history = open_history(f"sqlite:///{path}", folder)
        for run in history.runs():
            history.difference(run.id)
        organisation = made(8)
        history.store(audit(organisation.request, organisation.outside, lambda: READ_AT))
    except HistoryProblem as problem:
        assert str(problem)
