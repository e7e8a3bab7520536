"""Secrets: where the configuration says that one is kept, and what is kept there.

A configuration never holds a secret, only a reference: `env:NAME`, `file:PATH` or
`keyring:SERVICE/NAME`. A reference is followed when its value is needed and not before, so an
environment that is not audited needs none of its secrets.
"""

import os
import select
import stat
import time
from collections.abc import Mapping
from pathlib import Path

from auditor.configuration.paths import at_home
from connectors.transport.redaction import KNOWN

SCHEMES = ("env", "file", "keyring")
WRITE_A_REFERENCE = "write env:NAME, file:PATH or keyring:SERVICE/NAME"

# systemd's LoadCredential=, and any mounted directory of secrets, one file for each.
CREDENTIALS_DIRECTORY = "CREDENTIALS_DIRECTORY"
LARGEST_FILE_BYTES = 1 << 20
LONGEST_WAIT_S = 10.0
"""How long a pipe, or a terminal, may take to give its secret."""


class SecretError(Exception):
    """A secret could not be had: says which reference and what to set, never a value."""

    def __init__(self, reference: str, message: str) -> None:
        super().__init__(f"{reference}: {message}")
        self.reference = reference


def is_reference(text: str) -> bool:
    """Whether the text is a well-formed reference to a secret."""
    scheme, _, place = text.partition(":")
    if scheme == "keyring":
        service, _, name = place.rpartition("/")
        return bool(service.strip() and name.strip())
    return scheme in SCHEMES and bool(place.strip()) and "\0" not in place


def resolve(reference: str, base_dir: Path, environ: Mapping[str, str] | None = None) -> str:
    """The secret that a reference leads to.

    `file:` paths start from `base_dir`, the directory of the configuration. Raises SecretError.
    """
    if not is_reference(reference):
        # The text may itself be the secret, so it is not repeated.
        raise SecretError("a secret", f"this is not a reference; {WRITE_A_REFERENCE}")
    scheme, _, place = reference.partition(":")
    if scheme == "env":
        value = _from_environment(reference, place, os.environ if environ is None else environ)
    elif scheme == "file":
        value = _read(reference, resolve_path(reference, base_dir))
    else:
        value = _from_keyring(reference, place)
    # From here on nothing that leaves the program shows it.
    KNOWN.learn(value)
    KNOWN.learn_address(value)
    return value


def resolve_path(reference: str, base_dir: Path) -> Path:
    """The path that a `file:` reference names, from `base_dir` on. The file is not read."""
    scheme, _, place = reference.partition(":")
    if scheme != "file" or not place.strip():
        raise SecretError("a file", "this is not a reference to a file; write file:PATH")
    return base_dir / at_home(place)


class Secret:
    """A secret that is looked up when revealed, and that no text, log or traceback shows."""

    __slots__ = ("_base_dir", "_reference")

    def __init__(self, reference: str, base_dir: Path) -> None:
        self._reference = reference
        self._base_dir = base_dir

    def reveal(self) -> str:
        """The value itself. Raises SecretError."""
        return resolve(self._reference, self._base_dir)

    def __repr__(self) -> str:
        return f"Secret({self._reference})" if is_reference(self._reference) else "Secret(***)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")


def _from_environment(reference: str, name: str, environ: Mapping[str, str]) -> str:
    value = environ.get(name, "")
    if value:
        return value
    directory = environ.get(CREDENTIALS_DIRECTORY, "")
    if directory and Path(name).name == name and (Path(directory) / name).is_file():
        return _read(reference, Path(directory) / name)
    state = "is set but empty" if name in environ else "is not set"
    raise SecretError(
        reference, f"the environment variable {name} {state}; set it for the account that runs this"
    )


def _read(reference: str, path: Path) -> str:
    try:
        content = _content(path)
    except TimeoutError:
        raise SecretError(
            reference,
            f"{path} is no ordinary file, and gave no secret in {LONGEST_WAIT_S:g} s;"
            " write the secret into a file",
        ) from None
    except FileNotFoundError:
        raise SecretError(reference, f"there is no file {path}; create it") from None
    except PermissionError:
        raise SecretError(
            reference, f"this account may not read {path}; grant it read permission"
        ) from None
    except (OSError, ValueError) as refusal:
        reason = getattr(refusal, "strerror", None) or "it is not a usable path"
        raise SecretError(reference, f"{path} cannot be read: {reason}") from None
    if len(content) > LARGEST_FILE_BYTES:
        raise SecretError(reference, f"{path} is over {LARGEST_FILE_BYTES} bytes: no secret is")
    try:
        value = content.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise SecretError(reference, f"{path} is not text; save it as UTF-8") from None
    if not value:
        raise SecretError(reference, f"{path} is empty; write the secret into it")
    return value


def _content(path: Path) -> bytes:
    """What is kept there, up to one byte too many. Raises OSError, TimeoutError for a pipe."""
    most_bytes = LARGEST_FILE_BYTES + 1
    with open(path, "rb", buffering=0, opener=_opened) as file:
        if os.name == "nt" or stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return file.read(most_bytes) or b""
        ends_at = time.monotonic() + LONGEST_WAIT_S
        content = b""
        # Without a writer the end of a pipe is never reached, and a device may have none.
        while len(content) < most_bytes:
            left_s = ends_at - time.monotonic()
            if left_s <= 0 or not select.select([file], [], [], left_s)[0]:
                raise TimeoutError
            piece = file.read(most_bytes - len(content))
            if piece == b"":
                break
            content += piece or b""
        return content


def _opened(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _from_keyring(reference: str, place: str) -> str:
    service, _, name = place.rpartition("/")
    try:
        # The package is an extra: it is needed only where a configuration asks for it.
        import keyring
    except ImportError:
        raise SecretError(
            reference,
            "the keyring package is not installed; run"
            " pip install 'server-side-sync-auditor[keyring]', or keep the secret elsewhere",
        ) from None
    try:
        value = keyring.get_password(service, name)
    except Exception as refusal:
        # Whatever a backend raises: many are other programs' work, and one may not even be there.
        raise SecretError(
            reference,
            f"the keyring refused ({type(refusal).__name__}); unlock it, check its backend"
            " (PYTHON_KEYRING_BACKEND), or keep the secret elsewhere",
        ) from None
    if not value:
        raise SecretError(
            reference, f"the keyring has no such entry; run keyring set {service} {name}"
        )
    return str(value)
