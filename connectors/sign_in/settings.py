"""What the configuration says of one way to sign in."""

from collections.abc import Callable

from msgspec import Struct

from connectors.transport.errors import SourceFailed

Prompt = Callable[[str], None]


SECRETS = frozenset({"client_secret", "certificate", "certificate_password", "password"})


class AuthSettings(Struct, frozen=True, kw_only=True):
    """One way to sign in, its secrets already read; `certificate` is PEM text with its key.

    `authority` is an address with the tenant in `tenant`, or with it as its path; None for the
    one that the server or Microsoft names.
    """

    method: str
    tenant: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    authority: str | None = None
    certificate: str | None = None
    certificate_password: str | None = None
    username: str | None = None
    password: str | None = None

    def __repr__(self) -> str:
        shown = (
            f"{name}={'…' if name in SECRETS else repr(value)}"
            for name in self.__struct_fields__
            if (value := getattr(self, name)) is not None
        )
        return f"AuthSettings({', '.join(shown)})"

    def required(self, name: str) -> str:
        """A setting that the method cannot do without. Raises `SourceFailed`."""
        value = getattr(self, name)
        if not isinstance(value, str) or not value:
            raise SourceFailed(
                f'signing in by "{self.method}" needs `{name}`',
                f"Set `{name}` in the `auth` section of the configuration.",
                "incomplete-sign-in",
            )
        return value
