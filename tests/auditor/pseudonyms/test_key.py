"""The key file: only its owner reads it, and what is no key is refused by name."""

import json
import os
import stat

import pytest

from auditor.pseudonyms.key import KeyFile, KeyNotUsable


def test_it_is_made_once_and_gives_the_names_back(tmp_path):
    path = tmp_path / "key.json"
    first = KeyFile(path)
    first.keep({"name-a": "Anna"})
    again = KeyFile(path)
    again.keep({"name-b": "Bob"})
    assert again.key == first.key
    assert json.loads(path.read_text("utf-8"))["pseudonyms"] == {"name-a": "Anna", "name-b": "Bob"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_original_that_no_encoding_holds_stands_with_its_code(tmp_path):
    path = tmp_path / "key.json"
    KeyFile(path).keep({"name-a": "An\ud800na"})
    assert json.loads(path.read_text("utf-8"))["pseudonyms"] == {"name-a": r"An\ud800na"}
    KeyFile(path)


@pytest.mark.parametrize(
    "content", ["", "{}", '{"key": "zz", "pseudonyms": {}}', '{"key": "00", "pseudonyms": {}}']
)
def test_another_file_is_refused_and_stays(tmp_path, content):
    path = tmp_path / "key.json"
    path.write_text(content, "utf-8")
    with pytest.raises(KeyNotUsable, match="--redact-key"):
        KeyFile(path)
    assert path.read_text("utf-8") == content


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_pipe_that_nobody_writes_into_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(KeyNotUsable, match="--redact-key"):
        KeyFile(tmp_path / "pipe")
