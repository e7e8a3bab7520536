"""The recipe that runs the image of the Containerfile in Azure Container Apps."""

import json
import posixpath
import re
import shlex

from auditor.schedule.job import EXIT_CODES, PLACES, Job

HOME = "/etc/auditor"
RUN = 'auditor "$@"; code=$?; if [ "$code" -eq 1 ]; then exit 0; fi; exit "$code"'
"""Findings are an answer to whoever counts failed jobs, an incomplete audit is a failed one."""


def azure_container_apps(job: Job) -> str:
    """A scheduled job of Azure Container Apps, with secrets from Azure Key Vault."""
    arguments = "\n".join(
        f"          - {json.dumps(word)}"
        for word in job.arguments(f"{HOME}/auditor.toml", "/reports/")
    )
    # Names of secrets there have lower-case letters, digits and hyphens alone.
    variables = {name: f"variable-{_plain(name)}" for name in job.variables}
    files = {name: f"file-{position}" for position, name in enumerate(job.files, 1)}
    named = {"configuration": "auditor.toml", **{key: name for name, key in files.items()}}
    secrets = "".join(
        f"""
      - name: {key}
        keyVaultUrl: https://VAULT.vault.azure.net/secrets/auditor-{key}
        identity: system"""
        for key in (*named, *variables.values())
    )
    env = "".join(
        f"""
          - name: {json.dumps(name)}
            secretRef: {key}"""
        for name, key in variables.items()
    )
    mounts = "".join(
        f"""
          - volumeName: files
            mountPath: {json.dumps(posixpath.normpath(posixpath.join(HOME, name)))}
            subPath: {key}"""
        for key, name in named.items()
    )
    paths = "".join(
        f"""
          - secretRef: {key}
            path: {key}"""
        for key in named
    )
    puts = "".join(
        f"#   az keyvault secret set --vault-name VAULT --name auditor-{key}"
        f" --file {shlex.quote(name)}\n"
        for key, name in (*named.items(), *((key, name) for name, key in variables.items()))
    )
    return f"""\
# Next steps; write your own for VAULT, GROUP, ENVIRONMENT, REGISTRY and SUBSCRIPTION:
#   az acr build --registry REGISTRY --image auditor:1 --file Containerfile .   (in a checkout)
{puts}\
#   az containerapp env storage set --name ENVIRONMENT --resource-group GROUP \\
#     --storage-name auditor-reports --access-mode ReadWrite --azure-file-account-name ACCOUNT \\
#     --azure-file-account-key KEY --azure-file-share-name auditor
#   az containerapp job create --name auditor --resource-group GROUP --yaml this-file.yaml
#   give the job's identity the roles AcrPull, and Key Vault Secrets User; then create it again
#   try it: az containerapp job start --name auditor --resource-group GROUP
# Exit codes: {EXIT_CODES[0]}
# {EXIT_CODES[1]}.
# Any but 0 and 1 marks the execution as failed; alert on failed executions in Azure Monitor.
# Places: {PLACES}
# An Azure file share takes reports; SQLite needs a disk, so name PostgreSQL in [history].
location: westeurope
identity:
  type: SystemAssigned
properties:
  environmentId: "/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers\
/Microsoft.App/managedEnvironments/ENVIRONMENT"
  configuration:
    triggerType: Schedule
    replicaTimeout: 7200
    # Another try would read the same findings again.
    replicaRetryLimit: 0
    scheduleTriggerConfig:
      cronExpression: "17 5 * * *"
      parallelism: 1
      replicaCompletionCount: 1
    registries:
      - server: REGISTRY.azurecr.io
        identity: system
    secrets:{secrets}
  template:
    containers:
      - name: auditor
        image: REGISTRY.azurecr.io/auditor:1
        # Findings (1) are an answer, not a failed job; an incomplete audit (3, 4) is one.
        command:
          - /bin/sh
          - -c
          - {RUN}
          - auditor
        args:
{arguments}
        env:
          - name: HOME
            value: /tmp{env}
        resources:
          cpu: 0.5
          memory: 1Gi
        volumeMounts:
          - volumeName: reports
            mountPath: /reports{mounts}
    volumes:
      - name: reports
        storageType: AzureFile
        storageName: auditor-reports
      - name: files
        storageType: Secret
        secrets:{paths}
"""


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
