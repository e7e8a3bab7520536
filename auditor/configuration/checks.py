"""What holds between keys: sign-ins, limits, waivers, names. Types and spelling are `decoding`'s.

Works on the TOML tables themselves, so that one wrong key hides no other.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from auditor.configuration import methods
from auditor.configuration.decoding import suggest
from auditor.configuration.durations import parse_duration
from auditor.configuration.lines import Key
from auditor.configuration.problems import Problems
from connectors.sources.sampling import MOST_ASKED
from rules.thresholds import Threshold

_COUNTS = (("exchange_server", "mailboxes", "open"), ("graph", "inbox_rules", "ask"))
"""Keys that say of how many mailboxes something is asked: section, key, and what is done."""


def inherit(document: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    """The document with `[defaults.auth]` laid under the sign-in of every environment."""
    shared = _table(_table(document, "defaults"), "auth")
    environments = document.get("environments")
    if not shared or not isinstance(environments, dict):
        return dict(document)
    filled: dict[str, Any] = {}
    for name, environment in environments.items():
        own = environment.get("auth", {}) if isinstance(environment, dict) else None
        filled[name] = environment
        if isinstance(own, dict):
            filled[name] = {**environment, "auth": {**shared, **own}}
            for inherited in shared.keys() - own.keys():
                written = ("environments", name, "auth", inherited)
                problems.origins[written] = ("defaults", "auth", inherited)
    return {**document, "environments": filled}


def check_sign_ins(document: Mapping[str, Any], problems: Problems) -> None:
    """Check every sign-in of every environment, and that each source has one that fits."""
    for key, environment in _environments(document):
        auth = _table(environment, "auth")
        methods.check_method(auth, methods.DYNAMICS, (*key, "auth"), problems)
        server = _table(_table(environment, "exchange_server"), "auth")
        place = (*key, "exchange_server", "auth")
        methods.check_method(server, methods.EXCHANGE_SERVER, place, problems)
        for section in ("exchange_online", "graph"):
            if not isinstance(environment.get(section), dict):
                continue
            place = (*key, section)
            own = _table(environment[section], "auth")
            if own:
                methods.check_method(own, methods.MICROSOFT_365, (*place, "auth"), problems)
            elif auth.get("method") in methods.DYNAMICS and (
                auth["method"] not in methods.MICROSOFT_365
            ):
                problems.add(
                    (*place, "auth"),
                    f"is missing: {auth['method']} of the environment does not reach Microsoft 365;"
                    " write this table with a method of its own",
                )
            if section == "exchange_online" and not (
                "tenant" in environment[section] or "tenant" in (own or auth)
            ):
                problems.add(
                    (*place, "tenant"),
                    'is missing; write for example "contoso.onmicrosoft.com"',
                )


def check_counts(document: Mapping[str, Any], problems: Problems) -> None:
    """Check that no mailboxes are asked for less than none of them, or more than ever are."""
    for key, environment in _environments(document):
        for section, name, action in _COUNTS:
            count = _table(environment, section).get(name)
            if type(count) is not int or 0 <= count <= MOST_ASKED:
                continue
            wrong = "is negative" if count < 0 else f"is above {MOST_ASKED}, which is the most"
            message = f"{wrong}; write how many mailboxes to {action}, or 0 for none"
            problems.add((*key, section, name), message)


def check_keep(document: Mapping[str, Any], problems: Problems) -> None:
    """Check that the number of reports to keep is one."""
    keep = _table(document, "report").get("keep")
    if type(keep) is int and keep < 0:
        problems.add(("report", "keep"), "is negative; write how many to keep, or 0 for the latest")


def check_names(document: Mapping[str, Any], problems: Problems) -> None:
    """Check that no two environments differ in capitals alone: their reports would collide."""
    seen: dict[str, str] = {}
    for key, _ in _environments(document):
        name = str(key[-1])
        first = seen.setdefault(name.casefold(), name)
        if first != name:
            problems.add(key, f"differs from {first} in capitals alone; give it another name")


def check_waivers(
    document: Mapping[str, Any], rule_ids: Collection[str] | None, problems: Problems
) -> None:
    """Check that every waiver names a rule and an environment that there are, and names them once.

    Without `rule_ids` rules are not looked up.
    """
    waivers = document.get("waivers")
    environments = _table(document, "environments")
    seen: dict[tuple[str, ...], int] = {}
    for position, waiver in enumerate(waivers if isinstance(waivers, list) else ()):
        if not isinstance(waiver, dict):
            continue
        rule, environment = waiver.get("rule"), waiver.get("environment")
        if isinstance(rule, str) and rule_ids is not None and rule not in rule_ids:
            message = f"there is no rule {rule!r}{suggest(rule, rule_ids)}"
            problems.add(("waivers", position, "rule"), f"{message}; see all with: auditor rules")
        if isinstance(environment, str) and environment not in environments:
            message = f"there is no environment {environment!r}{suggest(environment, environments)}"
            problems.add(("waivers", position, "environment"), message)
        meant = tuple(repr(waiver.get(name)) for name in ("rule", "environment", "subject"))
        first = seen.setdefault(meant, position)
        if first != position:
            problems.add(
                ("waivers", position), f"waives the same as waivers[{first + 1}]; keep one"
            )


def check_formats(
    document: Mapping[str, Any], known: Collection[str] | None, problems: Problems
) -> None:
    """Check that every report format is one that there is. Without `known` none is looked up."""
    formats = _table(document, "report").get("formats")
    for position, name in enumerate(formats if isinstance(formats, list) else ()):
        if known is not None and isinstance(name, str) and name not in known:
            problems.add(
                ("report", "formats", position), f"is not a report format{suggest(name, known)}"
            )


def read_thresholds(
    document: Mapping[str, Any], known: Mapping[str, Threshold] | None, problems: Problems
) -> dict[str, int]:
    """The limits set, by name: durations in seconds, numbers as they are.

    Without `known`, names are not looked up, and the way a limit is written tells its unit.
    """
    limits: dict[str, int] = {}
    section = document.get("thresholds", {})
    if not isinstance(section, dict):
        problems.add(("thresholds",), "must be a table; write [thresholds]")
        return limits
    for name, value in section.items():
        key = ("thresholds", name)
        threshold = None if known is None else known.get(name)
        if known is not None and threshold is None:
            cure = suggest(name, known) or "; see those of a rule with: auditor explain RULE"
            problems.add(key, f"no rule has such a threshold{cure}")
            continue
        is_duration = isinstance(value, str) if threshold is None else threshold.unit == "duration"
        if is_duration:
            try:
                limits[name] = parse_duration(value) if isinstance(value, str) else _no_unit()
            except ValueError as refusal:
                problems.add(key, str(refusal))
        elif type(value) is not int or not 0 <= value < 2**63:
            problems.add(key, "must be a whole number, not below zero")
        else:
            limits[name] = value
    return limits


def _no_unit() -> int:
    raise ValueError('has no unit; write a text such as "90s", "30m", "1h" or "7d"')


def _environments(document: Mapping[str, Any]) -> Iterator[tuple[Key, dict[str, Any]]]:
    for name, environment in _table(document, "environments").items():
        if isinstance(environment, dict):
            yield ("environments", name), environment


def _table(holder: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The table of that name; empty where there is none, or where it is no table."""
    table = holder.get(name)
    return table if isinstance(table, dict) else {}
