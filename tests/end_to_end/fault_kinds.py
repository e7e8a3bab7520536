"""The faults of the matrix: what a server may do to an answer, a table or a permission."""

import re
from collections.abc import Callable

from auditor.demo.faults import Fault, Faults
from auditor.demo.organisation import Depth
from auditor.demo.schema import TableDefinition
from auditor.demo.spoiled import SPOILED

KINDS: dict[str, Fault] = {
    "429, integer": Fault("throttled", times=1, retry_after="1"),
    "429, decimal": Fault("throttled", times=1, retry_after="0.4"),
    "429, date": Fault("throttled", times=1, retry_after="Thu, 01 Jan 2015 00:00:00 GMT"),
    "429, nothing": Fault("throttled", times=1, retry_after=None),
    "429, a day, for ever": Fault("throttled", retry_after="86400"),
    "429, for ever": Fault("throttled", retry_after="0"),
    "500, once": Fault("server-error", times=1, status=500, retry_after=None),
    "500, for ever": Fault("server-error", status=500, retry_after=None),
    "502, for ever": Fault("server-error", status=502, retry_after=None),
    "503, once": Fault("server-error", times=1, retry_after="0"),
    "503, for ever": Fault("server-error", retry_after="0"),
    "401, once": Fault("unauthorized", times=1),
    "token expires, once": Fault("expired", times=1),
    "token expires, for ever": Fault("expired"),
    "401, for ever": Fault("unauthorized"),
    "403": Fault("forbidden"),
    "HTML": Fault("html"),
    "redirect to another host": Fault("redirected"),
    "redirect to http": Fault("redirected", location="http://127.0.0.1:9/"),
    "reset, once": Fault("reset", times=1),
    "reset, for ever": Fault("reset"),
    "truncated, once": Fault("truncated", times=1),
    "truncated, for ever": Fault("truncated"),
    "truncated gzip": Fault("truncated-gzip"),
    **{how: Fault("spoiled", how=how) for how in SPOILED},
}
"""Every fault of an answer by the name that the table shows."""

NAME_SERVER, MAIL_SERVERS = "the name server", "every mail server"
AT_ONCE = ("failure", "refusal", "an alias alone", "an alias of itself")
"""What a failing name server answers without being waited for."""
PERMISSION = "permission "


def _every(table: TableDefinition) -> set[str]:
    return {each.name for each in table.columns} - {table.key}


def _every_other(table: TableDefinition) -> set[str]:
    return set(sorted(_every(table))[::2])


def _missing(switch: Faults, table: TableDefinition, names: set[str]) -> None:
    switch.missing_columns[table.entity_set] = names


def _secured(switch: Faults, table: TableDefinition, names: set[str]) -> None:
    switch.secured_columns[table.entity_set] = names


def _depth(switch: Faults, table: TableDefinition, depth: Depth) -> None:
    switch.depths[table.entity_set] = depth


OF_A_TABLE: dict[str, Callable[[Faults, TableDefinition], None]] = {
    "every column missing": lambda switch, table: _missing(switch, table, _every(table)),
    "every other column missing": lambda switch, table: _missing(
        switch, table, _every_other(table)
    ),
    "every column secured": lambda switch, table: _secured(switch, table, _every(table)),
    "every other column secured": lambda switch, table: _secured(
        switch, table, _every_other(table)
    ),
    "privilege missing": lambda switch, table: switch.denied_tables.add(table.entity_set),
    "privilege for own records": lambda switch, table: _depth(switch, table, "Basic"),
    "privilege for own unit": lambda switch, table: _depth(switch, table, "Local"),
    "privilege for units below": lambda switch, table: _depth(switch, table, "Deep"),
}
"""Every fault of a table of Dynamics 365. Single columns: `tests/auditor/test_denials.py`."""
OF_A_VERSION = ("every column missing", "every other column missing")
"""What an older version is like, and not a fault of the server."""
DENIED = "permission missing"

_OF_A_LISTING = ("link", "page", "rows-")
_OF_A_BATCH = "part-"
_NO_LISTING = re.compile(
    r"/token$|openid-configuration$|asmx$|/(Retrieve|WhoAmI)|\.Retrieve|Policy$"
)


def is_of_one_record(path: str, fault: str) -> bool:
    """Whether it spoils one record or value: its verdict says so, and the source need not.

    How an Exchange Server lets clients sign in is a value too, which its first answer tells alone.
    """
    of_a_server = path == MAIL_SERVERS or (path.endswith("asmx") and fault == "401, once")
    return of_a_server or fault in ("part-forbidden", "half-a-surrogate", "credentials-repeated")


def meets(path: str, fault: str) -> bool:
    """Whether the fault can change any answer of the path."""
    if fault.startswith(_OF_A_BATCH):
        return path.endswith("$batch")
    if fault.startswith(_OF_A_LISTING):
        return not path.endswith("$batch") and _NO_LISTING.search(path) is None
    return True
