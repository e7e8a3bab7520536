"""Which edition of the support document an audit judges by."""

from msgspec import Struct

from rules.edition import Edition, choose, load
from rules.facts import Organization
from rules.unknown import Unknown


class Chosen(Struct, frozen=True):
    """The edition, or why none could be chosen; `notes` limit what it is good for."""

    edition: Edition | Unknown
    notes: tuple[str, ...] = ()


def chosen_edition(asked: str, organization: Organization) -> Chosen:
    """The edition asked for; `auto`: the one for the organisation's deployment and version."""
    if asked != "auto":
        return Chosen(load(asked))
    deployment, version = organization.deployment, organization.version
    if isinstance(deployment, Unknown):
        return Chosen(deployment)
    if isinstance(version, Unknown):
        return Chosen(version)
    choice = choose(deployment.value, version)
    if choice.edition is None:
        return Chosen(
            Unknown(
                reason=f"No edition of the support document could be chosen: {choice.reason}.",
                remedy="Ask for one with --edition.",
                evidence=organization.evidence("version"),
            )
        )
    return Chosen(load(choice.edition), choice.notes)
