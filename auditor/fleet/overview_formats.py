"""The overview as JSON, Markdown, Prometheus metrics and HTML."""

from collections.abc import Callable, Mapping
from importlib.resources import files

import msgspec

from auditor.fleet.overview import Overview, Row
from auditor.model import Standing
from auditor.reports.shared.policy import policy
from auditor.reports.shared.text import plain
from rules.counting import counted, named

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
        "shared_applications": overview.shared_applications,
        "shared_accounts": overview.shared_accounts,
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
    if told := applications(overview):
        lines += ["", "## Applications of several environments", ""]
        lines += [f"- {_cell(each)}" for each in told]
    if told := accounts(overview):
        lines += ["", "## Accounts of several environments", ""]
        lines += [f"- {_cell(each)}" for each in told]
    return ("\n".join(lines) + "\n").encode()


def addresses(overview: Overview) -> list[str]:
    """Sentences on the addresses that several environments synchronize."""
    told = []
    for each in overview.shared_addresses:
        is_one = each.addresses == 1
        told.append(
            f"{counted(each.addresses, 'address', 'addresses')} {'is' if is_one else 'are'}"
            f" synchronized by {named(each.environments, _MOST_NAMED)}."
        )
    if overview.not_compared:
        names = list(overview.not_compared[:_MOST_NAMED])
        rest = ", ..." if len(overview.not_compared) > len(names) else ""
        told.append(
            f"Not every mailbox of {', '.join(names)}{rest} was read, so more addresses may be in"
            " several environments."
        )
    elif overview.not_compared is not None and not told:
        told.append("No address is synchronized by several environments of this run.")
    return told


def applications(overview: Overview) -> list[str]:
    """Sentences on the applications that profiles of several environments sign in as."""
    return [
        f"Profiles of {named(each.environments, _MOST_NAMED)} sign in as the application "
        f"{each.client_id}: what ends for it, such as its secret or a permission, can stop the "
        "mailboxes of all."
        for each in overview.shared_applications
    ]


def accounts(overview: Overview) -> list[str]:
    """Sentences on the accounts that profiles of several environments sign in with."""
    return [
        f"Profiles of {named(each.environments, _MOST_NAMED)} sign in at {each.server} with the "
        "same user name: what ends for the account, such as its password or a right, can stop the "
        "mailboxes of all."
        for each in overview.shared_accounts
    ]


def _markdown_row(row: Row) -> str:
    name = _cell(row.environment)
    if row.report:
        name = f"[{name}](<{row.report}>)"
    standing = row.standing
    numbers = (
        [standing.working, standing.unsupported, standing.broken, uncertain(standing)]
        if standing is not None
        else [""] * 4
    )
    cause = row.first_cause.title if row.first_cause is not None else ""
    cells = [name, *map(str, numbers), changes(row), _cell(row.problem or cause)]
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return plain(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def as_prometheus(overview: Overview) -> bytes:
    """Gauges for each environment, with its labels."""
    lines = [
        "# HELP auditor_fleet_mailboxes Mailboxes by how they stand; undecided: it is unknown"
        " whether they are meant to synchronize.",
        "# TYPE auditor_fleet_mailboxes gauge",
    ]
    for row in overview.rows:
        if row.standing is not None:
            for standing in ("working", "unsupported", "broken", "unknown", "undecided"):
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
        uncertain=uncertain,
        addresses=addresses(overview),
        applications=applications(overview),
        accounts=accounts(overview),
        label_names=sorted({name for row in overview.rows for name in row.labels}),
        style=style,
        script=script,
        policy=policy(style, script),
    )
    return page.encode()


def headline(overview: Overview) -> str:
    """The sentence that stands first."""
    count, unread = len(overview.rows), overview.incomplete
    first = f"{count:,} {'environment' if count == 1 else 'environments'}"
    if unread:
        first += ", which was" if count == 1 else f", {unread:,} of them"
        first += " not read completely"
    if all(row.standing is None for row in overview.rows):
        return f"{first}: how many mailboxes are meant to synchronize is unknown."
    told = (
        f"{overview.total('synchronizing'):,} mailboxes that are "
        f"{'known to be ' if unread else ''}meant to synchronize, "
        f"{overview.total('working'):,} work, "
        f"{overview.total('unsupported'):,} work without support, "
        f"{overview.total('broken'):,} are broken, {overview.total('unknown'):,} are unknown"
    )
    if undecided := overview.total("undecided"):
        told += f"; of {undecided:,} more it is unknown whether they are"
    return f"{first}: of {told}."


def uncertain(standing: Standing) -> int:
    """Mailboxes of which it is unknown how they stand, or whether they are to synchronize."""
    return standing.unknown + standing.undecided


def changes(row: Row) -> str:
    """What changed since the last run, in few words."""
    if row.changed is None:
        return "not known"
    told = [
        f"{number:,} {words}"
        for number, words in (
            (row.changed.stopped, "stopped working"),
            (row.changed.works_again, "no longer broken"),
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
