"""Examines the accesses of environments and shows how each stands."""

import sys
import time
from collections.abc import Mapping, Sequence

from auditor.cli.terminal.messages import log_line
from auditor.cli.terminal.output import columns, show, show_bytes, wrapped
from auditor.configuration import Configuration, Environment, Secrets, look_up_secrets
from auditor.connections.connection import Connection
from auditor.doctor import Access, examine
from auditor.fleet.directories import OF_PEOPLE
from auditor.fleet.discovery import admin_api_of
from auditor.reports.shared.json_text import encode_indented
from connectors.sign_in.settings import Prompt
from connectors.transport.errors import SourceFailed
from connectors.transport.refusals import Refusals
from connectors.transport.sessions import Trust
from rules.counting import counted

Found = Mapping[str, tuple[Access, ...]]
"""The accesses of each environment, by its name."""

_WORDS = {
    "works": "works",
    "missing": "MISSING",
    "more-than-needed": "more than needed",
    "not-tried": "not tried",
    "not-configured": "not configured",
}
_TOLD = ("missing", "more-than-needed", "not-tried")


def examined(
    configuration: Configuration, environments: Sequence[Environment], timeout_s: float
) -> Found:
    """How every access stands. Raises `ConfigurationError`.

    The time limit counts for all environments together.
    """
    secrets = look_up_secrets(configuration, environments)
    refusals, trust = Refusals(), Trust()
    ends_at = time.monotonic() + timeout_s
    prompt = log_line if sys.stderr.isatty() else None
    found: dict[str, tuple[Access, ...]] = {}
    for environment in environments:
        with Connection(
            configuration,
            environment,
            secrets,
            timeout_s=max(0.0, ends_at - time.monotonic()),
            refusals=refusals,
            trust=trust,
            prompt=prompt,
        ) as connection:
            found[environment.name] = examine(connection)
        remaining_s = max(0.0, ends_at - time.monotonic())
        found[environment.name] += _admin_api(
            configuration, environment, secrets, remaining_s, prompt
        )
    return found


def _admin_api(
    configuration: Configuration,
    environment: Environment,
    secrets: Secrets,
    timeout_s: float,
    prompt: Prompt | None,
) -> tuple[Access, ...]:
    """The admin API of Power Platform, where the section `discovery` asks it."""
    name = "discovery.power_platform"
    try:
        is_asked = admin_api_of(
            configuration, environment, secrets, timeout_s=timeout_s, prompt=prompt
        )
    except SourceFailed as failure:
        return (
            Access(
                name=name,
                state="missing",
                code=failure.code,
                reason=failure.reason,
                remedy=failure.remedy,
            ),
        )
    if not is_asked:
        return ()
    if environment.auth.method in OF_PEOPLE:
        return (Access(name=name, state="works"),)
    return (
        Access(
            name=name,
            state="more-than-needed",
            code="management-application",
            reason="The application is a management application of Power Platform: it may do as "
            "much as an administrator of the tenant. An audit needs none of that.",
            remedy="Use another application for discovery than for audits, and leave "
            "`power_platform` out here. To take the registration back: "
            f"`Remove-PowerAppManagementApp -ApplicationId {environment.auth.client_id}`.",
        ),
    )


def shown(found: Found, *, as_json: bool) -> None:
    """Write the answer on standard output."""
    if as_json:
        answer = [{"environment": name, "accesses": accesses} for name, accesses in found.items()]
        show_bytes(encode_indented({"schema_version": "1.0", "environments": answer}))
        return
    for number, (name, accesses) in enumerate(found.items()):
        show([""] * bool(number) + _lines(name, accesses))


def _lines(name: str, accesses: tuple[Access, ...]) -> list[str]:
    tried = [each for each in accesses if each.state in ("works", "missing")]
    works = sum(each.state == "works" for each in tried)
    rows = [("access", "state", "rules")]
    rows += [(each.name, _WORDS[each.state], str(len(each.unlocks) or "")) for each in accesses]
    version = next((f"Dynamics 365 {each.version}, " for each in accesses if each.version), "")
    work = counted(len(tried), "configured access works", "configured accesses work")
    lines = [f"{name}: {version}{works} of {work}", "", *columns(rows)]
    for state in _TOLD:
        for each in accesses:
            if each.state == state:
                lines += ["", f"{each.name}: {_WORDS[state]}", *_details(each)]
    left_out = [each.name for each in accesses if each.state == "not-configured"]
    if left_out:
        lines += ["", "Not configured, so their rules may stay undetermined:"]
        lines += wrapped(", ".join(left_out), "  ")
    return lines


def _details(access: Access) -> list[str]:
    lines = wrapped(access.reason, "  ")
    if access.state == "missing" and access.grant and access.grant not in access.remedy:
        lines += wrapped(f"Needs: {access.grant}", "  ")
    if access.remedy:
        lines += wrapped(f"To do: {access.remedy}", "  ")
    if access.unlocks and access.state == "missing":
        lines += wrapped(f"Unlocks: {', '.join(access.unlocks)}", "  ")
    return lines
