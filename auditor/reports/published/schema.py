"""The JSON Schema of the report, Draft 2020-12, generated from the published shape.

Run as `python -m auditor.reports.published.schema` it writes the file that is shipped.
Tested in `tests/auditor/reports/test_schema.py`.
"""

from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from auditor.reports.published.shape import SCHEMA_NAMES, SCHEMA_VERSION, Report

FILE = "report.schema.json"


def generate() -> dict[str, Any]:
    """The JSON Schema as a dictionary: strict, for what this release writes."""
    (top,), components = msgspec.json.schema_components([Report], ref_template="#/$defs/{name}")
    components = msgspec.json.decode(_with_published_names(msgspec.json.encode(components)))
    for definition in components.values():
        if definition.get("type") == "object":
            definition["additionalProperties"] = False
            # Some parts are accepted as input without it; all are always written.
            definition["required"] = list(definition["properties"])
            for each in definition["properties"].values():
                each.pop("default", None)
    # Only the number of an option has a label.
    for optional in ("label", "environment"):
        components["Evidence"]["required"].remove(optional)
    # Only a cause of which every finding is waived has its waiver, and only one that repairs more
    # after others says how many.
    for optional in ("waived", "repairs_together"):
        components["RootCause"]["required"].remove(optional)
    cause = components["Cause"]
    cause["required"] = ["code"]
    cause["oneOf"] = [{"required": ["source"]}, {"required": ["declaration"]}]
    for name in ("source", "declaration"):
        cause["properties"][name] = {"type": "string"}
    cause["properties"]["code"] = {"type": "string", "minLength": 1}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Audit of server-side synchronization, report {SCHEMA_VERSION}",
        **top,
        "$defs": components,
    }


def _with_published_names(components: bytes) -> bytes:
    for name, published in SCHEMA_NAMES.items():
        components = components.replace(f'/{name}"'.encode(), f'/{published}"'.encode())
        components = components.replace(f'"{name}"'.encode(), f'"{published}"'.encode())
    return components


def encode(schema: dict[str, Any]) -> bytes:
    """The schema as it is shipped and printed."""
    return msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n"


def shipped() -> bytes:
    """The schema file of this release."""
    return resources.files("auditor.reports").joinpath(FILE).read_bytes()


if __name__ == "__main__":
    (Path(__file__).parents[1] / FILE).write_bytes(encode(generate()))
