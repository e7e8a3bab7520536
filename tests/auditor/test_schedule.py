"""Recipes run the audit as configured, hold no secret, and survive awkward paths."""

import configparser
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from msgspec import structs

from auditor.configuration import load, select
from auditor.schedule import RECIPES, Job, job_of
from tests.auditor.configuration.whole import WHOLE_TEXT
from tests.real_programs import need_module, program_of

PLAIN = Job(
    program=Path("/opt/auditor/bin/auditor"),
    configuration=Path("/etc/auditor/auditor.toml"),
    environments=("contoso", "fabrikam"),
    variables=("CONTOSO_EWS", "CONTOSO_SECRET"),
    files=("contoso.pem", "/etc/ssl/corporate-ca.pem"),
)
AWKWARD = Job(
    program=Path("/home/o'neil/100% $HOME/auditor"),
    configuration=Path('/home/o\'neil/a "b"/auditor.toml'),
    writes_beside_configuration=True,
)
RUN = ["run", "contoso", "fabrikam", "--config", "/etc/auditor/auditor.toml"]


def job(tmp_path: Path, *names: str, text: str = WHOLE_TEXT) -> Job:
    path = tmp_path / "auditor.toml"
    path.write_text(text)
    configuration = load(path)
    return job_of(configuration, select(configuration, names), PLAIN.program)


def unit(recipe: str, name: str) -> configparser.RawConfigParser:
    """One part of the systemd recipe, by the name of its file."""
    text = recipe.split(f"# --- /etc/systemd/system/{name}\n")[1].split("\n# --- ")[0]
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return parser


def test_a_job_needs_the_secrets_of_its_environments_and_of_the_program(tmp_path: Path) -> None:
    found = job(tmp_path)
    assert found.environments == ()
    assert found.variables == ("AUDITOR_NOTIFY", "CONTOSO_EWS", "CONTOSO_SECRET", "PROXY")
    assert found.files == ("contoso.pem", "corporate-ca.pem")
    assert found.writes_beside_configuration


def test_several_environments_have_one_page_together(tmp_path: Path) -> None:
    other = """
[environments.fabrikam]
url = "https://fabrikam.crm.dynamics.com"
auth = { method = "managed-identity" }
"""
    path = tmp_path / "auditor.toml"
    path.write_text(WHOLE_TEXT + other)
    configuration = load(path)
    several = job_of(configuration, configuration.environments.values(), PLAIN.program)
    words = several.arguments("auditor.toml", "reports/")
    assert "html=reports/overview.html" in words
    assert "--overview" not in job(tmp_path).arguments("auditor.toml", "reports/")
    (fleet, _) = yaml.safe_load_all(RECIPES["kubernetes-fleet"](several))
    pod = fleet["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert "--overview" not in pod["containers"][0]["args"]


def test_an_environment_that_is_left_out_needs_none_of_its_secrets(tmp_path: Path) -> None:
    other = """
[environments.fabrikam]
url = "https://fabrikam.crm.dynamics.com"
auth = { method = "managed-identity" }
"""
    shared = WHOLE_TEXT.split("[defaults.auth]")[0]
    own = WHOLE_TEXT.replace("[defaults.auth]", "[environments.contoso.unused]").split("[tls]")[0]
    own = own.replace("[environments.contoso.unused]\n", "").replace(
        'method = "client-secret"\ntenant = "contoso.onmicrosoft.com"\n', "", 1
    )
    own = own.replace(
        'client_id = "a1"', 'client_id = "a1"\nmethod = "client-secret"\ntenant = "contoso"'
    )
    found = job(tmp_path, "fabrikam", text=shared + own + other)
    assert (found.environments, found.variables, found.files) == (("fabrikam",), (), ())
    assert "--all" not in found.arguments("c", "r/")


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_tells_the_exit_codes_and_asks_for_every_secret(name: str) -> None:
    recipe = RECIPES[name](PLAIN)
    for code in ("0 complete", "1 failing findings", "3 a source could not be read"):
        assert code in recipe
    for variable in PLAIN.variables:
        assert variable in recipe


def test_systemd_runs_the_audit_and_may_do_little_else() -> None:
    recipe = RECIPES["systemd"](PLAIN)
    service = unit(recipe, "auditor.service")["Service"]
    assert shlex.split(service["ExecStart"])[:6] == [str(PLAIN.program), *RUN]
    assert service["ProtectSystem"] == "strict"
    assert service["ProtectHome"] == "yes"
    assert service["User"] == "auditor"
    assert service["SuccessExitStatus"] == "1"
    assert re.findall(r"^LoadCredential=(\w+):", recipe, re.MULTILINE) == list(PLAIN.variables)
    assert "ReadWritePaths" not in service
    assert unit(recipe, "auditor.timer")["Timer"]["Persistent"] == "true"


def test_systemd_keeps_awkward_paths_whole() -> None:
    service = unit(RECIPES["systemd"](AWKWARD), "auditor.service")["Service"]
    assert service["ExecStart"].startswith(
        '/usr/bin/env "/home/o\'neil/100%% $$HOME/auditor" run --all'
    )
    assert '"/home/o\'neil/a \\"b\\"/auditor.toml"' in service["ExecStart"]
    assert service["ProtectHome"] == "read-only"
    assert service["ReadWritePaths"] == '"/home/o\'neil/a \\"b\\""'


def test_cron_runs_one_audit_at_a_time_and_escapes_percent() -> None:
    (line,) = [line for line in RECIPES["cron"](AWKWARD).splitlines() if line.startswith("17 5")]
    assert not re.search(r"(?<!\\)%", line)
    command = line.removeprefix("17 5 * * * ").replace(r"\%", "%")
    words = shlex.split(command)
    flock = words.index("flock")
    assert words[flock + 5 : flock + 8] == [str(AWKWARD.program), "run", "--all"]
    assert words[flock + 4] == str(AWKWARD.configuration)
    assert "CREDENTIALS_DIRECTORY=/etc/auditor/credentials" in RECIPES["cron"](PLAIN)


def test_windows_hands_over_every_word_as_it_is() -> None:
    recipe = RECIPES["windows"](AWKWARD)
    (command,) = re.findall(r"@'\n(.*)\n'@", recipe)
    words = [word.replace("''", "'") for word in re.findall(r"'((?:[^']|'')*)'", command)]
    assert words[1:5] == [str(AWKWARD.program), "run", "--all", "--config"]
    assert words[5] == str(AWKWARD.configuration)
    assert command.endswith("; exit $LASTEXITCODE")


def test_windows_keeps_secrets_where_the_account_alone_reads_them() -> None:
    recipe = RECIPES["windows"](PLAIN)
    for name in PLAIN.variables:
        assert f"Read-Host 'The secret {name}'" in recipe
    assert "/inheritance:r" in recipe
    assert "$env:CREDENTIALS_DIRECTORY = '/etc/auditor\\credentials'" in recipe


def test_kubernetes_mounts_secrets_and_writes_reports_alone() -> None:
    recipe = RECIPES["kubernetes"](PLAIN)
    cron_job, claim = yaml.safe_load_all(recipe)
    pod: dict[str, Any] = cron_job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["args"][:5] == [*RUN[:4], "/etc/auditor/auditor.toml"]
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert pod["securityContext"]["runAsNonRoot"] is True
    mounts = {mount["mountPath"]: mount for mount in container["volumeMounts"]}
    assert {place for place, mount in mounts.items() if not mount.get("readOnly")} == {
        "/reports",
        "/tmp",
    }
    assert mounts["/etc/auditor/contoso.pem"]["subPath"] == "file-1"
    assert mounts["/etc/ssl/corporate-ca.pem"]["subPath"] == "file-2"
    volumes = {volume["name"] for volume in pod["volumes"]}
    assert volumes == {mount["name"] for mount in container["volumeMounts"]}
    assert claim["metadata"]["name"] == "auditor-reports"
    assert claim["spec"]["accessModes"] == ["ReadWriteOnce"]
    assert container["command"][-1] == "auditor"
    assert "--shard" not in recipe
    assert "--from-file=CONTOSO_SECRET=CONTOSO_SECRET" in recipe


def test_a_fleet_has_a_pod_for_each_share_and_no_history_of_one_pod() -> None:
    cron_job, claim = yaml.safe_load_all(RECIPES["kubernetes-fleet"](PLAIN))
    spec = cron_job["spec"]["jobTemplate"]["spec"]
    assert spec["completionMode"] == "Indexed"
    assert spec["backoffLimitPerIndex"] == 0
    (container,) = spec["template"]["spec"]["containers"]
    assert "XDG_DATA_HOME" not in {each["name"] for each in container["env"]}
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    shares = []
    for index in range(spec["completions"]):
        # The shell itself counts from the number that Kubernetes gives the pod.
        shown = subprocess.run(
            ["sh", "-c", container["command"][2].replace("auditor ", "echo ", 1), "auditor", "run"],
            env={"JOB_COMPLETION_INDEX": str(index)},
            capture_output=True,
            text=True,
            check=True,
        )
        words = shown.stdout.split()
        assert f"html=/reports/overview-{index}.html" in words
        shares.append(words[words.index("--shard") + 1])
    assert shares == [f"{number}/{len(shares)}" for number in range(1, len(shares) + 1)]


@pytest.mark.parametrize("job", [PLAIN, AWKWARD], ids=["plain", "awkward"])
@pytest.mark.parametrize("name", ["kubernetes", "kubernetes-fleet"])
def test_kubernetes_itself_would_take_the_recipe(name: str, job: Job) -> None:
    """Against the schemas of its API: nothing lacks, nothing is unknown to it."""
    for each in yaml.safe_load_all(RECIPES[name](job)):
        kubernetes_validate.validate(each, "1.33", strict=True)


def test_kubernetes_without_files_mounts_none() -> None:
    cron_job, _ = yaml.safe_load_all(RECIPES["kubernetes"](AWKWARD))
    volumes = cron_job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["volumes"]
    assert "files" not in {volume["name"] for volume in volumes}


def test_github_actions_passes_secrets_by_name_and_keeps_the_reports() -> None:
    workflow = yaml.safe_load(RECIPES["github-actions"](PLAIN))
    assert workflow["permissions"] == {"contents": "read"}
    steps = workflow["jobs"]["audit"]["steps"]
    audit = next(step for step in steps if step.get("name") == "Audit")
    assert audit["env"]["CONTOSO_SECRET"] == "${{ secrets.CONTOSO_SECRET }}"
    words = shlex.split(audit["run"].splitlines()[-1])
    assert words[:6] == ["auditor", *RUN[:4], "auditor.toml"]
    upload = steps[-1]
    assert upload["if"] == "always()"
    assert upload["with"]["path"] == "reports/"
    written = [step["env"]["PLACE"] for step in steps if "PLACE" in step.get("env", {})]
    assert written == list(PLAIN.files)


def test_github_actions_without_secrets_is_whole() -> None:
    workflow = yaml.safe_load(RECIPES["github-actions"](AWKWARD))
    audit = next(step for step in workflow["jobs"]["audit"]["steps"] if step.get("name") == "Audit")
    assert "env" not in audit


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_names_the_next_steps_and_a_health_check(name: str) -> None:
    recipe = RECIPES[name](PLAIN)
    assert "# Next steps" in recipe
    assert "#   try it: " in recipe
    if name != "azure-container-apps":
        assert "auditor history check --within 26h" in recipe


@pytest.mark.parametrize("name", ["github-actions", "gitlab", "azure-devops"])
def test_pipelines_install_what_is_there_by_digests(name: str) -> None:
    recipe = RECIPES[name](PLAIN)
    assert "pip install --quiet --require-hashes -r requirements.lock" in recipe
    assert "pip install --quiet --no-deps ./server_side_sync_auditor-*.whl" in recipe
    assert "pip install server-side-sync-auditor" not in recipe


SCHEMAS = {"github-actions": "github-workflows", "gitlab": "gitlab-ci"} | {
    "azure-devops": "azure-pipelines"
}


@pytest.mark.parametrize("job", [PLAIN, AWKWARD], ids=["plain", "awkward"])
@pytest.mark.parametrize("name", SCHEMAS)
def test_pipelines_meet_their_schema(name: str, job: Job, tmp_path: Path) -> None:
    need_module("check_jsonschema")
    # Azure DevOps, and so its schema, takes every value for a text.
    loader = yaml.BaseLoader if name == "azure-devops" else yaml.SafeLoader
    recipe = yaml.load(RECIPES[name](job).replace("\non:\n", "\n'on':\n"), loader)
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps(recipe), "utf-8")
    words = ["--builtin-schema", f"vendor.{SCHEMAS[name]}", "--regex-variant", "python"]
    if SCHEMAS[name] != "github-workflows":
        words += ["--data-transform", SCHEMAS[name]]
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *words, str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("job", [PLAIN, AWKWARD], ids=["plain", "awkward"])
def test_systemd_takes_the_units(job: Job, tmp_path: Path) -> None:
    verify = program_of("systemd-analyze", ["systemd"])
    # It looks whether there is such a program, and finds no units in directories of its own.
    program = tmp_path / job.program.name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    recipe = RECIPES["systemd"](structs.replace(job, program=program))
    for name in ("auditor.service", "auditor.timer"):
        part = recipe.split(f"# --- /etc/systemd/system/{name}\n")[1].split("\n# --- ")[0]
        (tmp_path / name).write_text(part)
    checked = subprocess.run(
        [verify, "verify", "--man=no", str(tmp_path / "auditor.timer")],
        capture_output=True,
        text=True,
        check=False,
    )
    told = [line for line in checked.stderr.splitlines() if str(tmp_path) in line]
    assert told == []
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("job", [PLAIN, AWKWARD], ids=["plain", "awkward"])
def test_a_shell_takes_every_command(job: Job) -> None:
    (cron,) = [line for line in RECIPES["cron"](job).splitlines() if line.startswith("17 5")]
    commands = [cron.removeprefix("17 5 * * * ").replace(r"\%", "%")]
    kubernetes = next(yaml.safe_load_all(RECIPES["kubernetes"](job)))
    (container,) = kubernetes["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    commands.append(container["command"][2])
    gitlab = yaml.safe_load(RECIPES["gitlab"](job))["audit"]
    commands += [*gitlab["before_script"], *gitlab["script"]]
    devops = yaml.safe_load(RECIPES["azure-devops"](job))
    commands += [step["script"] for step in devops["jobs"][0]["steps"] if "script" in step]
    github = yaml.safe_load(RECIPES["github-actions"](job))["jobs"]["audit"]["steps"]
    commands += [step["run"] for step in github if "run" in step]
    for command in commands:
        checked = subprocess.run(["sh", "-n", "-c", command], capture_output=True, check=False)
        assert checked.returncode == 0, command


def test_gitlab_and_azure_devops_pass_secrets_by_name_and_keep_the_reports() -> None:
    gitlab = yaml.safe_load(RECIPES["gitlab"](PLAIN))["audit"]
    assert shlex.split(gitlab["script"][-1])[:6] == ["auditor", *RUN[:4], "auditor.toml"]
    assert gitlab["script"][0] == 'install -D -m 0600 "$AUDITOR_FILE_1" contoso.pem'
    assert gitlab["artifacts"]["when"] == "always"
    devops = yaml.safe_load(RECIPES["azure-devops"](PLAIN))
    steps = devops["jobs"][0]["steps"]
    (audit,) = [step for step in steps if step.get("displayName") == "Audit"]
    assert audit["env"]["CONTOSO_SECRET"] == "$(CONTOSO_SECRET)"
    assert shlex.split(audit["script"].splitlines()[-1])[:6] == [
        "auditor",
        *RUN[:4],
        "auditor.toml",
    ]
    secure = [step["inputs"].get("secureFile") for step in steps if "task" in step][1:]
    assert secure == ["contoso.pem", "corporate-ca.pem"]
    assert steps[-1]["condition"] == "always()"


def test_azure_container_apps_hands_over_every_secret_of_the_vault() -> None:
    app = yaml.safe_load(RECIPES["azure-container-apps"](PLAIN))["properties"]
    (container,) = app["template"]["containers"]
    assert container["args"][:5] == [*RUN[:4], "/etc/auditor/auditor.toml"]
    known = {each["name"] for each in app["configuration"]["secrets"]}
    used = {each["secretRef"] for each in container["env"] if "secretRef" in each}
    reports, files = app["template"]["volumes"]
    used |= {each["secretRef"] for each in files["secrets"]}
    assert used == known
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in known)
    mounts = {each["mountPath"]: each for each in container["volumeMounts"]}
    assert set(mounts) == {
        "/reports",
        "/etc/auditor/auditor.toml",
        "/etc/auditor/contoso.pem",
        "/etc/ssl/corporate-ca.pem",
    }
    assert mounts["/reports"]["volumeName"] == reports["name"]
    plain = yaml.safe_load(RECIPES["azure-container-apps"](AWKWARD))["properties"]
    assert len(plain["configuration"]["secrets"]) == 1


@pytest.mark.parametrize("code", [0, 1, 3, 4, 70])
def test_recipes_see_a_failed_run_where_an_environment_could_not_be_read(
    code: int, tmp_path: Path
) -> None:
    program = tmp_path / "auditor"
    program.write_text(f"#!/bin/sh\nexit {code}\n")
    program.chmod(0o755)
    configuration = tmp_path / "auditor.toml"
    configuration.write_text("")
    job = Job(program=program, configuration=configuration)
    is_completed = code in (0, 1)

    def run(command: str, *words: str) -> "subprocess.CompletedProcess[str]":
        path = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
        return subprocess.run(
            ["sh", "-c", command, *words],
            cwd=tmp_path,
            env=path,
            capture_output=True,
            text=True,
            check=False,
        )

    (cron,) = [line for line in RECIPES["cron"](job).splitlines() if line.startswith("17 5")]
    mailed = run(cron.removeprefix("17 5 * * * ").replace(r"\%", "%"))
    assert (mailed.stdout == "") is is_completed
    assert mailed.stderr == ""
    kubernetes = next(yaml.safe_load_all(RECIPES["kubernetes"](job)))
    (container,) = kubernetes["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    _, _, command, name = container["command"]
    assert (run(command, name, *container["args"]).returncode == 0) is is_completed
    for audit in (
        yaml.safe_load(RECIPES["gitlab"](job))["audit"]["script"][-1],
        yaml.safe_load(RECIPES["github-actions"](job))["jobs"]["audit"]["steps"][-2]["run"],
        yaml.safe_load(RECIPES["azure-devops"](job))["jobs"][0]["steps"][-2]["script"],
    ):
        assert (run(audit).returncode == 0) is is_completed
    codes = unit(RECIPES["systemd"](job), "auditor.service")["Service"]["SuccessExitStatus"]
    assert (code == 0 or str(code) in codes.split()) is is_completed


@pytest.mark.parametrize("name", ["github-actions", "gitlab", "azure-devops"])
def test_pipelines_name_every_secret_that_must_be_set_and_no_other_step(name: str) -> None:
    text = RECIPES[name](PLAIN)
    assert all(each in text for each in PLAIN.variables)
    for number, file in enumerate(PLAIN.files, 1):
        assert f"AUDITOR_FILE_{number} is {file}" in text
    without = RECIPES[name](structs.replace(PLAIN, variables=(), files=()))
    assert "AUDITOR_FILE_" not in without
    assert "as secrets" not in without


def test_the_comments_of_a_recipe_for_kubernetes_are_those_of_its_kind() -> None:
    alone, fleet = RECIPES["kubernetes"](PLAIN), RECIPES["kubernetes-fleet"](PLAIN)
    assert "Each pod audits its share of the environments" not in alone
    assert "# Each pod audits its share of the environments" in fleet
    assert "The history stays with the reports" in alone
    assert "The history stays with the reports" not in fleet
    assert "one share that fails ends no other" in fleet


def test_commands_for_secrets_are_there_where_there_are_secrets() -> None:
    without = RECIPES["kubernetes"](structs.replace(PLAIN, variables=(), files=()))
    assert "create secret" not in without
    both = RECIPES["kubernetes"](structs.replace(PLAIN, variables=("A",), files=("b.pem",)))
    assert "create secret generic auditor-variables \\\n#     --from-file=A=A\n" in both
    assert "create secret generic auditor-files \\\n#     --from-file=file-1=b.pem\n" in both
