"""Recipes that run the image of the Containerfile in Kubernetes: one pod, or one for each share."""

import json
import posixpath
import shlex

from msgspec import Struct, structs

from auditor.schedule.container_apps import HOME, RUN
from auditor.schedule.job import EXIT_CODES, PLACES, Job

CREDENTIALS = "/run/secrets/auditor"
_OF_A_FLEET = """\
# Each pod audits its share of the environments and compares these alone: to keep those of one
# customer together, give them a label and add --group-by with its key to the args. All pods write
# into one volume, and their runs into one history: name PostgreSQL in [history].
"""


class _Share(Struct, frozen=True):
    """So many pods in all, and at the same time."""

    pods: int = 8
    at_once: int = 4


def kubernetes(job: Job) -> str:
    """A CronJob with a read-only file system, secrets as files, and reports on a volume."""
    return _cron_job(job, None)


def kubernetes_fleet(job: Job) -> str:
    """The same as an indexed job: several pods, each with its share of the environments."""
    # Each pod has an overview of its own.
    return _cron_job(structs.replace(job, several=False), _Share())


def _cron_job(job: Job, share: "_Share | None") -> str:
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
# Next steps:
#   docker build --file Containerfile --tag registry.example/auditor:1 .   (in a checkout)
#   docker push registry.example/auditor:1
#   kubectl create configmap auditor --from-file=auditor.toml={shlex.quote(str(job.configuration))}
{_secret_command("auditor-variables", {name: name for name in job.variables})}\
{_secret_command("auditor-files", {key: name for name, key in keys.items()})}\
#   kubectl apply -f this-file.yaml
#   try it: kubectl create job --from=cronjob/auditor auditor-now; kubectl logs -f job/auditor-now
# Places: {PLACES}
# Exit codes: {EXIT_CODES[0]}
# {EXIT_CODES[1]}.
# Any but 0 and 1 marks the job as failed; its log says why. The reports are written all the same.
{_OF_A_FLEET if share is not None else ""}\
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
{_tries(share)}      activeDeadlineSeconds: 7200
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
                - {_run(share)}
                - auditor
              args:
{arguments}
              env:
                - name: CREDENTIALS_DIRECTORY
                  value: {CREDENTIALS}
                - name: HOME
                  value: /tmp
{_history(share)}              workingDir: /reports
              resources:
                requests:
                  cpu: 250m
                  memory: 384Mi
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
  accessModes: ["{"ReadWriteOnce" if share is None else "ReadWriteMany"}"]
  resources:
    requests:
      storage: 1Gi
"""


def _run(share: _Share | None) -> str:
    if share is None:
        return RUN
    own = (
        f'--shard "$((JOB_COMPLETION_INDEX + 1))/{share.pods}"'
        ' --overview "html=/reports/overview-$JOB_COMPLETION_INDEX.html"'
        ' --overview "json=/reports/overview-$JOB_COMPLETION_INDEX.json"'
    )
    return RUN.replace('auditor "$@"', f'auditor "$@" {own}')


def _tries(share: _Share | None) -> str:
    """Another try would read the same findings again."""
    if share is None:
        return """\
      # Another try would read the same findings again.
      backoffLimit: 0
"""
    return f"""\
      completionMode: Indexed
      completions: {share.pods}
      parallelism: {share.at_once}
      # Another try would read the same findings again; one share that fails ends no other.
      backoffLimitPerIndex: 0
      maxFailedIndexes: {share.pods}
"""


def _history(share: _Share | None) -> str:
    if share is not None:
        return ""
    return """\
                # The history stays with the reports; locks are of this pod alone.
                - name: XDG_DATA_HOME
                  value: /reports/data
"""


def _secret_command(name: str, keys: dict[str, str]) -> str:
    if not keys:
        return ""
    parts = " \\\n".join(
        f"#     --from-file={shlex.quote(f'{key}={file}')}" for key, file in keys.items()
    )
    return f"#   kubectl create secret generic {name} \\\n{parts}\n"
