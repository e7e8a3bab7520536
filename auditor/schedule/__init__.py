"""Recipes that run the audit every day, for the configuration at hand.

They are printed; nothing is installed or started.

Modules without a test file of their own name: tested in `tests/auditor/test_schedule.py`.
"""

from collections.abc import Callable, Mapping
from typing import Final

from auditor.schedule.container_apps import azure_container_apps
from auditor.schedule.hosts import cron, systemd, windows
from auditor.schedule.job import Job, job_of
from auditor.schedule.kubernetes import kubernetes, kubernetes_fleet
from auditor.schedule.pipelines import azure_devops, github_actions, gitlab

RECIPES: Final[Mapping[str, Callable[[Job], str]]] = {
    "systemd": systemd,
    "cron": cron,
    "windows": windows,
    "kubernetes": kubernetes,
    "kubernetes-fleet": kubernetes_fleet,
    "github-actions": github_actions,
    "gitlab": gitlab,
    "azure-devops": azure_devops,
    "azure-container-apps": azure_container_apps,
}

__all__ = ["RECIPES", "Job", "job_of"]
