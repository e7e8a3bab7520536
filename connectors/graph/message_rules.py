"""Asks mailboxes one by one whether their Inbox rules move or delete email.

The configuration says how many. What a rule is called, whom it looks for and where email goes is
personal, and is not kept.
Source: Microsoft Graph, "List rules" and *messageRuleActions* (read 2026-11-25).
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from connectors.columnar.page import Page
from connectors.graph.client import Graph
from connectors.graph.one_by_one import PERMISSION, Body, Question, ask
from connectors.graph.permissions import grant
from connectors.graph.preceding import rest_on
from connectors.graph.users import SOURCE as USERS
from connectors.sources.readings import EarlierReadings
from connectors.sources.sampling import MOST_ASKED
from connectors.sources.source import SAMPLED, Progress, Reader, columns_of
from connectors.transport.answers import told_in_stream

SOURCE = "graph.message-rules"
SECTION = "graph.inbox_rules"
_TAKING_AWAY = frozenset({"moveToFolder", "delete", "permanentDelete"})
_NOTHING: tuple[Any, ...] = (None, False, "", [])


class MessageRulesRow(Struct, frozen=True):
    """The answer for one address: HTTP status, Graph's code where it refused, what rules do.

    `moves_email`: whether an enabled rule moves or deletes email; None: the rules that Graph
    shows do not tell.
    """

    address: str
    status: int
    code: str | None = None
    moves_email: bool | None | UnsetType = UNSET


def read(graph: Graph, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """A row for each mailbox asked. A refusal of all of them is the permission's absence."""
    progress.columns = columns_of(MessageRulesRow)
    rest_on(USERS, earlier, progress)
    asked = iter(earlier.address_book.sampled())
    wanted = list(islice(asked, min(graph.inbox_rules, MOST_ASKED)))
    if not progress.code and next(asked, None) is not None:
        progress.code = SAMPLED
    yield from ask(graph, progress, _QUESTION, wanted)


def _row(address: str, status: int, code: str | None, body: Body) -> MessageRulesRow:
    moves = _moves_email(body) if status == 200 else UNSET
    return MessageRulesRow(address, status, code, moves)


def _moves_email(body: Body) -> bool | None:
    rules = body.get("value")
    if not isinstance(rules, list):
        return None
    found = [_takes_away(rule) for rule in rules]
    if True in found:
        return True
    is_whole = not body.get("@odata.nextLink") and told_in_stream(body) is None
    return False if is_whole and None not in found else None


def _takes_away(rule: Any) -> bool | None:
    if not isinstance(rule, Mapping):
        return None
    if rule.get("isEnabled") is False:
        return False
    actions = rule.get("actions")
    shown = actions.items() if isinstance(actions, Mapping) else ()
    done = {name for name, value in shown if value not in _NOTHING}
    if done.isdisjoint(_TAKING_AWAY):
        # A rule has an action; where Graph has no word for it, it leaves all of them out:
        # https://github.com/microsoftgraph/microsoft-graph-docs/issues/13225 (read 2026-11-25)
        return False if done else None
    return True if rule.get("isEnabled") is True and rule.get("hasError") is not True else None


_QUESTION = Question(
    SOURCE, "mailFolders/inbox/messageRules?$select=isEnabled,hasError,actions", _row
)

READER = Reader(
    source=SOURCE,
    section=SECTION,
    row=MessageRulesRow,
    read=read,
    grant=grant(PERMISSION),
    after=(USERS, "exchange_online.mailboxes"),
)
