"""Finds out which rules rest on which source, by withdrawing each source of simulated tenants.

`python -m auditor.demo.withdrawal` writes auditor/catalogue/rules_by_source.json, which
`auditor doctor`, `rules` and `explain` read; with `--check` it writes nothing and exits 1 where
the file differs, and says in what.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import msgspec
import tomlkit
from msgspec import Struct
from msgspec.structs import replace

from auditor.audit import audit
from auditor.configuration import load, look_up_secrets
from auditor.connections.connection import Connection
from auditor.demo.contoso import DECLARED, contoso
from auditor.demo.healthy import healthy_hybrid, healthy_on_premises, healthy_online
from auditor.demo.organisation import Organisation
from auditor.demo.rows import rows
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from auditor.running import Judging, now, request_of
from connectors.columnar.page import Page
from connectors.sources.catalogue import readers
from connectors.sources.live import PageSource, Stream
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Reader, SourceState

FILE = Path(__file__).parent.parent / "catalogue" / "rules_by_source.json"
Undetermined = dict[str, int]
"""How many subjects each rule leaves undetermined, by its id."""
RulesBySource = dict[str, list[str]]
"""The ids of the rules that each source unlocks, in alphabetical order."""
_MEASUREMENTS = 2
"""On a busy computer a simulated server may answer too late, which leaves a rule open."""


class _Told(Struct):
    """What a source told once, to be told again."""

    pages: list[Page]
    state: SourceState

    def __iter__(self) -> Iterator[Page]:
        return iter(self.pages)


class Withdrawing:
    """An outside of which sources can be withdrawn, as a server refuses them.

    A source is read once, and again only where one that it looks back at is withdrawn.
    """

    def __init__(self, outside: PageSource) -> None:
        self.withdrawn: frozenset[str] = frozenset()
        self._outside = outside
        self._told: dict[tuple[str, frozenset[str]], _Told] = {}
        self._before = {reader.source: preceding(reader.source) for reader in readers()}

    def open(self, reader: Reader, earlier: EarlierReadings) -> Stream:
        """The pages of one source, or its refusal."""
        if reader.source in self.withdrawn:
            return _Told([], _refused(reader.source))
        key = (reader.source, self._before[reader.source] & self.withdrawn)
        if key not in self._told:
            stream = self._outside.open(reader, earlier)
            pages = list(stream)
            self._told[key] = _Told(pages, stream.state)
        return self._told[key]


def preceding(source: str) -> frozenset[str]:
    """The sources that this one looks back at, directly or not."""
    (own,) = (reader for reader in readers() if reader.source == source)
    return frozenset(own.after).union(*map(preceding, own.after))


def _refused(source: str) -> SourceState:
    return SourceState(
        source, "failed", code="forbidden", reason="Access is denied.", remedy="Grant it."
    )


STATED = {
    "dns.tenants": ["exchange-online-in-other-tenant", "no-server-to-server-authentication"],
    "dynamics.sdkmessageprocessingsteps": ["extended-email-protocol"],
    "exchange_online.encryption": ["customer-key-before-supported-version"],
    "graph.conditional-access": ["multi-factor-authentication"],
    "graph.security-defaults": ["multi-factor-authentication"],
}
"""Rules that rest on a source for one answer only, which no simulated tenant gives."""


def rules_by_source() -> RulesBySource:
    """The ids of the rules that each source unlocks, in alphabetical order.

    A rule rests on a source where withdrawing it leaves more undetermined: from all sources, or,
    since one source may stand in for another, from those of Dynamics 365 with what it looks
    back at in its own section.
    """
    found = {reader.source: set(STATED.get(reader.source, ())) for reader in readers()}
    with ProcessPoolExecutor() as processes:
        for rules in processes.map(_rules_of_one, range(len(tuple(_organisations())))):
            for source, ids in rules.items():
                found[source] |= ids
    return {source: sorted(ids) for source, ids in sorted(found.items())}


def _rules_of_one(number: int) -> dict[str, set[str]]:
    """What the organisation of this number shows."""
    organisation, declared = tuple(_organisations())[number]
    found: dict[str, set[str]] = {}
    with _audits(organisation, declared) as asked:
        whole = asked(frozenset())
        for source in (reader.source for reader in readers()):
            found[source] = _more(whole, asked(frozenset({source})))
            if not source.startswith("dynamics."):
                others = _others(source)
                found[source] |= _more(asked(others), asked(others | {source}))
    return found


def _others(source: str) -> frozenset[str]:
    section = source.partition(".")[0]
    kept = {each for each in preceding(source) if each.startswith(section)} | {source}
    return frozenset(
        each.source
        for each in readers()
        if not each.source.startswith("dynamics.") and each.source not in kept
    )


def _more(before: Undetermined, after: Undetermined) -> set[str]:
    return {rule for rule, count in after.items() if count > before[rule]}


def _organisations() -> Iterator[tuple[Organisation, Mapping[str, object]]]:
    """Organisations, and what is declared of each."""
    yield contoso(160), {}
    # What a declaration settles rests on the edition alone. To declare it of the demo too shows
    # nothing more, and takes as long as all that follow together. Customer Key is a matter of
    # versions before 8.1.
    yield replace(healthy_online(60), version="8.0.1.79"), DECLARED
    yield healthy_hybrid(60), {}
    yield healthy_on_premises(60), {}
    yield _on_premises_with_exchange_online(), {}


def _on_premises_with_exchange_online() -> Organisation:
    """Whether accounts are asked for a second factor is a matter of this combination."""
    whole = healthy_on_premises(60)
    place = "https://outlook.office365.com/EWS/Exchange.asmx"
    moved = {"incomingserverlocation": place, "outgoingserverlocation": place}
    profiles = [{**row.shared, **row.own, **moved} for row in whole.rows_of("emailserverprofiles")]
    tables = {**whole.tables, "emailserverprofiles": rows(profiles)}
    return replace(whole, tables=tables, exchange_builds={})


@contextmanager
def _audits(
    organisation: Organisation, declared: Mapping[str, object]
) -> Iterator[Callable[[frozenset[str]], Undetermined]]:
    """What is undetermined of an organisation without the given sources."""
    with (
        SimulatedTenant(organisation) as tenant,
        SimulatedTenant(healthy_online(60)) as microsoft_365,
        tempfile.TemporaryDirectory() as directory,
    ):
        path = Path(directory) / "auditor.toml"
        text = _configuration(tenant, microsoft_365, Path(directory), declared)
        path.write_text(text, "utf-8")
        configuration = load(path)
        (environment,) = configuration.environments.values()
        secrets = look_up_secrets(configuration, [environment])
        with Connection(configuration, environment, secrets) as connection:
            outside = Withdrawing(connection.outside())
            # One moment for all: what grows old between two audits rests on no source.
            moment = now()
            request = request_of(configuration, environment, Judging(), moment)

            @cache
            def asked(withdrawn: frozenset[str]) -> Undetermined:
                outside.withdrawn = withdrawn
                found = audit(request, outside, lambda: moment)
                return {each.rule.id: each.counts.undetermined for each in found.rules}

            yield asked


def _configuration(
    tenant: SimulatedTenant,
    microsoft_365: SimulatedTenant,
    directory: Path,
    declared: Mapping[str, object],
) -> str:
    """The tenant's configuration; on premises, with the Microsoft 365 of another tenant."""
    whole = tomlkit.parse(configuration_of(tenant, declared)).unwrap()
    if tenant.tenant_id:
        return tomlkit.dumps(whole)
    other = tomlkit.parse(configuration_of(microsoft_365)).unwrap()
    (own,), (lent,) = whole["environments"].values(), other["environments"].values()
    for section in ("graph", "exchange_online"):
        own[section] = {**lent[section], "auth": lent["auth"]}
    own["exchange_online"]["tenant"] = microsoft_365.tenant_id
    bundle = directory / "authorities.pem"
    bundle.write_bytes(tenant.ca_bundle.read_bytes() + microsoft_365.ca_bundle.read_bytes())
    whole["tls"]["ca_bundle"] = f"file:{bundle}"
    return tomlkit.dumps(whole)


def page(rules: RulesBySource) -> str:
    """The text of the file."""
    return msgspec.json.format(msgspec.json.encode(rules), indent=2).decode() + "\n"


def differences(old: RulesBySource, new: RulesBySource) -> list[str]:
    """A line for each source whose rules are not the same: +ID for a new one, -ID for one gone."""
    lines = []
    for source in sorted({*old, *new}):
        before, after = set(old.get(source, ())), set(new.get(source, ()))
        changes = [f"+{rule}" for rule in sorted(after - before)]
        changes += [f"-{rule}" for rule in sorted(before - after)]
        if changes:
            lines.append(f"{source}: {' '.join(changes)}")
    return lines


def main(arguments: list[str]) -> int:
    """0: written, or fresh; 1: `--check` found a difference, twice."""
    if "--check" not in arguments:
        FILE.write_text(page(rules_by_source()), "utf-8")
        return 0
    for _ in range(_MEASUREMENTS):
        made = rules_by_source()
        written = FILE.read_text("utf-8") if FILE.exists() else "{}"
        if written == page(made):
            return 0
        for line in differences(msgspec.json.decode(written), made):
            sys.stderr.write(f"{line}\n")
    sys.stderr.write(
        "Not fresh: auditor/catalogue/rules_by_source.json. Run `make docs` and commit it.\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
