"""A word of PowerShell says what it stands for, whatever is in it."""

import re
import string
from pathlib import Path

import pytest

from auditor.process.powershell import quoted
from auditor.schedule.hosts import windows
from auditor.schedule.job import Job

MARKS = "'\u2018\u2019\u201a\u201b"


@pytest.mark.parametrize("text", ["", "plain", '$x `n "a"', *MARKS, f"a{MARKS}b", "C:\\M\u00fc's"])
def test_no_mark_within_ends_the_word(text: str) -> None:
    word = quoted(text)
    inside = word[1:-1]
    assert re.sub(f"([{MARKS}])\\1", r"\1", inside) == text
    assert not re.search(f"(?<![{MARKS}])[{MARKS}](?![{MARKS}])", inside)


def test_what_is_harmless_stays() -> None:
    assert quoted(string.ascii_letters) == f"'{string.ascii_letters}'"


def test_a_folder_with_a_typographic_mark_is_one_word_of_the_recipe() -> None:
    folder = Path("/srv/M\u2019s; calc")
    job = Job(
        program=folder / "auditor", configuration=folder / "auditor.toml", environments=("contoso",)
    )
    assert "M\u2019\u2019s; calc" in windows(job)
    assert not re.search("(?<!\u2019)\u2019(?!\u2019)", windows(job))
