"""Recipes for Container Apps and Windows, which no program here checks, held to what is published.

Container Apps: the names within a job, "Microsoft.App jobs" in the reference of Bicep and ARM
templates (read on 2026-11-30); which values they take is our own reading. Windows: cmdlets,
parameters and their values of the module ScheduledTasks, from our own knowledge. Neither Azure nor
PowerShell is run: quota, regions, the names that an installation has, and PowerShell's own grammar
beyond quotes, lines and brackets stay unchecked.
"""

import re
import shlex
import subprocess
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pytest
import yaml
from msgspec import UNSET, Meta, Struct, UnsetType, structs
from typer.main import get_command

from auditor.cli.application import app
from auditor.schedule import RECIPES, Job
from tests.auditor.test_schedule import AWKWARD, PLAIN

SEVERAL = structs.replace(PLAIN, environments=(), several=True)
JOBS = pytest.mark.parametrize(
    "job", [PLAIN, AWKWARD, SEVERAL], ids=["plain", "awkward", "several"]
)
SecretName = Annotated[str, Meta(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", max_length=253)]


class Published(Struct, forbid_unknown_fields=True, rename="camel"):
    """A part of a job: what is not published is refused."""


class Schedule(Published):
    cron_expression: Annotated[str, Meta(pattern=r"^\S+ \S+ \S+ \S+ \S+$")]
    parallelism: Annotated[int, Meta(ge=1)] = 1
    replica_completion_count: Annotated[int, Meta(ge=1)] = 1


class Secret(Published):
    name: SecretName
    key_vault_url: Annotated[str, Meta(pattern=r"^https://[^/]+/secrets/[A-Za-z0-9-]{1,127}$")]
    identity: str


class Registry(Published):
    server: str
    identity: str


class Configuration(Published):
    trigger_type: Literal["Schedule"]
    replica_timeout: Annotated[int, Meta(ge=1)]
    schedule_trigger_config: Schedule
    replica_retry_limit: Annotated[int, Meta(ge=0)]
    registries: list[Registry]
    secrets: list[Secret]


class Variable(Published):
    name: str
    value: str | UnsetType = UNSET
    secret_ref: SecretName | UnsetType = UNSET


class Resources(Published):
    cpu: float
    memory: Annotated[str, Meta(pattern=r"^[0-9.]+Gi$")]


class Mount(Published):
    volume_name: str
    mount_path: Annotated[str, Meta(pattern="^/")]
    sub_path: str = ""


class Container(Published):
    name: str
    image: str
    command: list[str]
    args: list[str]
    env: list[Variable]
    resources: Resources
    volume_mounts: list[Mount]


class File(Published):
    secret_ref: SecretName
    path: str


class Volume(Published):
    name: str
    storage_type: Literal["AzureFile", "EmptyDir", "NfsAzureFile", "Secret"]
    storage_name: str = ""
    secrets: list[File] = []


class Template(Published):
    containers: list[Container]
    volumes: list[Volume]


class Properties(Published):
    environment_id: Annotated[
        str,
        Meta(
            pattern=r"^/subscriptions/[^/]+/resourceGroups/[^/]+"
            r"/providers/Microsoft\.App/managedEnvironments/[^/]+$"
        ),
    ]
    configuration: Configuration
    template: Template


class Identity(Published):
    type: Literal["SystemAssigned"]


class ContainerAppsJob(Published):
    location: str
    identity: Identity
    properties: Properties


@JOBS
def test_container_apps_would_take_the_job(job: Job) -> None:
    found = yaml.safe_load(RECIPES["azure-container-apps"](job))
    properties = msgspec.convert(found, ContainerAppsJob).properties
    (container,) = properties.template.containers
    # The only pairs that the consumption plan has: two GiB for each processor.
    assert container.resources.memory == f"{container.resources.cpu * 2:g}Gi"
    names = [each.name for each in properties.configuration.secrets]
    assert len(set(names)) == len(names)
    volumes = {each.name: each for each in properties.template.volumes}
    assert len({each.mount_path for each in container.volume_mounts}) == len(
        container.volume_mounts
    )
    for mount in container.volume_mounts:
        volume = volumes[mount.volume_name]
        files = {each.path for each in volume.secrets}
        assert (mount.sub_path in files) is (volume.storage_type == "Secret")
        assert bool(volume.storage_name) is (volume.storage_type == "AzureFile")
    referred = [each.secret_ref for volume in volumes.values() for each in volume.secrets]
    referred += [each.secret_ref for each in container.env if each.secret_ref is not UNSET]
    assert set(referred) == set(names)
    assert all((each.value is UNSET) is not (each.secret_ref is UNSET) for each in container.env)


@pytest.mark.parametrize("change", [{"triggerType": "Daily"}, {"retries": 1}, {"secrets": None}])
def test_the_published_shape_refuses_what_is_not_in_it(change: dict[str, Any]) -> None:
    found = yaml.safe_load(RECIPES["azure-container-apps"](PLAIN))
    found["properties"]["configuration"] |= change
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(found, ContainerAppsJob)


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
    lines = code_of(RECIPES["windows"](job))
    met = set()
    for line in lines:
        # What stands in quotes or brackets is a value.
        bare = re.sub(r"\([^()]*\)", "VALUE", re.sub(r"\"(?:`.|[^\"])*\"", "VALUE", plain(line)))
        for cmdlet, parameters in CMDLETS.items():
            if not re.search(rf"(?:^|= ){cmdlet}\b", bare):
                continue
            met.add(cmdlet)
            for name, value in re.findall(r" -(\w+)(?: (?!-)(\S+))?", bare):
                assert name in parameters, (cmdlet, name)
                choices = parameters[name]
                assert choices is None or value in choices, (cmdlet, name, value)
    assert met == set(CMDLETS)


@JOBS
def test_windows_script_is_whole_and_ends_as_the_audit_does(job: Job) -> None:
    recipe = RECIPES["windows"](job)
    for line in code_of(recipe):
        bare = re.sub(r"\"(?:`.|[^\"])*\"", "", plain(line))
        assert not re.search(r"['\u2018-\u201b\"]", bare), line
        assert bare.count("(") == bare.count(")")
        assert bare.count("{") == bare.count("}")
    (command,) = re.findall(r"@'\n(.*)\n'@", recipe)
    assert command.endswith("; exit $LASTEXITCODE")
    # A task keeps the code of `powershell -File`, which is that of the script.
    assert '-File `"$script`"' in recipe
    assert "LastTaskResult" in recipe


@JOBS
def test_no_recipe_holds_a_secret_or_hands_one_over_as_a_word(job: Job) -> None:
    for name in RECIPES:
        words = " ".join(words_of(name, job))
        assert not [each for each in job.variables if each in words]
        assert "AUDITOR_" not in words


def plain(line: str) -> str:
    """A line of which texts in single quotes are a word without spaces."""
    return re.sub(_QUOTED, "TEXT", line)


def code_of(recipe: str) -> list[str]:
    """The lines of a script, continued ones as one, without comments and what goes to files."""
    code = re.sub(r"@'\n.*\n'@", "'HERE'", recipe)
    code = code.replace("`\n", " ")
    return [each for each in code.splitlines() if each and not each.startswith("#")]
