"""Recipes for schedulers of other people's machines: Kubernetes, GitHub Actions."""

import json
import posixpath
import shlex

from auditor.schedule.job import EXIT_CODES, Job

HOME = "/etc/auditor"
CREDENTIALS = "/run/secrets/auditor"


def kubernetes(job: Job) -> str:
    """A CronJob with a read-only file system, secrets as files, and reports on a volume."""
    arguments = "\n".join(
        f"                - {json.dumps(word)}"
        for word in job.arguments(f"{HOME}/auditor.toml", "/reports/")
    )
    keys = {name: f"file-{position}" for position, name in enumerate(job.files, 1)}
    mounts = "".join(
        f"""
                - name: files
                  mountPath: {json.dumps(posixpath.normpath(posixpath.join(HOME, name)))}
                  subPath: {key}
                  readOnly: true"""
        for name, key in keys.items()
    )
    files = (
        """
            - name: files
              secret:
                secretName: auditor-files
                defaultMode: 0440"""
        if keys
        else ""
    )
    return f"""\
# Once:
#   kubectl create configmap auditor --from-file=auditor.toml={shlex.quote(str(job.configuration))}
{_secret_command("auditor-variables", {name: name for name in job.variables})}\
{_secret_command("auditor-files", {key: name for name, key in keys.items()})}\
#   an image: docker build --file Containerfile --tag registry.example/auditor:1 .  (a checkout)
#   kubectl apply -f this-file.yaml
# Exit codes: {EXIT_CODES[0]}
# {EXIT_CODES[1]}.
# Any but 0 and 1 marks the job as failed; its log says why. The reports are written all the same.
# Health check, as a CronJob beside it: auditor history check --within 26h
apiVersion: batch/v1
kind: CronJob
metadata:
  name: auditor
spec:
  schedule: "17 5 * * *"
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 3600
  successfulJobsHistoryLimit: 3
  failedJobsHistoryLimit: 7
  jobTemplate:
    spec:
      # Another try would read the same findings again.
      backoffLimit: 0
      activeDeadlineSeconds: 7200
      template:
        spec:
          restartPolicy: Never
          automountServiceAccountToken: false
          securityContext:
            runAsNonRoot: true
            runAsUser: 10001
            runAsGroup: 10001
            fsGroup: 10001
            seccompProfile:
              type: RuntimeDefault
          containers:
            - name: auditor
              image: registry.example/auditor:1
              # Findings (1) are an answer, not a failed job; an incomplete audit (3, 4) is one.
              command:
                - /bin/sh
                - -c
                - auditor "$@"; code=$?; if [ "$code" -eq 1 ]; then exit 0; fi; exit "$code"
                - auditor
              args:
{arguments}
              env:
                - name: CREDENTIALS_DIRECTORY
                  value: {CREDENTIALS}
                - name: HOME
                  value: /tmp
                # The history stays with the reports; locks are of this pod alone.
                - name: XDG_DATA_HOME
                  value: /reports/data
              workingDir: /reports
              resources:
                requests:
                  cpu: 250m
                  memory: 256Mi
                limits:
                  memory: 1Gi
              securityContext:
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                capabilities:
                  drop: ["ALL"]
              volumeMounts:
                - name: configuration
                  mountPath: {HOME}/auditor.toml
                  subPath: auditor.toml
                  readOnly: true
                - name: variables
                  mountPath: {CREDENTIALS}
                  readOnly: true{mounts}
                - name: reports
                  mountPath: /reports
                - name: tmp
                  mountPath: /tmp
          volumes:
            - name: configuration
              configMap:
                name: auditor
            - name: variables
              secret:
                secretName: auditor-variables
                optional: true
                defaultMode: 0440{files}
            - name: reports
              persistentVolumeClaim:
                claimName: auditor-reports
            - name: tmp
              emptyDir: {{}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: auditor-reports
spec:
  accessModes: ["ReadWriteOnce"]
  resources:
    requests:
      storage: 1Gi
"""


def github_actions(job: Job) -> str:
    """A workflow that audits every morning and keeps the reports as an artifact."""
    words = shlex.join(["auditor", *job.arguments(job.configuration.name, "reports/")])
    variables = "\n".join(
        f"          {json.dumps(name)}: ${{{{ secrets.{name} }}}}" for name in job.variables
    )
    env = f"        env:\n{variables}\n" if variables else ""
    files = "".join(
        f"""
      - name: Write {json.dumps(name)[1:-1]}
        env:
          CONTENT: ${{{{ secrets.AUDITOR_FILE_{position} }}}}
          PLACE: {json.dumps(name)}
        run: |
          umask 077
          mkdir -p "$(dirname "$PLACE")"
          printf '%s' "$CONTENT" > "$PLACE\""""
        for position, name in enumerate(job.files, 1)
    )
    needed = [*job.variables, *(f"AUDITOR_FILE_{n} ({f})" for n, f in enumerate(job.files, 1))]
    secrets = f"# Secrets of the repository that it needs: {', '.join(needed)}\n" if needed else ""
    return f"""\
# .github/workflows/auditor.yml, in a private repository that holds {job.configuration.name}.
# Reports name mailboxes and people: whoever reads the repository can read them.
{secrets}\
# Exit codes: {EXIT_CODES[0]}
# {EXIT_CODES[1]}.
# Any but 0 and 1 fails the run, and GitHub notifies its watchers.
# Nothing stays on the machine: name a PostgreSQL database in [history] to know what changed.
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
        run: pip install server-side-sync-auditor{files}
      - name: Audit
        run: |
          mkdir -p reports
          {words} || [ $? -eq 1 ]
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


def _secret_command(name: str, keys: dict[str, str]) -> str:
    if not keys:
        return ""
    parts = " \\\n".join(
        f"#     --from-file={shlex.quote(f'{key}={file}')}" for key, file in keys.items()
    )
    return f"#   kubectl create secret generic {name} \\\n{parts}\n"
