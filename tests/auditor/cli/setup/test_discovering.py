"""What `environments` shows, what `run --all` says of it, and what `init --discover` writes."""

import json
import tomllib
from pathlib import Path

import pytest

from auditor.cli.setup import discovering
from auditor.cli.setup.discovering import (
    add_discovered,
    add_environments,
    differences,
    shown,
    tell_differences,
)
from auditor.configuration import Configuration, load
from auditor.fleet.discovery import Discovery, NotListed, Organisation, Problem
from connectors.discovery.organisation import ListedOrganisation

CONFIGURED = """\
[environments.contoso]
url = "https://contoso.crm.dynamics.com"

[environments.contoso.auth]
method = "client-secret"
tenant = "contoso.example"
client_id = "c0ffee"
client_secret = "env:CONTOSO_SECRET"
"""


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    path = tmp_path / "auditor.toml"
    path.write_text(CONFIGURED, "utf-8")
    return load(path)


def organisation(name: str, configured: str | None = None, **told: object) -> Organisation:
    url = f"https://{name}.crm.dynamics.com"
    listed = ListedOrganisation(url=url, name=name.title(), **told)  # type: ignore[arg-type]
    return Organisation(
        listed=listed, service="global-discovery", found_with="contoso", configured=configured
    )


def discovery(*organisations: Organisation, **told: tuple[object, ...]) -> Discovery:
    given = {"not_listed": (), "problems": (), **told}
    return Discovery(organisations=organisations, **given)  # type: ignore[arg-type]


OURS = organisation("contoso", "contoso", version="9.2.24104.195", stage="Production", enabled=True)
TRIAL = organisation("trial", enabled=False)
PATH = Path("my fleet.toml")
PROBLEM = Problem(service="power-platform", signs_in="contoso", reason="It refused", remedy="Ask.")


def test_the_table_has_a_line_for_each_organisation(capfd) -> None:
    shown(discovery(OURS, TRIAL), PATH, as_json=False)
    head, ours, trial, *rest = capfd.readouterr().out.splitlines()
    assert head.split() == ["environment", "address", "name", "stage", "version", "state"]
    assert ours.split() == [
        *("contoso", "https://contoso.crm.dynamics.com", "Contoso", "Production"),
        *("9.2.24104.195", "enabled"),
    ]
    assert trial.split() == [
        *("(not", "configured)", "https://trial.crm.dynamics.com", "Trial", "disabled")
    ]
    assert "https://trial.crm.dynamics.com (Trial) is not configured." in " ".join(rest)


def test_an_empty_list_is_said_with_what_was_in_the_way(capfd) -> None:
    shown(discovery(problems=(PROBLEM,)), PATH, as_json=False)
    said = capfd.readouterr().out
    assert said.startswith("No organisation is listed, though there may be some.\n")
    assert "power-platform as contoso: It refused" in said
    assert "To do: Ask." in said


def test_json_has_all_that_is_listed_and_the_environment_that_it_is(capfd) -> None:
    shown(discovery(OURS, TRIAL, problems=(PROBLEM,)), PATH, as_json=True)
    answer = json.loads(capfd.readouterr().out)
    ours, trial = answer["organizations"]
    assert (ours["environment"], trial["environment"]) == ("contoso", None)
    assert (ours["version"], ours["enabled"], trial["enabled"]) == ("9.2.24104.195", True, False)
    assert (ours["service"], ours["found_with"]) == ("global-discovery", "contoso")
    assert [each["reason"] for each in answer["problems"]] == ["It refused"]


@pytest.mark.parametrize(("is_gone", "said"), [(True, "not in the tenant"), (False, "not listed")])
def test_what_is_not_listed_is_gone_only_where_that_is_known(is_gone: bool, said: str) -> None:
    missing = NotListed(environment="old", url="https://old.example", is_gone=is_gone)
    (sentence,) = differences(discovery(OURS, not_listed=(missing,)), PATH)
    assert sentence.startswith("old: https://old.example is ")
    assert said in sentence


def test_how_to_add_what_is_not_configured_is_said_once() -> None:
    found = discovery(OURS, TRIAL, organisation("sandbox"))
    *each, to_add = differences(found, PATH)
    assert [sentence.partition(" ")[2] for sentence in each] == [
        "(Trial) is not configured.",
        "(Sandbox) is not configured.",
    ]
    assert to_add == "To add them: auditor init --discover --config 'my fleet.toml'"


def test_what_follows_the_environments_stays_apart_from_them(tmp_path: Path) -> None:
    path = tmp_path / "auditor.toml"
    path.write_text(CONFIGURED + '\n[dns]\nservers = ["192.0.2.53"]\n', "utf-8")
    add_environments(load(path), discovery(OURS, TRIAL))
    assert "\n\n[dns]\n" in path.read_text("utf-8")


def test_what_is_added_signs_in_as_it_was_found_with_a_name_of_its_own(
    configuration: Configuration,
) -> None:
    other = organisation("contoso")
    elsewhere = Organisation(
        listed=ListedOrganisation(url="https://contoso.crm4.dynamics.com", name="Contoso"),
        service="global-discovery",
        found_with="contoso",
        configured=None,
    )
    assert add_environments(configuration, discovery(OURS, other, elsewhere, TRIAL)) == (
        "contoso-2",
        "contoso-3",
        "trial",
    )
    written = tomllib.loads(configuration.path.read_text("utf-8"))["environments"]
    assert written["contoso-3"]["url"] == "https://contoso.crm4.dynamics.com"
    assert written["trial"]["auth"] == written["contoso"]["auth"]


def test_where_nothing_is_new_the_file_is_left_alone(configuration: Configuration) -> None:
    before = configuration.path.stat().st_mtime_ns
    assert add_environments(configuration, discovery(OURS)) == ()
    assert configuration.path.stat().st_mtime_ns == before


@pytest.mark.parametrize(("problems", "code"), [((), 0), ((PROBLEM,), 3)])
def test_adding_says_what_was_added_and_is_incomplete_where_a_directory_failed(
    configuration: Configuration,
    monkeypatch: pytest.MonkeyPatch,
    capfd,
    problems: tuple[Problem, ...],
    code: int,
) -> None:
    found = discovery(OURS, TRIAL, problems=problems)
    monkeypatch.setattr(discovering, "discovered", lambda *_: found)
    assert add_discovered(configuration.path) == code
    said = capfd.readouterr()
    assert f"{configuration.path} has 1 more: trial." in said.out
    assert ("It refused. Ask." in said.err) is bool(problems)


def test_a_run_says_what_differs_on_standard_error(
    configuration: Configuration, monkeypatch: pytest.MonkeyPatch, capfd
) -> None:
    found = discovery(OURS, TRIAL, problems=(PROBLEM,))
    monkeypatch.setattr(discovering, "discovered", lambda *_: found)
    tell_differences(configuration)
    said = capfd.readouterr()
    assert said.out == ""
    not_configured, to_add, problem = said.err.splitlines()
    assert to_add.endswith(f"To add it: auditor init --discover --config {configuration.path}")
    assert "(Trial) is not configured" in not_configured
    assert problem.endswith("power-platform as contoso: It refused. Ask.")


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_person_signs_in_at_a_terminal_alone(
    configuration: Configuration, monkeypatch: pytest.MonkeyPatch, is_terminal: bool
) -> None:
    prompts: list[object] = []

    def discover(*given: object, prompt: object, timeout_s: float | None) -> Discovery:
        prompts.append(prompt)
        return Discovery(organisations=(), not_listed=(), problems=())

    monkeypatch.setenv("CONTOSO_SECRET", "s3cret")
    monkeypatch.setattr(discovering, "discover", discover)
    monkeypatch.setattr("sys.stderr.isatty", lambda: is_terminal, raising=False)
    discovering.discovered(configuration, None)
    assert prompts == [discovering.log_line if is_terminal else None]


def test_where_nothing_was_added_that_is_said() -> None:
    """What a directory that failed would have listed is not known to be there."""
    path, empty, ours = Path("a.toml"), discovery(), discovery(OURS)
    assert discovering._written(path, (), empty) == [
        "No organisation is listed; nothing was added."
    ]
    assert discovering._written(path, (), ours) == [
        "a.toml has every organisation that is listed; nothing was added."
    ]
    more = "More organisations may be there: standard error says what was in the way."
    said = discovering._written(path, (), discovery(OURS, problems=(PROBLEM,)))
    assert said == ["a.toml has every organisation that was listed; nothing was added.", more]
    said = discovering._written(path, ("one", "two"), discovery(OURS, problems=(PROBLEM,)))
    assert (said[0], said[-1]) == ("a.toml has 2 more: one, two.", more)
    assert more not in discovering._written(path, ("one",), ours)


def test_an_empty_list_without_a_problem_is_one(capfd) -> None:
    shown(discovery(), PATH, as_json=False)
    assert capfd.readouterr().out == "No organisation is listed.\n"
