"""What the process that decodes does with one answer, and how it is spoken to."""

import gc
import gzip
import io
import json
import pickle
import signal
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from connectors.columnar.packed_rows import PackedRows
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.odata import decoder_worker
from connectors.odata.decoder_worker import (
    Asked,
    Listing,
    _decoded,
    described,
    main,
    read_frame,
    write_frame,
)

ROWS = [{"mailboxid": "1", "name": "Ann"}, {"mailboxid": "2", "statecode": 1}]


def asked(content: Any) -> bytes:
    sent = gzip.compress(content if isinstance(content, bytes) else json.dumps(content).encode())
    return _decoded(msgspec.msgpack.encode(Asked(described(MailboxRow), sent)))


def test_rows_come_packed_with_the_address_of_the_next_page() -> None:
    for link in (None, "https://org.example/2"):
        told = asked({"value": ROWS, "@odata.nextLink": link})
        count, packed, kinds, following = pickle.loads(told)
        assert (count, following) == (2, link)
        rows = list(PackedRows(MailboxRow, count, packed, kinds))
        assert rows == [MailboxRow("1", name="Ann"), MailboxRow("2", statecode=1)]
        assert rows[0].statecode is UNSET


@pytest.mark.parametrize(
    "content",
    [
        {"value": []},
        {"value": ROWS, "error": {"message": "It broke."}},
        {"value": ROWS, "@odata.error": {}},
        {"value": ROWS, "odata.error": {}},
        {"value": ROWS, "warnings": []},
        {"value": ROWS, "@adminapi.warnings": []},
        {"value": ROWS, "@odata.warnings": []},
        {"value": [{"mailboxid": 7}]},
        {"other": ROWS},
        b"<html>",
        b"",
    ],
)
def test_what_it_cannot_make_sense_of_is_given_back(content: Any) -> None:
    assert asked(content) == b""


def test_what_a_page_holds_beside_its_rows_is_given_by_name() -> None:
    listing = msgspec.json.decode(
        b'{"value": [1], "@odata.nextLink": "x", "error": null, "odata.error": {"a": 1}}',
        type=Listing[int],
    )
    assert (listing.value, listing.next_link) == ([1], "x")
    assert listing.members() == {"error": None, "odata.error": {"a": 1}}


@pytest.mark.parametrize("content", [b"", b"x", b"x" * 300])
def test_a_frame_is_read_as_it_was_written(content: bytes) -> None:
    pipe = io.BytesIO()
    write_frame(pipe, content)
    pipe.seek(0)
    assert read_frame(pipe) == content
    assert read_frame(pipe) is None


@pytest.mark.parametrize("cut", [1, 3, 4, 5])
def test_a_frame_that_ends_before_its_time_is_none(cut: int) -> None:
    pipe = io.BytesIO()
    write_frame(pipe, b"ab")
    assert read_frame(io.BytesIO(pipe.getvalue()[:cut])) is None


def test_the_process_loads_little_and_so_is_there_soon_and_small() -> None:
    code = (
        "import sys\nimport connectors.odata.decoder_worker\n"
        "heavy = {'numpy', 'requests', 'cryptography', 'pydantic'}\n"
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


def test_no_rows_are_looked_through_for_garbage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder_worker, "keep_freed_memory", lambda: None)
    monkeypatch.setattr(signal, "signal", lambda *of: None)
    for name in ("stdin", "stdout"):
        monkeypatch.setattr(sys, name, SimpleNamespace(buffer=io.BytesIO()))
    assert gc.isenabled()
    try:
        main()
        assert not gc.isenabled()
    finally:
        gc.enable()
