"""Recipes for pipelines, whose machines are new for each run: GitHub, GitLab, Azure DevOps.

They install a wheel that stands in the repository beside the configuration, and its requirements
by their digests.
"""

import json
import shlex

from auditor.schedule.job import EXIT_CODES, Job

_INSTALL = (
    "pip install --quiet --require-hashes -r requirements.lock",
    "pip install --quiet --no-deps ./server_side_sync_auditor-*.whl",
)
_KEEPS_NOTHING = """\
# Nothing stays on the machine: name a PostgreSQL database in [history] to know what changed,
# and install its driver, psycopg[binary].
# Health check, elsewhere: auditor history check --within 26h"""


def github_actions(job: Job) -> str:
    """A workflow that audits every morning and keeps the reports as an artifact."""
    variables = "\n".join(
        f"          {json.dumps(name)}: ${{{{ secrets.{name} }}}}" for name in job.variables
    )
    env = f"        env:\n{variables}\n" if variables else ""
    files = "".join(
        f"""
      - name: {json.dumps(f"Write {name}")}
        env:
          CONTENT: ${{{{ secrets.AUDITOR_FILE_{position} }}}}
          PLACE: {json.dumps(name)}
        run: |
          umask 077
          mkdir -p "$(dirname "$PLACE")"
          printf '%s' "$CONTENT" > "$PLACE\""""
        for position, name in enumerate(job.files, 1)
    )
    return f"""\
{_next_steps(job, ".github/workflows/auditor.yml", "secrets of the repository")}
#   try it: Actions, "Audit of server-side synchronization", Run workflow
{_told("GitHub notifies its watchers")}
name: Audit of server-side synchronization
on:
  schedule:
    - cron: "17 5 * * *"
  workflow_dispatch:
permissions:
  contents: read
concurrency:
  group: auditor
jobs:
  audit:
    runs-on: ubuntu-latest
    timeout-minutes: 120
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
      - uses: actions/setup-python@v5
        with:
          python-version: "3.13"
      - name: Install
        run: |
{_indented(_INSTALL, 10)}{files}
      - name: Audit
        run: |
{_indented(_audit(job), 10)}
{env}\
      - name: Keep the reports
        if: always()
        uses: actions/upload-artifact@v4
        with:
          name: reports
          path: reports/
          if-no-files-found: warn
          retention-days: 30
"""


def gitlab(job: Job) -> str:
    """A job that a pipeline schedule starts, with the reports as artifacts."""
    files = [
        f'install -D -m 0600 "$AUDITOR_FILE_{position}" {shlex.quote(name)}'
        for position, name in enumerate(job.files, 1)
    ]
    steps = _next_steps(job, ".gitlab-ci.yml", "masked CI/CD variables", "of the type File")
    return f"""\
{steps}
#   Build, Pipeline schedules, New schedule: 17 5 * * *
#   try it: Run pipeline schedule, beside it
{_told("GitLab notifies who made the schedule")}
audit:
  image: python:3.13-slim
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
    - if: $CI_PIPELINE_SOURCE == "web"
  timeout: 2 hours
  resource_group: auditor
  before_script:
{_listed(_INSTALL, 4)}
  script:
{_listed([*files, *_audit(job)], 4)}
  artifacts:
    when: always
    access: developer
    expire_in: 30 days
    paths:
      - reports/
"""


def azure_devops(job: Job) -> str:
    """A pipeline with a schedule, secure files, and the reports as an artifact."""
    env = "".join(f"          {json.dumps(name)}: $({name})\n" for name in job.variables)
    files = "".join(
        f"""\
      - task: DownloadSecureFile@1
        name: file{position}
        inputs:
          secureFile: {json.dumps(name.rpartition("/")[2])}
      - script: |
          install -D -m 0600 "$(file{position}.secureFilePath)" {shlex.quote(name)}
        displayName: {json.dumps(f"Write {name}")}
"""
        for position, name in enumerate(job.files, 1)
    )
    steps = _next_steps(job, "azure-pipelines.yml", "secret variables of the pipeline", "secure")
    return f"""\
{steps}
#   Pipelines, New pipeline, Existing Azure Pipelines YAML file
#   try it: Run pipeline
{_told("Azure DevOps notifies who follows it")}
trigger: none
pr: none
schedules:
  - cron: "17 5 * * *"
    displayName: Every morning
    branches:
      include:
        - main
    always: true
    batch: true
pool:
  vmImage: ubuntu-24.04
jobs:
  - job: audit
    displayName: Audit of server-side synchronization
    timeoutInMinutes: 120
    steps:
      - checkout: self
      - task: UsePythonVersion@0
        inputs:
          versionSpec: "3.13"
      - script: |
          set -e
{_indented(_INSTALL, 10)}
        displayName: Install
{files}\
      - script: |
{_indented(_audit(job), 10)}
        displayName: Audit
{"        env:" + chr(10) + env if env else ""}\
      - publish: reports
        artifact: reports
        displayName: Keep the reports
        condition: always()
"""


def _audit(job: Job) -> tuple[str, ...]:
    words = shlex.join(["auditor", *job.arguments(job.configuration.name, "reports/")])
    # Findings are an answer, not a failed job.
    return ("mkdir -p reports", f"{words} || [ $? -eq 1 ]")


def _next_steps(job: Job, path: str, variables: str, files: str = "") -> str:
    of_files = f" ({files})" if files else ""
    needed = [f"#   {variables}: {', '.join(job.variables)}"] if job.variables else []
    if job.files:
        named = (f"AUDITOR_FILE_{n} is {name}" for n, name in enumerate(job.files, 1))
        needed.append(f"#   files as secrets{of_files}: {', '.join(named)}")
    return "\n".join(
        (
            "# Next steps:",
            "#   python -m pip wheel --no-deps --wheel-dir dist .   (in a checkout of the auditor)",
            "#   a private repository with the wheel, requirements.lock of the checkout,",
            f"#   {job.configuration.name}, and this file as {path}",
            *needed,
        )
    )


def _told(who: str) -> str:
    return f"""\
# Reports name mailboxes and people: whoever reads the repository can read them.
# Exit codes: {EXIT_CODES[0]}
# {EXIT_CODES[1]}.
# Any but 0 and 1 fails the run, and {who}.
{_KEEPS_NOTHING}"""


def _indented(lines: tuple[str, ...], blanks: int) -> str:
    return "\n".join(" " * blanks + line for line in lines)


def _listed(lines: "list[str] | tuple[str, ...]", blanks: int) -> str:
    return "\n".join(f"{' ' * blanks}- {json.dumps(line)}" for line in lines)
