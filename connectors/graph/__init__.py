"""Microsoft Graph: what the tenant knows of accounts, mailboxes, applications and policies."""
