"""Errors as the Web API words them: a status, a code, a message."""


class ODataError(Exception):
    """A refusal: HTTP status, the code in the body, the message, and any further headers."""

    def __init__(
        self, status: int, code: str, message: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


def bad_request(message: str, code: str = "0x80060888") -> ODataError:
    """Give the answer to a query that cannot be read."""
    return ODataError(400, code, message)


def no_such_segment(segment: str) -> ODataError:
    """Give the answer to an unknown entity set or function."""
    return ODataError(404, "0x8006088a", f"Resource not found for the segment '{segment}'.")


def no_such_record(table: str, record_id: str) -> ODataError:
    """Give the answer to a key that no record has."""
    return ODataError(404, "0x80040217", f"Entity '{table}' With Id = {record_id} Does Not Exist")


def no_such_property(name: str, table: str) -> ODataError:
    """Give the answer to a column that the table lacks or that cannot be read."""
    return bad_request(
        f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{table}'."
    )


def missing_privilege(privilege: str, privilege_id: str, table: str, code: int) -> ODataError:
    """Give the answer to a caller whose roles lack the privilege to read a table."""
    return ODataError(
        403,
        "0x80040220",
        f"Principal user is missing {privilege} privilege (Id={privilege_id}) on OTC={code} "
        f"for entity '{table}' (LocalizedName='{table}'). context.Caller",
    )
