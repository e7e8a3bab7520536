"""From an Exchange build to the product: by number, never by the name of a schema version."""

import re
import tomllib
from functools import cache
from importlib import resources

from rules.email_systems import Product
from rules.facts import Version

LINES = {(6, 5), (8, 0), (8, 1), (8, 2), (8, 3), (14, 0), (14, 1), (14, 2), (14, 3)} | {
    (15, 0),
    (15, 1),
    (15, 2),
    (15, 20),
}
"""Major and minor numbers that a product is known for."""


def build_of(text: str) -> Version | None:
    """The numbers of a build such as `15.2.1544.4`, leading zeros allowed; None: it is none."""
    if not re.fullmatch(r"\d{1,5}(\.\d{1,5}){2,3}", text.strip()):
        return None
    return tuple(int(part) for part in text.strip().split("."))


def product_of(build: Version) -> Product | None:
    """The product that a build belongs to; None for a line that is not on file."""
    if build[:2] not in LINES:
        return None
    found = None
    for start, product in _products():
        if build >= start:
            found = product
    return found


@cache
def _products() -> tuple[tuple[Version, Product], ...]:
    text = resources.files(__package__).joinpath("builds.toml").read_text("utf-8")
    return tuple(
        (tuple(entry["from"]), Product(entry["product"]))
        for entry in tomllib.loads(text)["products"]
    )
