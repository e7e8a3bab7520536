"""`EntityDefinitions`: which tables and columns this organisation has, and who may read them."""

import re
from collections.abc import Iterator
from typing import Any

from auditor.demo.access import FunctionAnswer
from auditor.demo.odata_error import ODataError, no_such_property, no_such_segment
from auditor.demo.odata_query import read_query
from auditor.demo.rows import Row, stable_id
from auditor.demo.schema import Column, TableDefinition
from auditor.demo.state import TenantState
from auditor.demo.tables import TABLES

_PATH = re.compile(
    r"EntityDefinitions(?:\(LogicalName='(?P<name>[a-z0-9_]+)'\)(?P<attributes>/Attributes)?)?"
)
_EXPAND = re.compile(r"Attributes(?:\(\$select=(?P<select>[A-Za-z,]*)\))?")
_TYPE_NAMES = {"String": "StringType", "Picklist": "PicklistType", "Lookup": "LookupType"}


class Metadata:
    """Answers metadata requests."""

    def __init__(self, state: TenantState) -> None:
        self._state = state

    def read(self, path: str, given: dict[str, str]) -> FunctionAnswer | None:
        """Give the answer of a metadata path; None: it is none."""
        if not path.startswith("EntityDefinitions"):
            return None
        match = _PATH.fullmatch(path)
        if match is None:
            raise no_such_segment(path.partition("(")[0])
        if match["name"] is None:
            members = self._filtered([self._definition(t) for t in TABLES.values()], given)
            return FunctionAnswer("EntityDefinitions", {"value": members})
        table = next((t for t in TABLES.values() if t.name == match["name"]), None)
        if table is None:
            raise ODataError(
                404,
                "0x80060888",
                f"Could not find an entity with name '{match['name']}' in the metadata cache.",
            )
        if match["attributes"]:
            members = self._filtered(list(self._attributes(table)), given)
            context = f"EntityDefinitions('{table.name}')/Attributes"
            return FunctionAnswer(context, {"value": members})
        return FunctionAnswer("EntityDefinitions/$entity", self._one(table, given))

    def _one(self, table: TableDefinition, given: dict[str, str]) -> dict[str, Any]:
        expand = _EXPAND.fullmatch(given.get("$expand", ""))
        rest = {name: value for name, value in given.items() if name != "$expand"}
        members = self._filtered([self._definition(table)], rest)[0]
        if expand:
            chosen = {"$select": expand["select"]} if expand["select"] else {}
            members["Attributes"] = self._filtered(list(self._attributes(table)), chosen)
        return members

    def _filtered(
        self, definitions: list[dict[str, Any]], given: dict[str, str]
    ) -> list[dict[str, Any]]:
        known = definitions[0].keys()

        def check(name: str) -> None:
            if name not in known:
                raise no_such_property(name, "AttributeMetadata")

        query = read_query(given, check)
        if query.predicate is not None:
            meets = query.predicate
            definitions = [d for d in definitions if meets(Row(d))]
        if query.select is None:
            return definitions
        chosen = (*query.select, "MetadataId")
        return [{n: d[n] for n in d if n in chosen} for d in definitions]

    def _definition(self, table: TableDefinition) -> dict[str, Any]:
        return {
            "MetadataId": stable_id("entity", table.name),
            "LogicalName": table.name,
            "EntitySetName": table.entity_set,
            "PrimaryIdAttribute": table.key,
            "ObjectTypeCode": table.object_type_code,
            "IsCustomEntity": False,
        }

    def _attributes(self, table: TableDefinition) -> Iterator[dict[str, Any]]:
        faults = self._state.faults
        missing = faults.missing_columns.get(table.entity_set, set())
        secured = faults.secured_columns.get(table.entity_set, set())
        for column in table.columns_of(self._state.organisation.deployment):
            if column.name in missing:
                continue
            yield self._attribute(table, column, secured=column.name in secured)
            if column.type in ("Lookup", "Owner", "Picklist", "State", "Status", "Boolean"):
                # Label columns are metadata only: no property of the Web API bears their names.
                kind = "String" if column.type in ("Lookup", "Owner") else "Virtual"
                label = Column(f"{column.name}name", kind)
                yield self._attribute(table, label, secured=False, attribute_of=column.name)

    def _attribute(
        self,
        table: TableDefinition,
        column: Column,
        *,
        secured: bool,
        attribute_of: str | None = None,
    ) -> dict[str, Any]:
        return {
            "@odata.type": f"#Microsoft.Dynamics.CRM.{column.type}AttributeMetadata",
            "MetadataId": stable_id("attribute", f"{table.name}.{column.name}"),
            "LogicalName": column.name,
            "SchemaName": column.name,
            "EntityLogicalName": table.name,
            "AttributeType": column.type,
            "AttributeTypeName": {"Value": _TYPE_NAMES.get(column.type, f"{column.type}Type")},
            "AttributeOf": attribute_of,
            "IsValidForRead": column.readable,
            "IsSecured": secured,
            "IsPrimaryId": column.name == table.key,
        }
