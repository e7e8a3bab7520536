"""What people call the records that causes and evidence tell by id."""

from collections import Counter

from connectors.normalisation.facts import Facts


def record_names(facts: Facts) -> dict[str, str]:
    """Names by record id: of the organisation, and of its profiles. Without one: not there.

    Two profiles of one name have their ids beside it.
    """
    named = {id: profile.name for id, profile in facts.profiles.items() if profile.name}
    alike = Counter(named.values())
    names = {id: f"{name} ({id})" if alike[name] > 1 else name for id, name in named.items()}
    own = facts.organization
    return {own.id: own.name, **names} if own.id and own.name else names
