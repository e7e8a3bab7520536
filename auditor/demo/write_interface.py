"""Writing to the simulated tenant, as the Web API has it: for scripts that change settings.

It is there only where `SimulatedTenant(writable=True)` asks for it. `modifiedon` stays as it is.

Tested in `tests/end_to_end/test_scripts.py`.
"""

import json
import re
from collections.abc import Mapping

from auditor.demo.organisation import Organisation
from auditor.demo.rows import Row
from auditor.demo.schema import Value
from auditor.demo.tables import TABLES

_RECORD = re.compile(r"(?P<set>[a-z]+)\((?P<key>[0-9a-f-]+)\)")
_LINK = re.compile(r"/emailserverprofiles\((?P<key>[0-9a-f-]+)\)")
_BIND = "@odata.bind"


def patched(organisation: Organisation, path: str, body: bytes) -> bool:
    """Changes one record; False: there is none of that path, or no such column."""
    match = _RECORD.fullmatch(path)
    if match is None or match["set"] not in TABLES:
        return False
    table = TABLES[match["set"]]
    values = _values(json.loads(body))
    if not values.keys() <= table.by_wire_name.keys():
        return False
    rows = list(organisation.rows_of(table.entity_set))
    for at, row in enumerate(rows):
        if row.get(table.key) == match["key"]:
            rows[at] = Row({**row.own, **values}, row.shared)
            organisation.tables = {**organisation.tables, table.entity_set: rows}
            return True
    return False


def _values(body: Mapping[str, Value]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, value in body.items():
        if name.endswith(_BIND):
            link = _LINK.fullmatch(value) if isinstance(value, str) else None
            found[f"_{name.removesuffix(_BIND)}_value"] = None if link is None else link["key"]
        else:
            found[name] = value
    return found
