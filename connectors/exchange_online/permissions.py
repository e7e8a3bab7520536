"""What the Admin API and the cmdlet endpoint ask of the auditor's application.

Sources: "Exchange Online Admin API: authentication and authorization"; "App-only authentication
in Exchange Online PowerShell".

Tested in `tests/connectors/exchange_online/test_mailboxes.py`.
"""

CONFIGURATION = "View-Only Configuration"
RECIPIENTS = "View-Only Recipients"
ADMIN_API = "Exchange.ManageAsAppV2"
CMDLETS = "Exchange.ManageAsApp"


def grant(permission: str, role: str) -> str:
    """How an administrator gives the application the permission and the management role."""
    return (
        "Give the auditor's application the permission "
        f"{permission} of Office 365 Exchange Online, consent to it, and give its service "
        f"principal the role {role} in Exchange Online PowerShell: `New-ServicePrincipal -AppId "
        f'CLIENT_ID -ObjectId OBJECT_ID`, then `New-RoleGroup -Name "Auditors" -Roles "{role}" '
        "-Members OBJECT_ID`."
    )


def admin_grant(role: str) -> str:
    """What a source of the Admin API asks for."""
    return grant(ADMIN_API, role)


def cmdlet_grant(role: str) -> str:
    """What a source of the cmdlet endpoint asks for."""
    return grant(CMDLETS, role)
