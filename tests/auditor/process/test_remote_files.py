"""Reports at places that fsspec knows: whole or not at all."""

import re
from pathlib import Path

import fsspec
import pytest

from auditor.cli.report_files.overviews import _relative
from auditor.process.files import FileNotWritten
from auditor.process.remote_files import check_address, is_address, writing_place
from auditor.usage import UsageProblem

MEMORY = fsspec.filesystem("memory")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("s3://reports/contoso.html", True),
        ("abfs://reports@contoso/contoso.html", True),
        ("reports/contoso.html", False),
        (r"C:\reports\contoso.html", False),
        ("C://reports/contoso.html", False),
    ],
)
def test_an_address_is_no_path(path: str, expected: bool) -> None:
    assert is_address(path) is expected


def test_a_file_is_there_once_the_block_ends() -> None:
    with writing_place("memory://whole/report.json") as out:
        out.write(b"{")
        assert not MEMORY.exists("/whole/report.json")
        out.write(b"}")
    assert MEMORY.cat("/whole/report.json") == b"{}"


def test_what_fails_in_the_middle_leaves_what_was_there() -> None:
    with writing_place("memory://kept/report.json") as out:
        out.write(b"old")

    def fail() -> None:
        with writing_place("memory://kept/report.json") as out:
            out.write(b"new")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert MEMORY.cat("/kept/report.json") == b"old"


def test_a_place_that_refuses_is_named(tmp_path: Path) -> None:
    def write() -> None:
        with writing_place(f"local://{tmp_path}/nowhere/report.json") as out:
            out.write(b"{}")

    with pytest.raises(FileNotWritten, match=re.escape("nowhere/report.json could not be")):
        write()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://contoso.com/report.json", "takes no files"),
        ("file:///tmp/report.json", "write its path"),
        ("nosuch://contoso/report.json", "nosuch"),
        ("sftp://me:pass-word-1@contoso/report.json", "password in it"),
    ],
)
def test_what_cannot_be_written_is_refused_beforehand(address: str, words: str) -> None:
    with pytest.raises(UsageProblem, match=words) as refused:
        check_address(address)
    assert "pass-word-1" not in str(refused.value)


def test_an_overview_leads_to_reports_at_the_same_place_alone() -> None:
    overview = "s3://audits/today/overview.html"
    assert _relative("s3://audits/today/reports/a.html", overview) == "reports/a.html"
    assert _relative("s3://audits/a.html", overview) == "../a.html"
    assert _relative("s3://others/a.html", overview) is None
    assert _relative(Path("a.html"), overview) is None


def test_a_place_of_this_computer_is_written_as_any_file(tmp_path: Path) -> None:
    with writing_place(tmp_path / "a") as out:
        out.write(b"a")
        assert not (tmp_path / "a").exists()
    assert (tmp_path / "a").read_bytes() == b"a"
