"""Asks for mailboxes one by one: whether each is in Exchange Online, and what it is for.

Only the accounts that users and queues of Dynamics 365 name and that no listing of Exchange
Online shows are asked. Source: Microsoft Graph, *mailboxSettings*.
"""

from collections.abc import Iterator, Mapping
from itertools import islice

from msgspec import UNSET, Struct, UnsetType

from connectors.errors import SourceFailed
from connectors.graph.client import BATCH_SIZE, Batch, Graph
from connectors.graph.permissions import grant
from connectors.graph.preceding import rest_on
from connectors.graph.users import SOURCE as USERS
from connectors.readings import Before
from connectors.sources import Page, Progress, Reader, columns_of

SOURCE = "graph.mailbox-settings"
PERMISSION = "MailboxSettings.Read"
MOST_ASKED = 5000
"""Mailboxes asked one by one at most; a listing of Exchange Online has no such bound."""
_CONVINCED_AFTER = 3 * BATCH_SIZE
"""So many refusals without any other answer are a permission that is missing."""
_PUT_OFF = frozenset({429, 502, 503, 504})


class MailboxSettingsRow(Struct, frozen=True):
    """The answer for one address: HTTP status, Graph's code where it refused, and the purpose."""

    address: str
    status: int
    code: str | None = None
    userPurpose: str | None | UnsetType = UNSET


def read(graph: Graph, progress: Progress, before: Before) -> Iterator[Page]:
    """A row for each mailbox asked. A refusal of all of them is the permission's absence."""
    progress.columns = columns_of(MailboxSettingsRow)
    rest_on(USERS, before, progress)
    asked = iter(before.unlisted())
    wanted = list(islice(asked, MOST_ASKED))
    further = next(asked, None) is not None
    held: list[Page] = []
    answered = put_off = 0
    for start in range(0, len(wanted), BATCH_SIZE):
        some = wanted[start : start + BATCH_SIZE]
        batch = graph.batch([_path(id) for _, id in some], source=SOURCE)
        page = _page([address for address, _ in some], batch)
        put_off += len(some) - len(page.rows)
        held.append(page)
        answered += sum(row.status != 403 for row in page.rows)
        if answered:
            yield from held
            held = []
        elif sum(len(each.rows) for each in held) >= _CONVINCED_AFTER:
            break
    if any(page.rows for page in held):
        raise SourceFailed(
            f"The permission {PERMISSION} is missing: {graph.api}/users/ID/mailboxSettings "
            "answered 403 for every mailbox asked",
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
    elif further:
        progress.shorten(
            "bounded",
            f"Mailboxes are asked one by one, and no more than {MOST_ASKED:,} of them.",
            "Configure `exchange_online`, which lists all mailboxes at once.",
        )


def _path(id: str) -> str:
    return f"users/{id}/mailboxSettings?$select=userPurpose"


def _page(addresses: list[str], batch: Batch) -> Page:
    rows = []
    for number, address in enumerate(addresses):
        part = batch.parts.get(str(number))
        if part is None or part.status in _PUT_OFF:
            continue
        body = part.body if isinstance(part.body, Mapping) else {}
        error = body.get("error")
        code = error.get("code") if isinstance(error, Mapping) else None
        purpose = body.get("userPurpose", UNSET) if part.status == 200 else UNSET
        rows.append(
            MailboxSettingsRow(
                address,
                part.status,
                code if isinstance(code, str) else None,
                purpose if purpose is UNSET or isinstance(purpose, str | None) else str(purpose),
            )
        )
    return Page(rows, batch.read_at, batch.digest)


READER = Reader(
    source=SOURCE,
    section="graph",
    row=MailboxSettingsRow,
    read=read,
    grant=grant(PERMISSION),
    after=(USERS, "exchange_online.mailboxes"),
)
