"""The crowd of an organisation: as many usual users, queues and mailboxes as wished."""

from auditor.demo.population import REGARDING_KIND, Population, queue_mailbox
from auditor.demo.rows import Row, Rows, numbered_id
from auditor.demo.schema import Value

_USERS, _QUEUES, _MAILBOXES = 8, 2020, 9606
_CYCLE_MINUTES = 15


def crowd(population: Population, mailboxes: int) -> dict[str, Rows]:
    """Give users, queues and mailboxes of a usual population, each row made when it is read.

    Every second mailbox is a user's; nine of ten queues are private and have no address; of ten
    users seven are at work, the rest are disabled, applications and delegated administrators.
    """
    working, idle = population.working(), population.dormant()
    queue_working, queue_idle = queue_mailbox(working), idle
    person = population.person()
    application = person | {"accessmode": 4, "islicensed": False}
    delegated = person | {"accessmode": 5, "islicensed": False}
    public = population.queue()
    private = public | {"queueviewtype": 1, "emailrouteraccessapproval": 0, "emailaddress": None}
    people = [person] * 7 + [person | {"isdisabled": True}, application, delegated]
    administrator = population.administrator
    moments = [
        (population.ago(minutes=m + 1), population.ago(minutes=m)) for m in range(2, _CYCLE_MINUTES)
    ]

    def make_user(number: int) -> Row:
        address = f"employee{number}@contoso.example"
        own: dict[str, Value] = {
            "systemuserid": numbered_id(_USERS, number),
            "fullname": f"Employee {number}",
            "internalemailaddress": address,
            "domainname": address,
            "_defaultmailbox_value": numbered_id(_MAILBOXES, 2 * number),
            "azureactivedirectoryobjectid": numbered_id(_USERS + 1, number),
        }
        if number % 10 == 8:
            own["applicationid"] = numbered_id(_USERS + 2, number)
            own["internalemailaddress"] = None
        return Row(own, people[number % 10])

    def make_queue(number: int) -> Row:
        own: dict[str, Value] = {
            "queueid": numbered_id(_QUEUES, number),
            "name": f"<Employee {number}>" if number % 10 else f"Team queue {number}",
            "_defaultmailbox_value": numbered_id(_MAILBOXES, 2 * number + 1),
        }
        if number % 10 == 0:
            own["emailaddress"] = f"team{number}@contoso.example"
        return Row(own, private if number % 10 else public)

    def make_mailbox(position: int) -> Row:
        number, of_queue = divmod(position, 2)
        kind = number % 10
        own: dict[str, Value] = {
            "mailboxid": numbered_id(_MAILBOXES, position),
            "versionnumber": 2000000 + position,
        }
        if of_queue:
            own["name"] = f"<Employee {number}>" if kind else f"Team queue {number}"
            own["emailaddress"] = None if kind else f"team{number}@contoso.example"
            own["_regardingobjectid_value"] = numbered_id(_QUEUES, number)
            own[REGARDING_KIND] = "queue"
            own["_ownerid_value"] = administrator
            shared = queue_idle if kind else queue_working
        else:
            own["name"] = f"Employee {number}"
            own["emailaddress"] = f"employee{number}@contoso.example" if kind != 8 else None
            own["_regardingobjectid_value"] = numbered_id(_USERS, number)
            own[REGARDING_KIND] = "systemuser"
            own["_ownerid_value"] = numbered_id(_USERS, number)
            shared = working if kind < 7 else idle
        if shared is not idle:
            own["lastsyncstartedon"], own["lastsuccessfulsynccompletedon"] = moments[
                position % len(moments)
            ]
        return Row(own, shared)

    return {
        "systemusers": Rows((mailboxes + 1) // 2, make_user),
        "queues": Rows(mailboxes // 2, make_queue),
        "mailboxes": Rows(mailboxes, make_mailbox),
    }
