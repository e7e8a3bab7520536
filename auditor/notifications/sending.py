"""Sends messages through Apprise, within a bounded time."""

import logging
import threading
import time
from collections.abc import Sequence
from typing import Any
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
            # Another host would be sent the message too, and what signs it in.
            asset = apprise.AppriseAsset(http_redirects=False)
            receiver = apprise.Apprise(asset=asset)
            taken = [receiver.add(address), *(_is_taken(message, each) for each in receiver)]
            ended[place] = all(taken)
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


def _is_taken(message: Message, service: Any) -> bool:
    """Whether a receiver takes the message. One that refuses a long one is sent what it takes."""
    import apprise

    receiver = apprise.Apprise()
    receiver.add(service)

    def notify() -> bool:
        # Said to be text, so that a receiver of HTML is not handed a name as its markup.
        text = apprise.NotifyFormat.TEXT
        return bool(receiver.notify(title=message.title, body=message.body, body_format=text))

    if notify():
        return True
    if len(message.title) + len(message.body) <= service.body_maxlen:
        return False
    # It holds the names of others, so that it would be too long in the next run as well.
    service.overflow_mode = apprise.OverflowMode.TRUNCATE
    return notify()


def _sentence(address: str, answer: bool | None, limit_s: float) -> str:
    kind = urlsplit(address).scheme[:20] or "no scheme"
    why = f"no answer within {limit_s:.0f} seconds" if answer is None else "it was not taken"
    return f"({kind}): {why}; check the address and that it can be reached"
