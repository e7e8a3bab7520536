"""When to ask again, how long to wait before it, and when not to."""

import logging
import math
import random
import re
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime

from connectors.transport.answers import Answer
from connectors.transport.errors import SourceFailed
from connectors.transport.failures import past_deadline
from connectors.transport.network import NetworkPolicy

log = logging.getLogger(__name__)

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
_SECONDS = re.compile(r"\d+(?:\.\d*)?", re.ASCII)
_LONGEST_NUMBER = 12
RETRIED_STATUSES = frozenset({408, 429, 502, 503, 504})
RETRIED_CODES = frozenset({"connection-reset", "truncated"})


def is_passing(failure: SourceFailed, attempt: int) -> bool:
    """Whether asking again may cure it. 500 has so many causes that it is tried once more only."""
    if failure.status == 500:
        return attempt == 0
    return failure.code in RETRIED_CODES or failure.status in RETRIED_STATUSES


def pause(
    policy: NetworkPolicy, failure: SourceFailed, attempt: int, asked_s: float | None, place: str
) -> None:
    """Wait before the next attempt: as asked, else longer each time with some chance in it.

    A server that asks for no pause at all gets that one too.

    Raises the failure where the server asks for more than the policy allows, and one with code
    `deadline` where the wait would end past the run's.
    """
    if not asked_s:
        backoff_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**attempt)
        wait_s = backoff_s * random.uniform(0.5, 1.0)
    else:
        wait_s = asked_s
    remaining_s = policy.remaining_s()
    if remaining_s is not None and wait_s >= remaining_s:
        late = past_deadline(
            place,
            f"{failure.reason.removeprefix(place + ': ')}; the wait of {wait_s:.0f} s before"
            " the next attempt ends after the run's time limit",
        )
        late.status, late.server_code = failure.status, failure.server_code
        raise late from failure
    if wait_s > policy.longest_wait_s:
        failure.reason += f"; it asks to wait {wait_s:.0f} s"
        raise failure
    log.debug("%s: %s; waiting %.1f s", place, failure.code, wait_s)
    policy.sleep(wait_s)


def retry_after_s(answer: Answer, told: str | None = None) -> float | None:
    """Seconds that the server asks to wait, rounded up; None where it does not say.

    Retry-After is a number of seconds or a date (RFC 9110, 10.2.3); Microsoft Graph writes decimals
    too ("Microsoft Graph throttling guidance"). `told` is what one part of the answer says; None:
    the answer itself is asked.
    """
    told = (answer.headers.get("retry-after", "") if told is None else told).strip().strip('"')
    if _SECONDS.fullmatch(told):
        return float(math.ceil(float(told[:_LONGEST_NUMBER])))
    try:
        until = parsedate_to_datetime(told)
    except (ValueError, OverflowError):
        return None
    try:
        # the server's own clock, where it tells it, knows best how far off its date is
        now = parsedate_to_datetime(answer.headers.get("date", ""))
    except (ValueError, OverflowError):
        now = answer.received_at
    until, now = (each if each.tzinfo else each.replace(tzinfo=UTC) for each in (until, now))
    return float(math.ceil(max(timedelta(seconds=1), until - now).total_seconds()))
