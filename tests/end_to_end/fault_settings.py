"""What the faults of the matrix disturb: organisations online and on premises, and mail servers."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, structs

from auditor.demo.contoso import DECLARED, contoso
from auditor.demo.healthy import healthy_on_premises
from auditor.demo.organisation import Organisation
from auditor.demo.rows import Row


class Setting(Struct, frozen=True):
    """What is disturbed: an organisation, and whether its mail servers are looked at."""

    name: str
    organisation: Callable[[], Organisation]
    declared: Mapping[str, Any]
    probes: bool = False


def _on_premises() -> Organisation:
    """A small one with Exchange Server, in which some things are wrong."""
    whole = healthy_on_premises(40)
    changes: list[dict[str, Any]] = [
        {"emailrouteraccessapproval": 3},
        {"lastsuccessfulsynccompletedon": "2020-01-01T00:00:00Z"},
        {"incomingemailstatus": 2, "outgoingemailstatus": 2},
    ]
    rows = list(whole.rows_of("mailboxes"))
    for place, own in enumerate(changes):
        rows[place] = Row({**rows[place].own, **own}, rows[place].shared)
    return structs.replace(whole, tables=whole.tables | {"mailboxes": rows})


SETTINGS = {
    each.name: each
    for each in (
        Setting("online", lambda: contoso(0), DECLARED),
        Setting("on premises", _on_premises, {}),
        # Looking at mail servers takes longer than all the rest.
        Setting("mail servers", lambda: contoso(0), DECLARED, probes=True),
    )
}
