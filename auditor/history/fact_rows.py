"""What else lasts from run to run: how sources ended, which rules were asked, what stayed open."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import TypeVar

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from auditor.differences.transitions import Openness, SharedOpen
from auditor.history.context import Context, chunks, text
from auditor.history.tables import FACTS
from auditor.model import Audit, SourceOf, SourceStatus

T = TypeVar("T")
SETTINGS = "settings"
"""The kind of the digests of sources, by which their records are compared."""
FIRST_CAUSES = 100
"""So many causes of a run are kept: of mailboxes alone there may be a million."""


class Digest(Struct, frozen=True):
    """A digest of what the database holds open; where it is the same, nothing has changed."""

    of: str
    digest: str


class _Source(Struct, frozen=True):
    """How the reading of a source ended."""

    name: str
    status: SourceStatus
    reason: str
    remedy: str


class _Rule(Struct, frozen=True):
    """Of what tells one version of a rule from another, which rule it is."""

    id: str


class FactRows:
    """The facts of the run before, and what takes their place."""

    def __init__(self, context: Context) -> None:
        self._context = context
        table = FACTS.c
        mine = sa.and_(table.environment == context.environment, table.until.is_(None))
        chosen = sa.select(table.row, table.kind, table.content).where(mine)
        self._open = {
            (kind, content): row
            for row, kind, content in context.connection.execute(chosen.order_by(table.row))
        }
        sources = [
            SourceOf(each.name, each.status, 0, 0, each.reason, each.remedy)
            for each in self._decoded("source", _Source)
        ]
        shared = self._decoded("shared", SharedOpen)
        self.rules: dict[str, str] = {
            msgspec.json.decode(each, type=_Rule).id: each for each in self._contents("rule")
        }
        self.shared = tuple(shared)
        self.openness = Openness(self.rules, shared, sources)

    def digests(self, kind: str) -> dict[str, str]:
        """The digests of a kind that the run before left, by what they are of."""
        return {each.of: each.digest for each in self._decoded(kind, Digest)}

    def store(
        self, audit: Audit, shared: Iterable[SharedOpen], digests: Mapping[str, Mapping[str, str]]
    ) -> None:
        """Store what the run found; what it found before stays one row.

        Of a rule that was not asked, what is known stays. `digests` are by kind, and by what they
        are of.
        """
        asked = {each.rule.id for each in audit.rules}
        kept_shared = [each for each in self.shared if each.rule not in asked]
        kept_rules = [content for rule, content in self.rules.items() if rule not in asked]
        now: dict[str, list[str]] = {
            "source": [_json(_source(each)) for each in audit.sources],
            "rule": [*kept_rules, *rules_of(audit).values()],
            "shared": [_json(each) for each in (*kept_shared, *shared)],
            "cause": [_json(each) for each in islice(audit.causes(), FIRST_CAUSES)],
        }
        for kind, own in digests.items():
            now[kind] = [_json(Digest(of, digest)) for of, digest in own.items()]
        wanted = {(kind, text(content)) for kind, contents in now.items() for content in contents}
        connection, number = self._context.connection, self._context.number
        ended = [row for key, row in self._open.items() if key not in wanted]
        for rows in chunks(ended):
            connection.execute(sa.update(FACTS).where(FACTS.c.row.in_(rows)).values(until=number))
        fresh = [
            {
                "environment": self._context.environment,
                "kind": kind,
                "content": content,
                "begin": number,
            }
            for kind, content in sorted(wanted - self._open.keys())
        ]
        if fresh:
            connection.execute(sa.insert(FACTS), fresh)

    def _decoded(self, kind: str, shape: type[T]) -> list[T]:
        return [msgspec.json.decode(each, type=shape) for each in self._contents(kind)]

    def _contents(self, wanted: str) -> list[str]:
        return [content for kind, content in self._open if kind == wanted]


def digested_before(context: Context, kind: str) -> frozenset[str]:
    """What the run before the one that is looked back at left digests of this kind of."""
    table = FACTS.c
    chosen = sa.select(table.content).where(
        table.environment == context.environment,
        table.kind == kind,
        table.begin < context.number,
        sa.or_(table.until.is_(None), table.until >= context.number),
    )
    found = context.connection.execute(chosen).scalars()
    return frozenset(msgspec.json.decode(each, type=Digest).of for each in found)


def rules_of(audit: Audit) -> Mapping[str, str]:
    """What tells one version of a rule from another, by rule id."""
    return {
        each.rule.id: text(
            _json(
                {
                    "id": each.rule.id,
                    "title": each.rule.title,
                    "severity": each.rule.severity,
                    "statements": each.statements,
                }
            )
        )
        for each in audit.rules
    }


def _source(source: SourceOf) -> _Source:
    return _Source(source.name, source.status, source.reason, source.remedy)


def _json(value: object) -> str:
    return msgspec.json.encode(msgspec.to_builtins(value), order="sorted").decode()
