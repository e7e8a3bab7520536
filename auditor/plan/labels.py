"""The option numbers that administrators choose from, with the names that forms give them.

Source: Dataverse table reference, pages *Email Server Profile*, *Mailbox* and *Organization*.
"""

EMAIL_METHODS = {
    0: "None",
    1: "Microsoft Dynamics 365 for Outlook",
    2: "Server-Side Synchronization",
    3: "Forward Mailbox",
}
ACT_METHODS = {
    0: "Microsoft Dynamics 365 for Outlook",
    1: "Server-Side Synchronization",
    2: "None",
}
SERVER_TYPES = {
    0: "Exchange Server",
    1: "Other (POP3/SMTP)",
    2: "Exchange Server (Hybrid)",
    3: "Exchange Online (Hybrid)",
    4: "IMAP/SMTP",
}
RETRIEVALS = {
    0: "Credentials Specified by a User or Queue",
    1: "Credentials Specified in Email Server Profile",
    2: "Server to Server Authentication",
    3: "Windows Integrated Authentication",
    4: "Without Credentials (Anonymous)",
    5: "Gmail OAuth",
    6: "Exchange Hybrid Modern Authentication",
    7: "OAuth (Microsoft Entra)",
}
PROTOCOLS = {0: "Auto Detect", 1: "Negotiate", 2: "NTLM", 3: "Basic", 4: "OAuth"}
STATES = {0: "Active", 1: "Inactive"}
APPROVALS = {0: "Empty", 1: "Approved", 2: "Pending Approval", 3: "Rejected"}
CHANNELS = {0: "Server-Side Synchronization", 1: "Microsoft Dynamics 365 Email Router"}
