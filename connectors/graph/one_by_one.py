"""Asks Microsoft Graph one thing of each of many mailboxes, twenty in one request.

A refusal is the answer for one mailbox. Refusals alone are the absence of the permission, unless
the token names it, or Graph says that a mailbox is not in the cloud, which it refuses alike.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeAlias

from msgspec import Struct

from connectors.columnar.page import Page, Row
from connectors.graph.client import BATCH_SIZE, Batch, Graph, Part
from connectors.graph.permissions import grant
from connectors.sign_in.granted_roles import granted_roles
from connectors.sources.source import Progress
from connectors.transport.answers import told_in_stream
from connectors.transport.errors import SourceFailed

PERMISSION = "MailboxSettings.Read"
_CONVINCED_AFTER = 3 * BATCH_SIZE
"""So many refusals without any other answer are a permission that is missing."""
_GRANTING = frozenset({PERMISSION, "MailboxSettings.ReadWrite"})
_OF_HYBRID = "rest api"
"""In Graph's words where a mailbox is on an Exchange Server; its code is that of a refusal."""


SIDE_BY_SIDE = 8
"""Batches under way at most. Each asks every mailbox once, and the limits are for each mailbox."""

_PUT_OFF = frozenset({429, 502, 503, 504})

Some: TypeAlias = Sequence[tuple[str, str]]
"""Addresses with account ids."""

Body: TypeAlias = Mapping[str, Any]


class Question(Struct, frozen=True):
    """What is asked of each mailbox: a path below its account.

    `row` makes the row from address, HTTP status, Graph's code where it refused, and the body.
    """

    source: str
    path: str
    row: Callable[[str, int, str | None, Body], Row]


def ask(
    graph: Graph, progress: Progress, question: Question, wanted: Sequence[tuple[str, str]]
) -> Iterator[Page]:
    """A row for each mailbox that answered, in order. `wanted` are addresses with account ids.

    Raises `SourceFailed` where the permission is missing.
    """
    held: list[Page] = []
    is_granted = False
    answered = put_off = failed = 0
    batches = _Batches(graph, question, wanted)
    for some, batch in batches:
        page = _page(question, [address for address, _ in some], batch)
        put_off += len(some) - len(page.rows)
        failed += sum(map(_has_failed, batch.parts.values()))
        held.append(page)
        answered += sum(row.status != 403 for row in page.rows)
        answered += sum(map(_tells_of_hybrid, batch.parts.values()))
        if not answered and not is_granted:
            is_granted = bool(_GRANTING & (granted_roles(graph.sign_in, graph.api) or frozenset()))
        if answered or is_granted:
            # Until then one batch is asked at a time: refusals alone end the asking.
            batches.is_welcome = True
            yield from held
            held = []
        elif sum(len(each.rows) for each in held) >= _CONVINCED_AFTER:
            break
    if any(page.rows for page in held):
        raise SourceFailed(
            f"The permission {PERMISSION} is missing: {graph.api}/users/ID/"
            f"{question.path.partition('?')[0]} answered 403 for every mailbox asked",
            grant(PERMISSION),
            "forbidden",
            status=403,
        )
    if put_off:
        progress.shorten(
            "throttled",
            f"Microsoft Graph put {put_off} of {len(wanted)} mailboxes off until the end.",
            "Run the audit again later.",
        )
    elif failed:
        progress.shorten(
            "parts-failed",
            f"Microsoft Graph failed to answer for {failed} of {len(wanted)} mailboxes.",
            "Run the audit again later; if it stays, report it to Microsoft.",
        )


def _has_failed(part: Part) -> bool:
    """Whether the answer tells of Graph, and nothing of the mailbox."""
    if part.status != 200:
        return part.status >= 500 and part.status not in _PUT_OFF
    return not isinstance(part.body, Mapping) or told_in_stream(part.body) is not None


def _tells_of_hybrid(part: Part) -> bool:
    error = part.body.get("error") if isinstance(part.body, Mapping) else None
    message = error.get("message") if isinstance(error, Mapping) else None
    return part.status == 403 and isinstance(message, str) and _OF_HYBRID in message.lower()


class _Batches:
    """Each part of those who are asked with its answers, in order.

    One batch is asked at a time until `is_welcome`, then several side by side; each that Graph puts
    off in part makes it one fewer, at least one.
    """

    def __init__(self, graph: Graph, question: Question, wanted: Some) -> None:
        self.is_welcome = False
        self._graph = graph
        self._question = question
        self._waiting = deque(
            wanted[at : at + BATCH_SIZE] for at in range(0, len(wanted), BATCH_SIZE)
        )

    def __iter__(self) -> Iterator[tuple[Some, Batch]]:
        side_by_side = SIDE_BY_SIDE
        waiting = self._waiting
        under_way: deque[tuple[Some, Future[Batch]]] = deque()
        with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="batch") as pool:
            while waiting or under_way:
                most = side_by_side if self.is_welcome else 1
                while waiting and len(under_way) < most:
                    some = waiting.popleft()
                    under_way.append((some, pool.submit(self._asked, some)))
                some, future = under_way.popleft()
                batch = future.result()
                if batch.put_off:
                    side_by_side = max(1, side_by_side - 1)
                yield some, batch

    def _asked(self, some: Some) -> Batch:
        paths = [f"users/{id}/{self._question.path}" for _, id in some]
        return self._graph.batch(paths, source=self._question.source)


def _page(question: Question, addresses: list[str], batch: Batch) -> Page:
    rows = []
    for number, address in enumerate(addresses):
        part = batch.parts.get(str(number))
        if part is None or part.status in _PUT_OFF:
            continue
        body = part.body if isinstance(part.body, Mapping) else {}
        error = body.get("error")
        code = error.get("code") if isinstance(error, Mapping) else None
        rows.append(
            question.row(address, part.status, code if isinstance(code, str) else None, body)
        )
    return Page(rows, batch.read_at, batch.digest)
