"""Where a person's sign-in is remembered from run to run.

Only in the operating system's protected store: DPAPI, Keychain or Secret Service, by
msal-extensions. Where that is not installed, or the computer has no such store, a sign-in lasts
for the run. Applications' tokens and secrets are never kept.
"""

import importlib
import logging
from typing import Any

import platformdirs

log = logging.getLogger(__name__)

FILE_NAME = "signed-in.bin"


def protected_cache() -> Any:
    """MSAL's cache in the protected store; None where there is none: kept in memory then."""
    path = platformdirs.user_state_path("auditor", appauthor=False) / FILE_NAME
    try:
        extensions = importlib.import_module("msal_extensions")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Without a protected store this raises; a plain file would hold refresh tokens openly.
        cache = extensions.PersistedTokenCache(extensions.build_encrypted_persistence(str(path)))
        # A store that is locked or not running is found out by asking it.
        list(cache.search(cache.CredentialType.ACCOUNT))
    except Exception as error:
        # The stores of the systems raise what they like; none of it may stop a sign-in.
        log.debug("sign-ins are remembered for this run only (%s)", type(error).__name__)
        return None
    return cache
