"""multi-factor-authentication: a second factor is demanded of the account of a hybrid profile."""

from rules.directions import evidence_of
from rules.edition import Edition
from rules.email_systems import Protocol
from rules.evidence import Evidence
from rules.facts import Declared, EmailServerProfile, Organization
from rules.option_sets import CredentialRetrieval
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.scope import is_on_premises, is_online
from rules.unknown import Unknown, all_of, any_of, is_one_of, known, negated
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

    What conditional access demands and what is declared must not contradict each other.
    """
    if not any_of(is_one_of(each.protocol, Protocol.EWS) for each in profile.connections):
        return NotApplicable("The profile does not speak to Exchange.")
    cloud = profile.reaches_exchange_online
    if all_of([is_on_premises(organization), cloud]):
        statements: tuple[str, ...] = ON_PREMISES_TO_EXCHANGE_ONLINE
    elif all_of([is_online(organization), negated(cloud)]):
        statements = ONLINE_TO_EXCHANGE_SERVER
    else:
        return NotApplicable("Dynamics 365 and Exchange are both online or both on-premises.")
    if not any(each in edition for each in statements):
        return NotApplicable("The edition says nothing of this pair.")
    to_exchange = [
        each for each in profile.connections if is_one_of(each.protocol, Protocol.EWS) is not False
    ]
    if all_of(is_one_of(each.credential_retrieval, *NO_PERSON) for each in to_exchange):
        return Pass(
            "The profile signs in without a person's account.",
            evidence_of(to_exchange, "credential_retrieval"),
            statements=statements,
        )
    by_person = [
        each
        for each in to_exchange
        if negated(is_one_of(each.credential_retrieval, *NO_PERSON)) is True
    ]
    return _demanded(profile, declared, evidence_of(by_person, "credential_retrieval"), statements)


def _demanded(
    profile: EmailServerProfile,
    declared: Declared,
    signs_in: tuple[Evidence, ...],
    statements: tuple[str, ...],
) -> Verdict:
    measured, said = profile.account_demands_multi_factor, declared.multi_factor_authentication
    if isinstance(measured, Unknown):
        demanded = known(said)
        evidence = signs_in + declared.evidence("multi_factor_authentication")
    else:
        demanded = measured
        evidence = signs_in + profile.evidence("account_demands_multi_factor")
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
        )
    return Pass(
        "Multi-factor authentication is not demanded of the account that the profile uses.",
        evidence,
        statements=statements,
    )
