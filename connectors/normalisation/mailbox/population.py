"""Whether a mailbox is meant to synchronize, and why not: from its own facts and its owner's."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from connectors.normalisation.fact_rows import Established, FactRow
from connectors.normalisation.mailbox.facts import of_the_mailbox
from rules.facts import Owner, OwnerKind
from rules.option_sets import AccessMode, ActMethod, EmailMethod, TestStatus
from rules.unknown import Unknown, both, either, is_one_of

_WAYS = (
    ("incoming", EmailMethod.SERVER_SIDE),
    ("outgoing", EmailMethod.SERVER_SIDE),
    ("act", ActMethod.SERVER_SIDE),
)


class Population:
    """The facts that tell whether a mailbox is meant to synchronize, and its owner."""

    def __init__(self, own: Mapping[str, Any], owner: Owner) -> None:
        self.own = own
        self.owner = owner

    @cached_property
    def is_synchronizing(self) -> bool | Unknown:
        """Whether the mailbox is meant to synchronize."""
        own = self.own
        was_used = either(
            *(
                both(
                    is_one_of(own[f"{way}_method"], server_side),
                    _was_used(own[f"enabled_for_{way}"], own[f"{way}_status"]),
                )
                for way, server_side in _WAYS
            )
        )
        return both(self.is_in_use, either(was_used, _is_meant(self.owner)))

    @cached_property
    def is_in_use(self) -> bool | Unknown:
        """Whether it is active, and one of its methods is server-side synchronization."""
        own = self.own
        return both(
            own["active"],
            either(*(is_one_of(own[f"{way}_method"], server_side) for way, server_side in _WAYS)),
        )


def _was_used(enabled: bool | Unknown, status: TestStatus | None | Unknown) -> bool | Unknown:
    """Whether a method was ever tested or enabled, which shows that somebody means to use it."""
    return either(enabled, is_one_of(status, TestStatus.SUCCESS, TestStatus.FAILURE))


def _is_meant(owner: Owner) -> bool | Unknown:
    modes = (AccessMode.READ_WRITE, AccessMode.ADMINISTRATIVE, AccessMode.READ)
    enabled = is_one_of(owner.enabled, True)
    person = both(
        is_one_of(owner.kind, OwnerKind.USER),
        enabled,
        is_one_of(owner.is_application, False),
        is_one_of(owner.is_pseudo_user, False),
        is_one_of(owner.access_mode, *modes, AccessMode.NON_INTERACTIVE),
    )
    queue = both(
        is_one_of(owner.kind, OwnerKind.QUEUE), enabled, is_one_of(owner.has_address, True)
    )
    return either(is_one_of(owner.kind, OwnerKind.FORWARD), person, queue)


def _dormant_kind(owner: Owner) -> tuple[str, tuple[str, ...]]:
    """What kind of owner keeps the mailbox from being meant to, and which facts of it tell that."""
    if owner.kind is OwnerKind.QUEUE:
        if owner.enabled is False:
            return "inactive queue", ("enabled",)
        if owner.private is True:
            return "private queue without address", ("private", "has_address")
        return "queue without address", ("has_address",)
    if owner.is_pseudo_user is True:
        return "SYSTEM or INTEGRATION", ("is_pseudo_user",)
    if owner.is_application is True:
        return "application user", ("is_application",)
    if owner.enabled is False:
        return "disabled user", ("enabled",)
    if owner.access_mode is AccessMode.SUPPORT:
        return "support user", ("access_mode",)
    return "delegated administrator", ("access_mode",)


def _dormant(population: Population, column: str) -> Established:
    """If it is not meant to, though its methods are: what kind of owner it has."""
    synchronizing, shown = population.is_synchronizing, of_the_mailbox(column)
    if isinstance(synchronizing, Unknown):
        return Established(synchronizing, shown)
    if population.is_in_use is True and not synchronizing:
        kind, told_by = _dormant_kind(population.owner)
        return Established(kind, shown + population.owner.evidence(*told_by))
    return Established(None, shown)


POPULATION = (
    FactRow(
        "synchronizing",
        (
            "statecode",
            "incomingemaildeliverymethod",
            "outgoingemaildeliverymethod",
            "actdeliverymethod",
        ),
        lambda population, *columns: population.is_synchronizing,
    ),
    FactRow("dormant_kind", ("_regardingobjectid_value",), _dormant),
)
"""Whether it is meant to synchronize, and if not, why: each made of a `Population`."""
