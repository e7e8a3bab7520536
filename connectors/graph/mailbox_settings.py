"""Asks for mailboxes one by one: whether each is in Exchange Online, and what it is for.

Only the accounts that users and queues of Dynamics 365 name and that no listing of Exchange
Online shows are asked. Source: Microsoft Graph, *mailboxSettings*.
"""

from collections.abc import Iterator
from itertools import islice

from msgspec import UNSET, Struct, UnsetType

from connectors.columnar.page import Page
from connectors.graph.client import Graph
from connectors.graph.one_by_one import PERMISSION, Body, Question, ask
from connectors.graph.permissions import grant
from connectors.graph.preceding import rest_on
from connectors.graph.users import SOURCE as USERS
from connectors.sources.readings import EarlierReadings
from connectors.sources.sampling import MOST_ASKED
from connectors.sources.source import Progress, Reader, columns_of

SOURCE = "graph.mailbox-settings"


class MailboxSettingsRow(Struct, frozen=True):
    """The answer for one address: HTTP status, Graph's code where it refused, and the purpose."""

    address: str
    status: int
    code: str | None = None
    userPurpose: str | None | UnsetType = UNSET


def read(graph: Graph, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """A row for each mailbox asked. A refusal of all of them is the permission's absence."""
    progress.columns = columns_of(MailboxSettingsRow)
    rest_on(USERS, earlier, progress)
    asked = iter(earlier.address_book.without_mailbox())
    wanted = list(islice(asked, MOST_ASKED))
    if next(asked, None) is not None:
        progress.shorten(
            "bounded",
            f"Mailboxes are asked one by one, and no more than {MOST_ASKED:,} of them.",
            "Configure `exchange_online`, which lists all mailboxes at once.",
        )
    yield from ask(graph, progress, _QUESTION, wanted)


def _row(address: str, status: int, code: str | None, body: Body) -> MailboxSettingsRow:
    purpose = body.get("userPurpose", UNSET) if status == 200 else UNSET
    if purpose is not UNSET and purpose is not None:
        purpose = str(purpose)
    return MailboxSettingsRow(address, status, code, purpose)


_QUESTION = Question(SOURCE, "mailboxSettings?$select=userPurpose", _row)

READER = Reader(
    source=SOURCE,
    section="graph",
    row=MailboxSettingsRow,
    read=read,
    grant=grant(PERMISSION),
    after=(USERS, "exchange_online.mailboxes"),
)
