"""How a file becomes a configuration: the place of each reference, and what cannot be read."""

from pathlib import Path

import pytest

from auditor.configuration import ConfigurationError, find_config, load, select

TEXT = """\
[environments.contoso]
url = "https://contoso.crm.dynamics.com"
auth.method = "client-secret"
auth.tenant = "t"
auth.client_id = "c"
auth.client_secret = "env:SHARED"
[notify]
urls = [
  "env:SHARED",
  "env:CHANNEL",
]
"""


def written(tmp_path: Path, text: str = TEXT) -> Path:
    path = tmp_path / "auditor.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_reference_has_the_place_where_it_is_written_first(tmp_path: Path) -> None:
    assert load(written(tmp_path)).places == {
        "env:SHARED": (6, "environments.contoso.auth.client_secret"),
        "env:CHANNEL": (8, "notify.urls[2]"),
    }


def test_without_names_of_what_there_is_names_are_taken_as_they_are(tmp_path: Path) -> None:
    text = TEXT + '[thresholds]\nany = "1h"\n[report]\nformats = ["any"]\n'
    configuration = load(written(tmp_path, text))
    assert configuration.thresholds == {"any": 3600}
    assert configuration.report is not None
    assert configuration.report.formats == ("any",)


def test_the_variable_of_the_process_names_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDITOR_CONFIG", str(written(tmp_path)))
    assert find_config() == tmp_path / "auditor.toml"


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="this is not a file; name another, or write one"):
        find_config(tmp_path, {})
    with pytest.raises(ConfigurationError, match="cannot be read: "):
        load(tmp_path)
    with pytest.raises(ConfigurationError, match="cannot be read: it is not a usable path"):
        load("a\0b")


def test_a_mistake_without_a_line_is_told_of_the_whole_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load(written(tmp_path, "a = " + "[" * 5000))
    assert refused.value.problems[0].line is None
    with pytest.raises(ConfigurationError) as refused:
        load(written(tmp_path, "a = 1\n\nb = ?\n"))
    (problem,) = refused.value.problems
    assert problem.line == 3
    assert "at line" not in problem.message


def test_a_name_like_no_other_is_not_guessed_at(tmp_path: Path) -> None:
    configuration = load(written(tmp_path))
    with pytest.raises(ConfigurationError, match=r"no environment .x.; there is only contoso$"):
        select(configuration, ["x"])
    with pytest.raises(ConfigurationError, match="did you mean contoso"):
        select(configuration, ["contoso", "contos"])
