"""What synchronization leaves behind: alerts, stuck email, folder rules, a plug-in step."""

from auditor.demo.planted import Planted
from auditor.demo.population import Population
from auditor.demo.rows import numbered_id, stable_id
from auditor.demo.schema import Value


def add_traces(population: Population, planted: Planted) -> None:
    """Add them all, noting what they break."""
    _add_alerts(population, planted)
    _add_emails(population, planted)
    _add_folders(population)
    _add_settings(population)
    _add_steps(population)


def _add_alerts(population: Population, planted: Planted) -> None:
    code = "<Parameters><Code>{}</Code><Mailbox>{}@contoso.example</Mailbox></Parameters>"
    alerts = [
        ("Leo Incoming", 3, "Email cannot be received: HTTP server returned 401 Unauthorized.", ""),
        (
            "Lisa Outgoing",
            3,
            "Email cannot be sent for the mailbox Lisa Outgoing.",
            code.format("ErrorSubmissionQuotaExceeded", "lisa.outgoing"),
        ),
        (
            "Quin Elsewhere",
            3,
            "Appointments, contacts and tasks can't be synchronized because the email address of "
            "the mailbox is configured with another organization.",
            "",
        ),
        ("Otto Transient", 2, "The mail server is busy; the cycle will be repeated.", ""),
        ("Service desk", 1, "The mailbox was enabled for incoming email.", ""),
        (
            "Vanished hosting",
            3,
            "Email cannot be received for the mailboxes of the profile.",
            code.format("InvalidIncomingEmailServerProfileConfiguration HostNotFound", "svc"),
        ),
    ]
    profiles = {"Vanished hosting"}
    for name, level, _, _ in alerts:
        if level == 3:
            kind = "profile" if name in profiles else "mailbox"
            planted.note(name, f"{kind}-with-error-alert")
    population.add_rows(
        "tracelogs",
        [
            {
                "tracelogid": numbered_id(8050, number),
                "text": text,
                "traceparameterxml": details or None,
                "level": level,
                "tracestatus": level == 1,
                "tracecode": 100 + number,
                "isunique": True,
                "canbedeleted": True,
                "_regardingobjectid_value": population.profile_id(name)
                if name in profiles
                else population.mailbox_id(name),
                "_regardingobjectid_value@Microsoft.Dynamics.CRM.lookuplogicalname": (
                    "emailserverprofile" if name in profiles else "mailbox"
                ),
                "createdon": population.ago(days=3),
                # Written again since the last cycle that ended well, so they have not passed.
                "modifiedon": population.ago(minutes=3),
            }
            for number, (name, level, text, details) in enumerate(alerts)
        ],
    )


def _add_emails(population: Population, planted: Planted) -> None:
    ago = population.ago
    stuck = [
        (6, 1, "Lisa Outgoing"),
        (6, 1, "Kurt Uninvolved"),
        (6, 1, "Service desk"),
        (7, 1, "Mia Late"),
        (8, 0, "Mia Late"),
    ]
    planted.note("Lisa Outgoing", "sender-cannot-send")
    planted.note("Kurt Uninvolved", "sender-cannot-send")
    population.add_rows(
        "emails",
        [
            {
                "activityid": numbered_id(4202, number),
                "statuscode": status,
                "statecode": state,
                "directioncode": True,
                "deliveryattempts": number,
                "_sendermailboxid_value": population.mailbox_id(name),
                "createdon": ago(hours=9),
                "modifiedon": ago(hours=8),
            }
            for number, (status, state, name) in enumerate(stuck)
        ],
    )
    population.add_rows(
        "activityparties",
        [
            {
                "activitypartyid": numbered_id(135, number),
                "_activityid_value": numbered_id(4202, len(stuck) - 1),
                "_partyid_value": party,
                "participationtypemask": number + 1,
                "ispartydeleted": False,
            }
            for number, party in enumerate((stable_id("contact", "sender"), None))
        ],
    )


def _add_folders(population: Population) -> None:
    ago = population.ago
    folders: list[dict[str, Value]] = [
        {
            "mailboxtrackingfolderid": numbered_id(9608, number),
            "exchangefolderid": stable_id("folder", number),
            "exchangefoldername": f"Project {number}",
            "folderonboardingstatus": 1,
            "_mailboxid_value": population.mailbox_id("Kim Folders"),
            "_regardingobjectid_value": numbered_id(1, number) if number else None,
            "createdon": ago(days=90),
            "modifiedon": ago(days=90),
        }
        for number in range(25)
    ]
    population.add_rows("mailboxtrackingfolders", folders)


def _add_settings(population: Population) -> None:
    population.add_rows(
        "usersettingscollection",
        [{"systemuserid": population.user_id("Mert Istanbul"), "timezonecode": 134}],
    )


def _add_steps(population: Population) -> None:
    population.add_rows(
        "sdkmessageprocessingsteps",
        [
            {
                "sdkmessageprocessingstepid": numbered_id(4608, 1),
                "name": "Acme.MailGateway: DeliverIncoming of email",
                "stage": 20,
                "mode": 0,
                "statecode": 0,
                "statuscode": 1,
                "rank": 1,
                "ismanaged": True,
            }
        ],
    )
