"""The overview as JSON, Markdown, Prometheus metrics and HTML."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from importlib.resources import files

import msgspec

from auditor.fleet.overview import Overview, Row
from auditor.reports.shared.text import plain
from rules.counting import counted

SCHEMA_VERSION = "1.0"
_MOST_NAMED = 5


def as_json(overview: Overview) -> bytes:
    """A row for each environment, as design fixes it, and the shared causes."""
    published = {
        "schema_version": SCHEMA_VERSION,
        "generated_at": overview.generated_at,
        "environments": overview.rows,
        "shared_causes": overview.shared_causes,
        "shared_addresses": overview.shared_addresses,
        "not_compared": overview.not_compared,
    }
    return msgspec.json.format(msgspec.json.encode(published), indent=2) + b"\n"


def as_markdown(overview: Overview) -> bytes:
    """A table of environments, then what several share."""
    lines = [
        f"# {headline(overview)}",
        "",
        "| environment | works | unsupported | broken | unknown | changed | first cause |",
        "|---|--:|--:|--:|--:|---|---|",
    ]
    lines += [_markdown_row(row) for row in overview.rows]
    if overview.shared_causes:
        lines += ["", "## What several environments share", ""]
        lines += [
            f"- {_cell(each.cause.title)} ({', '.join(map(_cell, each.environments))}): "
            f"{_cell(each.cause.remedy)}"
            for each in overview.shared_causes
        ]
    if told := addresses(overview):
        lines += ["", "## Addresses in several environments", ""]
        lines += [f"- {_cell(each)}" for each in told]
    return ("\n".join(lines) + "\n").encode()


def addresses(overview: Overview) -> list[str]:
    """Sentences on the addresses that several environments synchronize."""
    told = []
    for each in overview.shared_addresses:
        names = list(each.environments[:_MOST_NAMED])
        if more := len(each.environments) - len(names):
            names.append(f"{more:,} more")
        is_one = each.addresses == 1
        told.append(
            f"{counted(each.addresses, 'address', 'addresses')} {'is' if is_one else 'are'}"
            f" synchronized by {', '.join(names[:-1])} and {names[-1]}."
        )
    if overview.not_compared:
        names = list(overview.not_compared[:_MOST_NAMED])
        rest = ", ..." if len(overview.not_compared) > len(names) else ""
        told.append(
            f"Not every mailbox of {', '.join(names)}{rest} was read, so more addresses may be in"
            " several environments."
        )
    elif overview.not_compared is not None and not told:
        told.append("No address is synchronized by several environments.")
    return told


def _markdown_row(row: Row) -> str:
    name = _cell(row.environment)
    if row.report:
        name = f"[{name}](<{row.report}>)"
    standing = row.standing
    numbers = (
        [standing.working, standing.unsupported, standing.broken, standing.unknown]
        if standing is not None
        else ["", "", "", ""]
    )
    cause = row.first_cause.title if row.first_cause is not None else ""
    cells = [name, *map(str, numbers), changes(row), _cell(row.problem or cause)]
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return plain(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def as_prometheus(overview: Overview) -> bytes:
    """Gauges for each environment, with its labels."""
    lines = [
        "# HELP auditor_fleet_mailboxes Synchronizing mailboxes by how they stand.",
        "# TYPE auditor_fleet_mailboxes gauge",
    ]
    for row in overview.rows:
        if row.standing is not None:
            for standing in ("working", "unsupported", "broken", "unknown"):
                own = {**_labelled(row), "standing": standing}
                lines.append(
                    f"auditor_fleet_mailboxes{_labels(own)} {getattr(row.standing, standing)}"
                )
    lines += [
        "# HELP auditor_fleet_complete 1 where every configured source was read.",
        "# TYPE auditor_fleet_complete gauge",
    ]
    lines += [
        f"auditor_fleet_complete{_labels(_labelled(row))} {int(row.complete)}"
        for row in overview.rows
    ]
    return ("\n".join(lines) + "\n").encode()


def _labelled(row: Row) -> dict[str, str]:
    return {"environment": row.environment, **row.labels}


def _labels(labels: Mapping[str, str]) -> str:
    escaped = {
        name.replace("-", "_"): plain(text).replace("\\", "\\\\").replace('"', '\\"')
        for name, text in labels.items()
    }
    return "{" + ",".join(f'{name}="{text}"' for name, text in escaped.items()) + "}"


def as_html(overview: Overview) -> bytes:
    """One self-contained page: readable without its script, which sorts and searches."""
    import jinja2

    folder = files("auditor.fleet")
    style = folder.joinpath("overview.css").read_text("utf-8")
    script = folder.joinpath("overview.js").read_text("utf-8")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string(folder.joinpath("overview.html").read_text("utf-8"))
    page = template.render(
        overview=overview,
        headline=headline(overview),
        changes=changes,
        addresses=addresses(overview),
        label_names=sorted({name for row in overview.rows for name in row.labels}),
        style=style,
        script=script,
        policy=(
            f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'"
        ),
    )
    return page.encode()


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def headline(overview: Overview) -> str:
    """The sentence that stands first."""
    numbers = {
        each: overview.total(each)
        for each in ("synchronizing", "working", "unsupported", "broken", "unknown")
    }
    count = len(overview.rows)
    sentence = (
        f"{count:,} {'environment' if count == 1 else 'environments'}: of "
        f"{numbers['synchronizing']:,} mailboxes that are meant to synchronize, "
        f"{numbers['working']:,} work, {numbers['unsupported']:,} work without support, "
        f"{numbers['broken']:,} are broken, {numbers['unknown']:,} are unknown."
    )
    if overview.incomplete:
        verb = "was" if overview.incomplete == 1 else "were"
        sentence += f" {overview.incomplete:,} of them {verb} not read completely."
    return sentence


def changes(row: Row) -> str:
    """What changed since the last run, in few words."""
    if row.changed is None:
        return "not known"
    told = [
        f"{number:,} {words}"
        for number, words in (
            (row.changed.stopped, "stopped working"),
            (row.changed.works_again, "work again"),
            (row.changed.new, "new failures"),
            (row.changed.fixed, "fixed"),
        )
        if number
    ]
    return ", ".join(told) or "nothing"


FORMATS: dict[str, Callable[[Overview], bytes]] = {
    "html": as_html,
    "json": as_json,
    "markdown": as_markdown,
    "prometheus": as_prometheus,
}
