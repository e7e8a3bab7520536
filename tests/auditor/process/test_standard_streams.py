"""Standard streams that are full, closed or read by nobody, each as one error or none."""

import io
import os
import select
import sys
from typing import Any

import pytest

from auditor.process import standard_streams as module
from auditor.process.standard_streams import (
    NobodyReads,
    OutputNotWritten,
    discard_output,
    flush_output,
    standard_streams,
)


class Raw(io.RawIOBase):
    """A stream that answers writes with what it is given: a count, None, or an error."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.taken: list[bytes] = []

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1

    def write(self, content: Any) -> Any:
        self.taken.append(bytes(content))
        answer = self.answers.pop(0) if self.answers else len(content)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes these the process's own streams."""

    def set_(out: Raw, err: Raw | None = None) -> None:
        for name, raw in (("stdout", out), ("stderr", err or Raw())):
            stream = io.TextIOWrapper(io.BufferedWriter(raw), "utf-8", line_buffering=True)
            monkeypatch.setattr(sys, name, stream)
            monkeypatch.setattr(sys, f"__{name}__", stream)

    return set_


def test_what_is_written_arrives(own: Any) -> None:
    out, err = Raw(), Raw()
    own(out, err)
    with standard_streams():
        sys.stdout.write("a\n")
        sys.stderr.write("b\n")
        flush_output()
    assert (out.taken, err.taken) == ([b"a\n"], [b"b\n"])


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(28, "No space left on device"), "no space left"),
        (OSError(9, "Bad file descriptor"), "it is closed; write to a file with --report"),
    ],
)
def test_a_refused_output_is_one_error(own: Any, error: OSError, reason: str) -> None:
    own(Raw(error))
    with standard_streams():
        with pytest.raises(OutputNotWritten, match=f"(?i){reason}"):
            sys.stdout.write("a\n")
        give_up(sys.stdout)


@pytest.mark.parametrize(
    ("error", "system", "kind"),
    [
        (BrokenPipeError(), "posix", NobodyReads),
        (OSError(22, "x"), "nt", NobodyReads),
        (OSError(22, "x"), "posix", OutputNotWritten),
        (OSError(28, "x"), "nt", OutputNotWritten),
    ],
)
def test_a_reader_that_has_gone_is_another(
    own: Any, monkeypatch: pytest.MonkeyPatch, error: OSError, system: str, kind: type[Exception]
) -> None:
    own(Raw(error))
    with standard_streams():
        monkeypatch.setattr(module, "os", Os(system))
        with pytest.raises(kind):
            sys.stdout.write("a\n")
        monkeypatch.setattr(module, "os", os)
        give_up(sys.stdout)


class Os:
    def __init__(self, name: str) -> None:
        self.name = name


def give_up(stream: Any) -> None:
    """Let the stream take what it refused, so that nothing is left of it."""
    stream.flush()


def test_a_pipe_that_is_not_to_be_waited_for_is_waited_for(
    own: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[Any] = []
    monkeypatch.setattr(select, "select", lambda *given: waited.append(given))
    out = Raw(None, None)
    own(out)
    with standard_streams():
        sys.stdout.write("a\n")
    assert waited == [([], [1], [])] * 2
    assert out.taken == [b"a\n"] * 3


@pytest.mark.parametrize("answer", [OSError(9, "closed"), None])
def test_where_nobody_listens_a_remark_is_no_error(own: Any, answer: Any) -> None:
    err = Raw(answer)
    own(Raw(), err)
    with standard_streams():
        sys.stderr.write("b\n")
    assert err.taken == [b"b\n"]


def test_a_remark_that_is_taken_in_part_is_written_on(own: Any) -> None:
    err = Raw(1)
    own(Raw(), err)
    with standard_streams():
        sys.stderr.write("bc\n")
    assert err.taken == [b"bc\n", b"c\n"]


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_streams_that_a_caller_put_there_stay(
    own: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    own(Raw())
    other = io.StringIO()
    monkeypatch.setattr(sys, name, other)
    with standard_streams():
        assert getattr(sys, name) is other
        for each in {"stdout", "stderr"} - {name}:
            assert getattr(sys, each) is not getattr(sys, f"__{each}__")
    assert getattr(sys, name) is other


def test_what_is_still_buffered_is_written_on_demand(own: Any) -> None:
    out = Raw()
    own(out)
    sys.stdout.reconfigure(line_buffering=False)  # type: ignore[union-attr]
    sys.stdout.write("a")
    assert out.taken == []
    flush_output()
    assert out.taken == [b"a"]


def test_an_output_that_is_closed_already_is_not_flushed(
    own: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    own(Raw())
    sys.stdout.close()
    flush_output()
    discard_output()


def test_a_terminal_is_one_and_buffers_as_before(own: Any) -> None:
    out = Raw()
    out.isatty = lambda: True  # type: ignore[method-assign]
    own(out)
    with standard_streams():
        assert sys.stdout.isatty()
        assert sys.stdout.fileno() == 1
        assert sys.stdout.line_buffering


class TestClosed:
    """A process that was begun with some of its three streams closed."""

    @pytest.fixture
    def opened(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
        """The descriptors that are given next, and what was opened and closed."""
        found: dict[str, list[Any]] = {"next": [], "closed": [], "opened": []}

        class System:
            devnull, O_RDONLY = os.devnull, os.O_RDONLY

            def open(self, path: str, flags: int) -> int:
                assert (path, flags) == (os.devnull, os.O_RDONLY)
                return int(found["next"].pop(0))

            def close(self, number: int) -> None:
                found["closed"].append(number)

        def open_(number: int, mode: str, **given: Any) -> io.StringIO:
            found["opened"].append((number, mode))
            return io.StringIO()

        monkeypatch.setattr(module, "os", System())
        monkeypatch.setattr(module, "open", open_, raising=False)
        return found

    @pytest.mark.parametrize(
        ("closed", "opens"),
        [
            (["stdin"], []),
            (["stdout"], [(1, "w")]),
            (["stderr"], [(2, "w")]),
            (["stdin", "stdout", "stderr"], [(1, "w"), (2, "w")]),
        ],
    )
    def test_the_lowest_three_are_filled_and_no_more(
        self,
        monkeypatch: pytest.MonkeyPatch,
        opened: dict[str, list[Any]],
        closed: list[str],
        opens: list[Any],
    ) -> None:
        opened["next"] = [1, 2, 3]
        for name in closed:
            monkeypatch.setattr(sys, name, None)
        module._open_what_is_closed()
        assert (opened["next"], opened["closed"], opened["opened"]) == ([], [3], opens)

    def test_where_all_are_open_nothing_is_opened(
        self, monkeypatch: pytest.MonkeyPatch, opened: dict[str, list[Any]]
    ) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        module._open_what_is_closed()
        assert opened == {"next": [], "closed": [], "opened": []}
