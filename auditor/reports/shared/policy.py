"""What a page of this program may load: its own style and script, by their hashes, and nothing."""

import base64
import hashlib


def policy(style: str, script: str | None = None) -> str:
    """The content security policy of a page: the texts are what stands between its tags."""
    allowed = f"default-src 'none'; style-src '{_hash(style)}'"
    if script is not None:
        allowed += f"; script-src '{_hash(script)}'"
    return f"{allowed}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
