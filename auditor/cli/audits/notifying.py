"""Tells those whom the configuration names of a run. It never fails the run.

A message that does not arrive is owed: the history keeps it, and the next run sends it.
"""

from collections.abc import Collection, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from auditor.cli.options import Options
from auditor.cli.terminal.messages import log_line
from auditor.configuration import Configuration
from auditor.configuration.secrets import SecretError
from auditor.differences import difference_of
from auditor.model import Audit
from auditor.process.remote_files import Place

if TYPE_CHECKING:
    from auditor.history.owed import Messages
    from auditor.notifications.message import Message

NOTHING_OWED: "Messages" = MappingProxyType({})


class Receivers:
    """Whom to tell, and when; without a section `notify` nobody.

    `silent`: nobody is told now, and the next run tells them.
    """

    def __init__(self, configuration: Configuration | None = None, *, silent: bool = False) -> None:
        self._configuration = configuration
        self._silent = silent

    def notify(
        self,
        audit: Audit,
        exit_code: int,
        reports: Sequence[Place],
        owed: "Messages" = NOTHING_OWED,
    ) -> "Messages":
        """Send a message where the run is one to tell of; failures go to standard error.

        `owed` are those of earlier runs, which are sent too. Gives what is owed from now on.
        """
        configuration = self._configuration
        if configuration is None or configuration.notify is None:
            return {}
        from auditor.history.owed import Undelivered
        from auditor.notifications.message import is_wanted, message_of

        section, difference = configuration.notify, difference_of(audit)
        message = None
        if is_wanted(section.on, audit, difference, exit_code):
            message = message_of(
                audit,
                difference,
                [str(each.absolute()) if isinstance(each, Path) else each for each in reports],
            )
        own = (
            [] if message is None else [Undelivered(audit.started_at, message.title, message.body)]
        )
        left = {each: [*owed.get(each, ()), *own] for each in section.urls}
        if self._silent:
            return left
        arrived = self._sent(configuration, audit.environment.name, message, owed)
        return {each: some for each, some in left.items() if each not in arrived}

    def _sent(
        self,
        configuration: Configuration,
        environment: str,
        message: "Message | None",
        owed: "Messages",
    ) -> Collection[str]:
        """Send each receiver what it is to hear; gives those who are owed nothing any more."""
        from auditor.notifications.message import with_owed
        from auditor.notifications.sending import send

        assert configuration.notify is not None
        urls = configuration.notify.urls
        letters, receivers, problems = [], [], []
        for each in urls:
            old = owed.get(each, ())
            if message is None and not old:
                continue
            try:
                address = configuration.secret(each).reveal().strip()
            except SecretError as refusal:
                problems.append((each, f"[notify] urls: {refusal}"))
                continue
            receivers.append(each)
            letters.append((with_owed(environment, message, old), address))
        if letters:
            for each, problem in zip(receivers, send(letters), strict=True):
                if problem:
                    place = f"[notify] urls[{urls.index(each) + 1}]"
                    problems.append((each, f"{place} {problem}"))
        for _, problem in problems:
            log_line(f"{environment}: nobody was notified: {problem}")
        return set(urls) - {each for each, _ in problems}


NOBODY = Receivers()


def receivers_of(configuration: Configuration, given: Options) -> Receivers:
    """Whom the configuration names; nobody where the run has pseudonyms for what it found."""
    if given.redaction is not None:
        return NOBODY
    return Receivers(configuration, silent=not given.notify)
