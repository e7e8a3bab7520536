"""The organisation that is measured: many mailboxes, few configurations, some of them at fault."""

import datetime as dt
from collections.abc import Mapping, Sequence
from hashlib import md5

from auditor.demo.healthy import TENANT_ID, healthy_settings
from auditor.demo.organisation import Organisation
from auditor.demo.population import REGARDING_KIND, Population, queue_mailbox
from auditor.demo.profiles import EXCHANGE_ONLINE_ADDRESS, exchange_online
from auditor.demo.rows import Row, Rows, instant
from auditor.demo.schema import Value

NAME = "Benchmark"
MOST_QUEUES = 1000
FAULTY_ONE_IN = 20
_MOST_HELD = 200_000
_USERS, _QUEUES, MAILBOXES = 8, 2020, 9606
PROFILES = 10
_IMPERSONATING_ONE_IN = 25
_MINUTES = 400_000
"""Over so many minutes the mailboxes were made."""
_FAULTS: tuple[dict[str, Value], ...] = (
    {"incomingemailstatus": 2},
    {"outgoingemailstatus": 2},
    {"actstatus": 2},
    {"emailrouteraccessapproval": 2},
    {"enabledforincomingemail": False},
)
_VARIATIONS: tuple[tuple[str, tuple[Value, ...]], ...] = (
    ("officeappsdeploymentstatus", (1, 0)),
    ("exchangecontactsimportstatus", (1, 0)),
    ("isoauthrefreshtokenset", (False, True)),
    ("allowemailconnectortousecredentials", (False, True)),
    ("lastsyncerrorcount", (0, 1)),
    ("ispasswordset", (False, True)),
)


def identity(kind: int, number: int) -> str:
    """The GUID of a numbered record: as hard to compress as those of real records."""
    raw = md5(b"%d/%d" % (kind, number), usedforsecurity=False).hexdigest()
    return f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"


def organisation(
    mailboxes: int,
    configurations: int = 200,
    fault: Mapping[str, Value] | None = None,
    most_held: int = _MOST_HELD,
    profiles: int = PROFILES,
) -> Organisation:
    """An online organisation whose mailboxes have about so many distinct configurations.

    They are combinations of a profile with six columns: at most 64 for each profile.

    One mailbox in twenty has a failing finding, or each where a `fault` of all is given; each is
    a user's but for up to 1,000 queues. Of more profiles than usual one in twenty-five is not
    supported, so that as many causes are shared. Up to `most_held` mailboxes are made once and
    held, for they are read again and again.
    """
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    population = Population(NAME, now, online=True, place=EXCHANGE_ONLINE_ADDRESS)
    names = ["Microsoft Exchange Online", *(f"Exchange Online {n}" for n in range(2, profiles + 1))]
    ids = [population.add_profile(name, _profile(n)) for n, name in enumerate(names)]
    population.add_usual_users()
    crowd = max(0, mailboxes - population.named_mailboxes)
    made = _crowd(population, ids, crowd, configurations, now, fault or {})
    if crowd <= most_held:
        made["mailboxes"] = list(made["mailboxes"])
    population.add_crowd(made)
    return Organisation(
        name=NAME,
        display_name="Benchmark Ltd",
        deployment="online",
        version="9.2.24113.211",
        now=now,
        tables=population.tables(healthy_settings(ids[0])),
        tenant_id=TENANT_ID,
    )


def _profile(number: int) -> dict[str, Value]:
    impersonates = number >= PROFILES and number % _IMPERSONATING_ONE_IN == 0
    return exchange_online(incominguseimpersonation=impersonates)


def _crowd(
    population: Population,
    profiles: list[str],
    mailboxes: int,
    configurations: int,
    now: dt.datetime,
    fault: Mapping[str, Value],
) -> dict[str, Sequence[Row]]:
    queues = min(MOST_QUEUES, mailboxes // 20)
    users = mailboxes - queues
    sound = [
        _variant(population, profiles, n) | dict(fault)
        for n in range(max(1, configurations * 19 // 20))
    ]
    faulty = [
        _variant(population, profiles, n) | _FAULTS[n % len(_FAULTS)]
        for n in range(max(1, configurations // FAULTY_ONE_IN))
    ]
    person, queue = population.person(), population.queue()
    administrator = population.administrator
    moments = [instant(now - dt.timedelta(seconds=60 + 7 * n)) for n in range(120)]

    def make_user(number: int) -> Row:
        address = f"employee{number}@contoso.example"
        return Row(
            {
                "systemuserid": identity(_USERS, number),
                "fullname": f"Employee {number}",
                "internalemailaddress": address,
                "_defaultmailbox_value": identity(MAILBOXES, number),
            },
            person,
        )

    def make_queue(number: int) -> Row:
        return Row(
            {
                "queueid": identity(_QUEUES, number),
                "name": f"Team queue {number}",
                "emailaddress": f"team{number}@contoso.example",
                "_defaultmailbox_value": identity(MAILBOXES, users + number),
            },
            queue,
        )

    of_queue = queue_mailbox(sound[0])

    def make_mailbox(position: int) -> Row:
        number = position - users
        moment = moments[position * 7 % len(moments)]
        own: dict[str, Value] = {
            "mailboxid": identity(MAILBOXES, position),
            "versionnumber": 2000000 + position,
            "createdon": instant(
                now - dt.timedelta(days=30, minutes=position * _MINUTES // mailboxes)
            ),
            "processinglastattemptedon": moment,
            "lastsuccessfulsynccompletedon": moment,
        }
        if number >= 0:
            own["name"] = f"Team queue {number}"
            own["emailaddress"] = f"team{number}@contoso.example"
            own["_regardingobjectid_value"] = identity(_QUEUES, number)
            own[REGARDING_KIND] = "queue"
            own["_ownerid_value"] = administrator
            return Row(own, of_queue)
        own["name"] = f"Employee {position}"
        own["emailaddress"] = f"employee{position}@contoso.example"
        own["_regardingobjectid_value"] = identity(_USERS, position)
        own[REGARDING_KIND] = "systemuser"
        own["_ownerid_value"] = identity(_USERS, position)
        turn, place = divmod(position, FAULTY_ONE_IN)
        if place == FAULTY_ONE_IN - 1:
            return Row(own, faulty[turn % len(faulty)])
        return Row(own, sound[position % len(sound)])

    return {
        "systemusers": Rows(users, make_user),
        "queues": Rows(queues, make_queue),
        "mailboxes": Rows(mailboxes, make_mailbox),
    }


def _variant(population: Population, profiles: list[str], number: int) -> dict[str, Value]:
    """A working mailbox: the profile and every harmless column follow from the number."""
    rest, profile = divmod(number, len(profiles))
    values = population.working() | {"_emailserverprofile_value": profiles[profile]}
    for column, choices in _VARIATIONS:
        rest, chosen = divmod(rest, len(choices))
        values[column] = choices[chosen]
    return values
