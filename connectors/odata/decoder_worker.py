"""The process that decodes: reads answers from its input, and writes packed rows to its output.

Imports next to nothing, so that it is there soon and stays small. What it cannot make sense of it
gives back: whoever asked then looks at the answer itself, and says what is wrong.
"""

import gc
import pickle
import signal
import sys
from functools import cache
from typing import IO, Any, Generic, TypeVar

import msgspec

from connectors.columnar.freed_memory import keep_freed_memory
from connectors.columnar.packed_rows import pack, split
from connectors.transport.compression import inflate, without_mark

R = TypeVar("R")

LENGTH_BYTES = 4


class Listing(msgspec.Struct, Generic[R]):
    """One page: its rows, and the address of the next page, None on the last one.

    What it holds beside them may tell that it is not whole; `members` gives that by name.
    """

    value: list[R]
    next_link: str | None = msgspec.field(name="@odata.nextLink", default=None)
    error: msgspec.Raw = msgspec.Raw()
    annotated_error: msgspec.Raw = msgspec.field(name="@odata.error", default=msgspec.Raw())
    old_error: msgspec.Raw = msgspec.field(name="odata.error", default=msgspec.Raw())
    warnings: msgspec.Raw = msgspec.Raw()
    cmdlet_warnings: msgspec.Raw = msgspec.field(name="@adminapi.warnings", default=msgspec.Raw())
    annotated_warnings: msgspec.Raw = msgspec.field(name="@odata.warnings", default=msgspec.Raw())

    def members(self) -> dict[str, Any]:
        """What it holds beside its rows and the address, decoded, by name."""
        names = zip(self.__struct_fields__, self.__struct_encode_fields__, strict=True)
        return {
            encoded: msgspec.json.decode(raw)
            for name, encoded in list(names)[2:]
            if (raw := getattr(self, name))
        }


class Asked(msgspec.Struct, array_like=True):
    """An answer as it was sent, which was inflated before, and its rows' type, `described`."""

    row: bytes
    sent: bytes


def main() -> None:
    """Decode until the input ends."""
    keep_freed_memory()
    # Rows and columns hold no cycles, and to look for some takes a twelfth of the time.
    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    write_frame(sys.stdout.buffer, b"")
    while (frame := read_frame(sys.stdin.buffer)) is not None:
        write_frame(sys.stdout.buffer, _decoded(frame))


def _decoded(frame: bytes) -> bytes:
    asked = msgspec.msgpack.decode(frame, type=Asked)
    try:
        row, decoder = _decoder(asked.row)
        body = without_mark(inflate(asked.sent))
        listing = decoder.decode(body)
        rows = listing.value
        if not rows or listing.members():
            return b""
        columns, kinds = split(rows)
        packed = tuple(pack(row, name, columns, kinds) for name in row.__struct_fields__)
        told = (len(rows), packed, kinds.compact(), listing.next_link)
    except Exception:
        return b""
    return pickle.dumps(told, protocol=pickle.HIGHEST_PROTOCOL)


@cache
def described(row: type[msgspec.Struct]) -> bytes:
    """A row type with its fields, so that the process need not import what reads the table."""
    fields = [
        (each.name, each.type) if each.required else (each.name, each.type, each.default)
        for each in msgspec.structs.fields(row)
    ]
    names = {each.name: each.encode_name for each in msgspec.structs.fields(row)}
    kept = {"kind_begins": getattr(row, "kind_begins", None)}
    return pickle.dumps((row.__name__, fields, names, kept))


@cache
def _decoder(
    described: bytes,
) -> tuple[type[msgspec.Struct], "msgspec.json.Decoder[Listing[Any]]"]:
    name, fields, names, kept = pickle.loads(described)
    row = msgspec.defstruct(name, fields, rename=names, namespace=kept, frozen=True, gc=False)
    listing: Any = Listing[row]  # type: ignore[valid-type]
    return row, msgspec.json.Decoder(listing)


def write_frame(out: IO[bytes], content: bytes) -> None:
    """Writes a length and so many bytes."""
    out.write(len(content).to_bytes(LENGTH_BYTES, "little"))
    out.write(content)
    out.flush()


def read_frame(source: IO[bytes]) -> bytes | None:
    """What one frame holds; None at the end of the stream."""
    length = source.read(LENGTH_BYTES)
    if len(length) < LENGTH_BYTES:
        return None
    size = int.from_bytes(length, "little")
    content = source.read(size)
    return content if len(content) == size else None
