"""How grave the failure of a rule is, for the tests of each."""

from rules.rule import catalogue


def gravity(id: str) -> tuple[str, str]:
    """The severity and the effect of the rule."""
    (found,) = (each for each in catalogue() if each.id == id)
    return found.severity, found.effect
