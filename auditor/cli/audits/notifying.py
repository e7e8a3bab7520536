"""Tells those whom the configuration names of a run. It never fails the run."""

from collections.abc import Sequence
from pathlib import Path

from auditor.cli.options import Options
from auditor.cli.terminal.messages import log_line
from auditor.configuration import Configuration
from auditor.configuration.secrets import SecretError
from auditor.differences import difference_of
from auditor.model import Audit
from auditor.process.remote_files import Place


class Receivers:
    """Whom to tell, and when; without a section `notify` nobody."""

    def __init__(self, configuration: Configuration | None = None) -> None:
        self._configuration = configuration

    def notify(self, audit: Audit, exit_code: int, reports: Sequence[Place]) -> None:
        """Send a message where the run is one to tell of; failures go to standard error."""
        configuration = self._configuration
        if configuration is None or configuration.notify is None:
            return
        from auditor.notifications.message import is_wanted, message_of
        from auditor.notifications.sending import send

        section, difference = configuration.notify, difference_of(audit)
        if not is_wanted(section.on, audit, difference, exit_code):
            return
        addresses = []
        problems = []
        for reference in section.urls:
            try:
                addresses.append(configuration.secret(reference).reveal().strip())
            except SecretError as refusal:
                problems.append(f"[notify] urls: {refusal}")
        message = message_of(
            audit,
            difference,
            [str(each.absolute()) if isinstance(each, Path) else each for each in reports],
        )
        for problem in (*problems, *(send(message, addresses) if addresses else ())):
            log_line(f"{audit.environment.name}: nobody was notified: {problem}")


NOBODY = Receivers()


def receivers_of(configuration: Configuration, given: Options) -> Receivers:
    """Whom the configuration names; nobody where the run asks for that."""
    wanted = given.notify and given.redaction is None
    return Receivers(configuration) if wanted else NOBODY
