"""Recipes for Container Apps and Windows, which no program here runs, held to what is published.

Container Apps: the models of Azure's own client, made from the published interface: names, values
and what must be there. Windows: the script is read by a grammar of PowerShell; which parameters its
cmdlets have is our own knowledge. Neither Azure nor PowerShell is run: quota, regions and the names
that an installation has stay unchecked.
"""

import enum
import re
import shlex
import subprocess
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec import structs
from typer.main import get_command

from auditor.cli.application import app
from auditor.schedule import RECIPES, Job
from tests.auditor.test_schedule import AWKWARD, PLAIN
from tests.powershell import commands_of, faults_of
from tests.real_programs import need_module

SEVERAL = structs.replace(PLAIN, environments=(), several=True)
JOBS = pytest.mark.parametrize(
    "job", [PLAIN, AWKWARD, SEVERAL], ids=["plain", "awkward", "several"]
)
PATTERNS = {
    "cronExpression": r"\S+ \S+ \S+ \S+ \S+",
    "environmentId": r"/subscriptions/[^/]+/resourceGroups/[^/]+"
    r"/providers/Microsoft\.App/managedEnvironments/[^/]+",
    "keyVaultUrl": r"https://[^/]+/secrets/[A-Za-z0-9-]{1,127}",
    "memory": r"[0-9.]+Gi",
    "mountPath": r"/.*",
    "secretRef": r"[a-z0-9]([a-z0-9-]{0,251}[a-z0-9])?",
}
"""Of values that the interface calls a text and that Azure takes in one form alone."""


def refused(value: object, kind: Any, where: str) -> Iterator[str]:
    """What the published kind of a value does not take."""
    choices = typing.get_args(kind)
    if typing.get_origin(kind) is list:
        if not isinstance(value, list):
            yield f"{where} is no list"
            return
        for at, each in enumerate(value):
            yield from refused(each, choices[0], f"{where}[{at}]")
    elif hasattr(kind, "as_dict"):
        yield from refused_fields(value, kind, where)
    elif choices:
        named = [each for each in choices if isinstance(each, enum.EnumMeta)]
        # What takes any text beside names is meant for names that come later.
        kinds = named or [each for each in choices if each is not type(None)]
        if all([*refused(value, each, where)] for each in kinds):
            yield from refused(value, kinds[0], where)
    elif isinstance(kind, enum.EnumMeta):
        if value not in [each.value for each in kind]:
            yield f"{where} is {value!r}"
    elif type(value) is not kind and not (kind is float and type(value) is int):
        yield f"{where} is no {kind.__name__}"
    elif not re.fullmatch(PATTERNS.get(where.rpartition(".")[2], ".*"), str(value), re.DOTALL):
        yield f"{where} is {value!r}"


def refused_fields(value: object, kind: Any, where: str) -> Iterator[str]:
    """What the published fields of a part do not take."""
    from azure.mgmt.appcontainers import models

    kind({})  # Fields are gathered when the first one is made.
    fields = {each._rest_name: name for name, each in kind._attr_to_rest_field.items()}
    hints = typing.get_type_hints(kind, {"_models": models, **vars(models._models)})
    if not isinstance(value, dict):
        yield f"{where} has no fields"
        return
    for name, attribute in fields.items():
        is_needed = type(None) not in typing.get_args(hints[attribute])
        if (
            is_needed
            and name not in value
            and kind._attr_to_rest_field[attribute]._visibility != ["read"]
        ):
            yield f"{where}.{name} is not there"
    for name, each in value.items():
        if name not in fields or kind._attr_to_rest_field[fields[name]]._visibility == ["read"]:
            yield f"{where}.{name} is not published"
        else:
            yield from refused(each, hints[fields[name]], f"{where}.{name}")


def refused_of_job(found: object) -> list[str]:
    """What Azure Container Apps would not take of a job."""
    need_module("azure.mgmt.appcontainers")
    from azure.mgmt.appcontainers import models

    return [*refused(found, models.Job, "job")]


@JOBS
def test_container_apps_would_take_the_job(job: Job) -> None:
    found = yaml.safe_load(RECIPES["azure-container-apps"](job))
    assert refused_of_job(found) == []
    properties = found["properties"]
    (container,) = properties["template"]["containers"]
    # The only pairs that the consumption plan has: two GiB for each processor.
    resources = container["resources"]
    assert resources["memory"] == f"{resources['cpu'] * 2:g}Gi"
    names = [each["name"] for each in properties["configuration"]["secrets"]]
    assert len(set(names)) == len(names)
    volumes = {each["name"]: each for each in properties["template"]["volumes"]}
    mounts = container["volumeMounts"]
    assert len({each["mountPath"] for each in mounts}) == len(mounts)
    for mount in mounts:
        volume = volumes[mount["volumeName"]]
        files = {each["path"] for each in volume.get("secrets", ())}
        assert (mount.get("subPath") in files) is (volume["storageType"] == "Secret")
        assert ("storageName" in volume) is (volume["storageType"] == "AzureFile")
    referred = [each["secretRef"] for own in volumes.values() for each in own.get("secrets", ())]
    referred += [each["secretRef"] for each in container["env"] if "secretRef" in each]
    assert set(referred) == set(names)
    assert all(("value" in each) is not ("secretRef" in each) for each in container["env"])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"triggerType": "Daily"}, "job.properties.configuration.triggerType is 'Daily'"),
        ({"retries": 1}, "job.properties.configuration.retries is not published"),
        ({"secrets": "none"}, "job.properties.configuration.secrets is no list"),
        ({"replicaTimeout": "2h"}, "job.properties.configuration.replicaTimeout is no int"),
        (
            {"scheduleTriggerConfig": {}},
            "job.properties.configuration.scheduleTriggerConfig.cronExpression is not there",
        ),
    ],
)
def test_the_published_shape_refuses_what_is_not_in_it(change: dict[str, Any], told: str) -> None:
    found = yaml.safe_load(RECIPES["azure-container-apps"](PLAIN))
    found["properties"]["configuration"] |= change
    assert refused_of_job(found) == [told]


@pytest.mark.parametrize(("code", "seen"), [(0, 0), (1, 0), (3, 3), (4, 4), (70, 70), (75, 75)])
def test_container_apps_see_a_failed_run(code: int, seen: int, tmp_path: Path) -> None:
    program = tmp_path / "auditor"
    program.write_text(f'#!/bin/sh\necho "$@"\nexit {code}\n')
    program.chmod(0o755)
    found = yaml.safe_load(RECIPES["azure-container-apps"](PLAIN))
    (container,) = found["properties"]["template"]["containers"]
    ended = subprocess.run(
        [*container["command"], *container["args"]],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == seen
    assert ended.stdout.split() == container["args"]


def words_of(name: str, job: Job) -> list[str]:
    """What a recipe has the program called with."""
    recipe = RECIPES[name](job)
    match name:
        case "windows":
            return windows_words(recipe)[2:]
        case "systemd":
            (line,) = re.findall(r"^ExecStart=(.*)$", recipe, re.MULTILINE)
            words = shlex.split(line.replace("$$", "$").replace("%%", "%"))
        case "cron":
            (line,) = [each for each in recipe.splitlines() if each.startswith("17 5")]
            words = shlex.split(line.replace(r"\%", "%"))
        case "github-actions":
            steps = yaml.safe_load(recipe)["jobs"]["audit"]["steps"]
            (step,) = [each for each in steps if each.get("name") == "Audit"]
            words = shlex.split(step["run"].splitlines()[-1])
        case "gitlab":
            words = shlex.split(yaml.safe_load(recipe)["audit"]["script"][-1])
        case "azure-devops":
            steps = yaml.safe_load(recipe)["jobs"][0]["steps"]
            (step,) = [each for each in steps if each.get("displayName") == "Audit"]
            words = shlex.split(step["script"].splitlines()[-1])
        case "azure-container-apps":
            (container,) = yaml.safe_load(recipe)["properties"]["template"]["containers"]
            words = container["args"]
        case _:
            spec = next(yaml.safe_load_all(recipe))["spec"]["jobTemplate"]["spec"]
            words = spec["template"]["spec"]["containers"][0]["args"]
    words = words[words.index("run") :]
    return words[: words.index("--quiet") + 1]


@JOBS
@pytest.mark.parametrize("name", RECIPES)
def test_the_program_takes_the_words_of_every_recipe(name: str, job: Job) -> None:
    words = words_of(name, job)
    program: Any = get_command(app)
    # Arguments are read and nothing is run.
    given = program.get_command(None, words[0]).make_context(words[0], words[1:]).params
    assert given["all_environments"] is not bool(job.environments)
    assert tuple(given["environment"] or ()) == job.environments
    assert given["quiet"] is True
    assert len(given["report"]) == 2


_QUOTED = r"'((?:[^'\u2018-\u201b]|(?:['\u2018-\u201b]){2})*)'"


def windows_words(recipe: str) -> list[str]:
    """The words of the command within the script that the task runs."""
    (command,) = re.findall(r"@'\n(.*)\n'@", recipe)
    words = re.findall(_QUOTED, command.partition("; & ")[2])
    return ["&", *(re.sub(r"(['\u2018-\u201b])\1", r"\1", each) for each in words)]


# Module ScheduledTasks, Windows Server 2025: parameters that the recipe may use, and the values
# that those which name a choice can have.
CMDLETS: dict[str, dict[str, set[str] | None]] = {
    "New-ScheduledTaskAction": dict.fromkeys(("Execute", "Argument", "WorkingDirectory", "Id")),
    "New-ScheduledTaskTrigger": dict.fromkeys(("Daily", "At", "DaysInterval", "RandomDelay")),
    "New-ScheduledTaskPrincipal": {
        "UserId": None,
        "LogonType": {"None", "Password", "S4U", "Interactive", "Group", "ServiceAccount"},
        "RunLevel": {"Limited", "Highest"},
    },
    "New-ScheduledTaskSettingsSet": {
        "MultipleInstances": {"Parallel", "Queue", "IgnoreNew"},
        "StartWhenAvailable": None,
        "ExecutionTimeLimit": None,
    },
    "Register-ScheduledTask": dict.fromkeys(
        ("TaskName", "Action", "Trigger", "Principal", "Settings", "Description")
    ),
}


@JOBS
def test_windows_is_asked_for_what_its_scheduler_has(job: Job) -> None:
    met = set()
    for cmdlet, given in commands_of(RECIPES["windows"](job)):
        if cmdlet in CMDLETS:
            met.add(cmdlet)
            for name, value in given.items():
                assert name in CMDLETS[cmdlet], (cmdlet, name)
                choices = CMDLETS[cmdlet][name]
                assert choices is None or value in choices, (cmdlet, name, value)
    assert met == set(CMDLETS)


@JOBS
def test_windows_script_is_whole_and_ends_as_the_audit_does(job: Job) -> None:
    recipe = RECIPES["windows"](job)
    assert faults_of(recipe) == []
    (command,) = re.findall(r"@'\n(.*)\n'@", recipe)
    assert faults_of(command) == []
    assert command.endswith("; exit $LASTEXITCODE")
    # A task keeps the code of `powershell -File`, which is that of the script.
    assert '-File `"$script`"' in recipe
    assert "LastTaskResult" in recipe


@pytest.mark.parametrize("cut", ["'Stop'", "(New-TimeSpan -Hours 2)", "'@\n"])
def test_the_grammar_refuses_a_script_that_lacks_an_end(cut: str) -> None:
    recipe = RECIPES["windows"](PLAIN)
    assert cut in recipe
    assert faults_of(recipe.replace(cut, cut.rstrip()[:-1], 1))


@JOBS
def test_no_recipe_holds_a_secret_or_hands_one_over_as_a_word(job: Job) -> None:
    for name in RECIPES:
        words = " ".join(words_of(name, job))
        assert not [each for each in job.variables if each in words]
        assert "AUDITOR_" not in words
