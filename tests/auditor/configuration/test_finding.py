"""Which file is the configuration, and which of its environments are meant."""

from pathlib import Path

import platformdirs
import pytest

from auditor.configuration import Configuration, ConfigurationError, find_config, load, select
from tests.auditor.configuration.whole import WHOLE_TEXT


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """A place of each kind, none with a file in it yet."""
    here, user = tmp_path / "here", tmp_path / "user"
    here.mkdir()
    user.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr(platformdirs, "user_config_path", lambda *_, **__: user)
    return {
        "asked": tmp_path / "asked.toml",
        "variable": tmp_path / "variable.toml",
        "here": here / "auditor.toml",
        "user": user / "auditor.toml",
    }


def test_the_first_place_that_has_a_file_wins(places: dict[str, Path]) -> None:
    environ = {"AUDITOR_CONFIG": str(places["variable"])}
    for path in places.values():
        path.write_text("")
    assert find_config(places["asked"], environ) == places["asked"]
    assert find_config(None, environ) == places["variable"]
    assert find_config(None, {}) == places["here"]
    places["here"].unlink()
    assert find_config(None, {}) == places["user"]


def test_a_named_file_that_is_missing_is_not_replaced_by_another(places: dict[str, Path]) -> None:
    places["here"].write_text("")
    with pytest.raises(
        ConfigurationError, match=r"asked\.toml: there is no such file; name another"
    ):
        find_config(places["asked"], {})
    with pytest.raises(ConfigurationError, match=r"named by \$AUDITOR_CONFIG"):
        find_config(None, {"AUDITOR_CONFIG": str(places["variable"])})


def test_without_any_file_the_places_are_listed(places: dict[str, Path]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        find_config(None, {})
    assert str(places["here"]) in str(refused.value)
    assert str(places["user"]) in str(refused.value)
    assert "auditor init" in str(refused.value)


def configured(tmp_path: Path, *names: str) -> Configuration:
    tables = (
        f'[environments.{name}]\nurl = "https://{name}.example"\nauth.method = "managed-identity"\n'
        for name in names
    )
    path = tmp_path / "auditor.toml"
    path.write_text("".join(tables))
    return load(path)


def chosen(configuration: Configuration, *names: str, every: bool = False) -> list[str]:
    return [environment.name for environment in select(configuration, names, every=every)]


def test_environments_are_chosen_by_name_all_or_the_only_one(tmp_path: Path) -> None:
    two = configured(tmp_path, "contoso", "fabrikam")
    assert chosen(two, "fabrikam", "contoso", "fabrikam") == ["fabrikam", "contoso"]
    assert chosen(two, every=True) == ["contoso", "fabrikam"]
    assert chosen(configured(tmp_path, "contoso")) == ["contoso"]


@pytest.mark.parametrize(
    ("there", "asked", "message"),
    [
        (("contoso", "fabrikam"), (), "several environments .* there are contoso, fabrikam"),
        (("contoso",), ("contso",), "'contso'; did you mean contoso.; there is only contoso"),
        ((), (), "no environment is configured"),
        ((), ("contoso",), "no environment 'contoso'; there are no others"),
    ],
)
def test_an_unclear_choice_lists_what_there_is(
    tmp_path: Path, there: tuple[str, ...], asked: tuple[str, ...], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        select(configured(tmp_path, *there), asked)


def test_the_whole_document_is_a_configuration(tmp_path: Path) -> None:
    path = tmp_path / "auditor.toml"
    path.write_text(WHOLE_TEXT)
    assert list(load(path).environments) == ["contoso"]
