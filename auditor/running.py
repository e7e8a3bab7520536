"""What a run is asked to do, made from the configuration or a snapshot and the command line."""

import datetime
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from auditor.configuration import Configuration, Environment
from auditor.configuration.model import Waiver as ConfiguredWaiver
from auditor.request import Request, Waiver
from auditor.selection import EVERYTHING, Selection
from auditor.usage import UsageProblem, unknown
from connectors.normalisation.declared import Declarations
from rules.edition import EDITIONS
from rules.option_sets import Deployment
from rules.rule import KINDS, Rule, catalogue, thresholds_of
from rules.thresholds import Thresholds

if TYPE_CHECKING:
    from auditor.snapshots import Header


class Judging(Struct, frozen=True, kw_only=True):
    """How an audit is to judge. `as_of` None: today, or the snapshot's day.

    `rules` and `kinds` empty: all of them.
    """

    edition: str = "auto"
    as_of: datetime.date | None = None
    rules: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    only: Selection = EVERYTHING


def now() -> str:
    """This moment in UTC, ISO 8601."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def request_of(
    configuration: Configuration, environment: Environment, judging: Judging, started_at: str
) -> Request:
    """What is asked of the audit of a configured environment. Raises `UsageProblem`."""
    declared = environment.declared
    values = {
        name: getattr(declared, name)
        for name in declared.__struct_fields__
        if name not in ("exchange_builds", "providers")
    }
    deployment = environment.deployment
    return Request(
        environment=environment.name,
        url=environment.url,
        run_id=str(uuid.uuid4()),
        started_at=started_at,
        as_of=judging.as_of or datetime.datetime.now(datetime.UTC).date(),
        rules=chosen_rules(judging),
        only=judging.only,
        unreported=_unreported_rules(judging),
        thresholds=Thresholds(thresholds_of(catalogue()), configuration.thresholds),
        edition=chosen_edition_id(judging),
        declarations=Declarations(
            values=values,
            builds=declared.exchange_builds,
            providers=declared.providers,
            deployment=None if deployment is None else Deployment(deployment),
        ),
        waivers=_waivers(configuration.waivers),
    )


def header_of(request: Request) -> "Header":
    """What a snapshot keeps of the request, to be judged again."""
    from auditor import __version__
    from auditor.snapshots import Header

    return Header(
        tool_version=__version__,
        environment=request.environment,
        url=request.url,
        started_at=request.started_at,
        as_of=request.as_of,
        declarations=request.declarations,
        thresholds=dict(request.thresholds.set),
        waivers=request.waivers,
    )


def replayed(header: "Header", judging: Judging, configuration: Configuration | None) -> Request:
    """What is asked of a snapshot: as when it was taken, but for what the command line says.

    A configuration's thresholds and waivers take the place of the snapshot's.
    """
    if configuration is None:
        thresholds, waivers = header.thresholds, header.waivers
    else:
        thresholds, waivers = configuration.thresholds, _waivers(configuration.waivers)
    return Request(
        environment=header.environment,
        url=header.url,
        run_id=str(uuid.uuid4()),
        started_at=header.started_at,
        as_of=judging.as_of or header.as_of,
        rules=chosen_rules(judging),
        only=judging.only,
        unreported=_unreported_rules(judging),
        thresholds=Thresholds(thresholds_of(catalogue()), thresholds),
        edition=chosen_edition_id(judging),
        declarations=header.declarations,
        waivers=waivers,
    )


def _waivers(configured: Iterable[ConfiguredWaiver]) -> tuple[Waiver, ...]:
    return tuple(Waiver(**structs.asdict(each)) for each in configured)


def chosen_edition_id(judging: Judging) -> str:
    """The edition asked for. Raises `UsageProblem` for one that there is not."""
    known = ("auto", *EDITIONS)
    if judging.edition not in known:
        raise unknown("edition", judging.edition, known)
    return judging.edition


def chosen_rules(judging: Judging) -> tuple[Rule, ...]:
    """The rules asked for, ordered by id. Raises `UsageProblem`."""
    ids = [rule.id for rule in catalogue()]
    for asked in (*judging.rules, *judging.skipped):
        if asked not in ids:
            raise unknown("rule", asked, ids)
    for kind in judging.kinds:
        if kind not in KINDS:
            raise unknown("kind", kind, KINDS)
    chosen = _selected(judging, judging.only.rules_of(catalogue()))
    if not chosen:
        raise UsageProblem("--rule, --skip, --kind and --only together leave no rule to judge by")
    return chosen


def _unreported_rules(judging: Judging) -> tuple[Rule, ...]:
    """The rules on what is no mailbox that `--only` leaves out, for they bear on mailboxes."""
    kept = judging.only.rules_of(catalogue())
    rest = [rule for rule in catalogue() if rule not in kept and rule.subject != "mailbox"]
    return _selected(judging, rest)


def _selected(judging: Judging, rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(
        rule
        for rule in rules
        if (not judging.rules or rule.id in judging.rules)
        and (not judging.kinds or rule.kind in judging.kinds)
        and rule.id not in judging.skipped
    )
