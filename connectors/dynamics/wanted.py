"""Which subjects somebody named, as patterns of their names, addresses and ids."""

from msgspec import Struct


class SubjectPattern(Struct, frozen=True):
    """Subjects of one kind whose name, address or id the glob matches, case ignored."""

    kind: str
    glob: str
