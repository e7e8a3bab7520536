"""multi-factor-authentication: a second factor is demanded of the account of a hybrid profile."""

from rules.directions import directions_where, evidence_of, names_of
from rules.edition import Edition
from rules.email_systems import Protocol
from rules.facts import Connection, Declared, EmailServerProfile, Organization
from rules.option_sets import CredentialRetrieval
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.scope import is_on_premises, is_online, led_online
from rules.unknown import Unknown, any_of, both, either, is_one_of, known, negated
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict

ONLINE_TO_EXCHANGE_SERVER = ("S17-66", "ON9-70", "CUR-48")
ON_PREMISES_TO_EXCHANGE_ONLINE = ("S17-67", "ON9-71", "OP9-48", "CUR-49")

NO_PERSON = (
    CredentialRetrieval.SERVER_TO_SERVER,
    CredentialRetrieval.EXCHANGE_HYBRID_MODERN,
    CredentialRetrieval.ENTRA_OAUTH,
)
"""Ways to sign in as an application, of which no second factor can be asked."""


@rule(
    id="multi-factor-authentication",
    title="Multi-factor authentication is demanded of the account that a hybrid profile uses",
    kind="support",
    severity="error",
    effect="unsupported",
    repair="sign-in",
    statements=ONLINE_TO_EXCHANGE_SERVER + ON_PREMISES_TO_EXCHANGE_ONLINE,
    source=SUPPORT_PAGE,
    remedy=(
        "Sign in without a person's account (server-to-server or hybrid modern authentication), or "
        "let a Conditional Access administrator except the profile's account from multi-factor "
        "authentication."
    ),
)
def check(
    profile: EmailServerProfile, organization: Organization, declared: Declared, edition: Edition
) -> Verdict:
    """Speaks of Dynamics 365 (online) to Exchange Server and (on-premises) to Exchange Online.

    Each direction is judged that leads there, wherever the other one leads. What conditional access
    demands and what is declared must not contradict each other.
    """
    by_ews = {
        each.direction: is_one_of(each.protocol, Protocol.EWS) for each in profile.connections
    }
    if not any_of(by_ews.values()):
        return NotApplicable("The profile does not speak to Exchange.")
    led = led_online(profile)
    statements: tuple[str, ...]
    if known(is_on_premises(organization)):
        statements, crosses = ON_PREMISES_TO_EXCHANGE_ONLINE, led
    elif known(is_online(organization)):
        statements = ONLINE_TO_EXCHANGE_SERVER
        crosses = {each: both(by_ews[each], negated(led[each])) for each in led}
    else:
        crosses = {}
    if not any_of(crosses.values()):
        return NotApplicable("Dynamics 365 and Exchange are both online or both on-premises.")
    if not any(each in edition for each in statements):
        return NotApplicable("The edition says nothing of this pair.")
    by_person = directions_where(
        profile,
        lambda each: both(
            crosses[each.direction], negated(is_one_of(each.credential_retrieval, *NO_PERSON))
        ),
    )
    if not by_person:
        across = [each for each in profile.connections if crosses[each.direction] is True]
        return Pass(
            "The profile signs in without a person's account.",
            evidence_of(across, "credential_retrieval"),
            statements=statements,
        )
    return _demanded(profile, by_person, declared, statements)


def _demanded(
    profile: EmailServerProfile,
    by_person: tuple[Connection, ...],
    declared: Declared,
    statements: tuple[str, ...],
) -> Verdict:
    alone = [profile.used_for(each.direction) for each in by_person]
    measured = either(*(each.account_demands_multi_factor for each in alone))
    said = declared.multi_factor_authentication
    signs_in = evidence_of(by_person, "credential_retrieval")
    if isinstance(measured, Unknown):
        demanded = known(said)
        evidence = signs_in + declared.evidence("multi_factor_authentication")
    else:
        demanded = measured
        shown = (e for each in alone for e in each.evidence("account_demands_multi_factor"))
        evidence = tuple(dict.fromkeys((*signs_in, *shown)))
        if not isinstance(said, Unknown):
            evidence += declared.evidence("multi_factor_authentication")
            if said is not measured:
                return Undetermined(
                    "Whether multi-factor authentication is demanded is declared in one way and "
                    "read in the other.",
                    "Correct multi_factor_authentication in the configuration, or the policies.",
                    evidence=evidence,
                    statements=statements,
                )
    if demanded:
        return Fail(
            "Multi-factor authentication is demanded of the account that the profile uses.",
            evidence,
            statements=statements,
            directions=names_of(by_person),
        )
    return Pass(
        "Multi-factor authentication is not demanded of the account that the profile uses.",
        evidence,
        statements=statements,
    )
