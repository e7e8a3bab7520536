"""Completes the address of an organisation from what people paste or type."""

import re
from urllib.parse import urlsplit

_BARE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
_SERVICE = re.compile(r"^([^.]+)\.api\.(crm\d*\..+)$")
_PARTS_OF_THE_PROGRAM = frozenset(
    {"api", "main.aspx", "default.aspx", "apps", "xrmservices", "tools"}
)


def completed(text: str) -> str:
    """The address of the organisation, as far as it can be told from the text.

        >>> completed("contoso.crm4.dynamics.com/main.aspx?appid=1")
        'https://contoso.crm4.dynamics.com'
        >>> completed("contoso")
        'https://contoso.crm.dynamics.com'
        >>> completed("https://crm.contoso.local/Contoso/main.aspx")
        'https://crm.contoso.local/Contoso'

    What it cannot complete is given back as it is.
    """
    bare = text.strip()
    if _BARE_NAME.fullmatch(bare):
        return f"https://{bare.lower()}.crm.dynamics.com"
    whole = bare if "://" in bare else f"https://{bare}"
    try:
        parts = urlsplit(whole)
        place = parts.netloc
    except ValueError:
        return bare
    if not place or "@" in place:
        return bare
    host = _SERVICE.sub(r"\1.\2", place.lower())
    first = next((part for part in parts.path.split("/") if part), "")
    is_organisation = first and first.lower() not in _PARTS_OF_THE_PROGRAM
    return f"{parts.scheme}://{host}" + (f"/{first}" if is_organisation else "")
