"""An organisation as a directory lists it.

Tested in `tests/connectors/discovery/test_global_discovery.py`.
"""

from msgspec import Struct


class ListedOrganisation(Struct, frozen=True, kw_only=True):
    """One organisation of a directory. None: the directory does not tell it.

    `url` is its address, such as https://contoso.crm.dynamics.com. `stage` is what kind of
    environment it is, such as Production or Sandbox, in Microsoft's word.
    """

    url: str
    name: str
    unique_name: str | None = None
    id: str | None = None
    tenant_id: str | None = None
    version: str | None = None
    stage: str | None = None
    enabled: bool | None = None
