"""Sends messages through Apprise, within a bounded time."""

import logging
import threading
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from auditor.notifications.message import Message

LIMIT_S = 30.0
"""What all receivers together may take of a run's time."""


def send(letters: Sequence[tuple[Message, str]], limit_s: float = LIMIT_S) -> list[str]:
    """Send each message to its address of Apprise; gives for each what failed, empty: it arrived.

    Never raises, and repeats nothing of an address but its kind.
    """
    try:
        import apprise
    except ImportError:
        missing = (
            "needs the package apprise, which is not installed; run"
            " pip install 'server-side-sync-auditor[notify]'"
        )
        return [missing for _ in letters]
    # What Apprise logs may quote addresses.
    logging.getLogger("apprise").disabled = True
    ended: dict[int, bool] = {}

    def notify(place: int, message: Message, address: str) -> None:
        try:
            receiver = apprise.Apprise()
            # Said to be text, so that a receiver of HTML is not handed a name as its markup.
            ended[place] = receiver.add(address) and bool(
                receiver.notify(
                    title=message.title, body=message.body, body_format=apprise.NotifyFormat.TEXT
                )
            )
        except Exception:
            ended[place] = False

    threads = [
        threading.Thread(target=notify, args=(at, *each), daemon=True, name="notification")
        for at, each in enumerate(letters)
    ]
    for thread in threads:
        thread.start()
    ends_at = time.monotonic() + limit_s
    for thread in threads:
        thread.join(max(0.0, ends_at - time.monotonic()))
    return [
        "" if ended.get(at) else _sentence(address, ended.get(at), limit_s)
        for at, (_, address) in enumerate(letters)
    ]


def _sentence(address: str, answer: bool | None, limit_s: float) -> str:
    kind = urlsplit(address).scheme[:20] or "no scheme"
    why = f"no answer within {limit_s:.0f} seconds" if answer is None else "it was not taken"
    return f"({kind}): {why}; check the address and that it can be reached"
