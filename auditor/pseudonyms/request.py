"""What is asked of an audit, with pseudonyms in the place of what the configuration names."""

from collections.abc import Iterator

from msgspec.structs import replace

from auditor.model import Audit
from auditor.pseudonyms.pseudonyms import Pseudonyms
from auditor.request import Request, Waiver
from connectors.normalisation.declared import Declarations


def redacted(request: Request, found: Audit, pseudonyms: Pseudonyms) -> Request:
    """The request; `found` is the audit without pseudonyms, which knows whom a waiver covers."""
    return replace(
        request,
        environment=pseudonyms.name(request.environment),
        url=pseudonyms.location(request.url),
        declarations=_declarations(request.declarations, pseudonyms),
        waivers=tuple(_waivers(request, found, pseudonyms)),
    )


def _declarations(given: Declarations, pseudonyms: Pseudonyms) -> Declarations:
    values = {
        key: tuple(pseudonyms.location(str(each)) for each in value)
        if isinstance(value, list | tuple)
        else value
        for key, value in given.values.items()
    }
    return replace(
        given,
        values=values,
        builds={pseudonyms.location(host): build for host, build in given.builds.items()},
        providers={pseudonyms.location(host): name for host, name in given.providers.items()},
    )


def _waivers(request: Request, found: Audit, pseudonyms: Pseudonyms) -> Iterator[Waiver]:
    """A waiver for each finding that meets one, by its subject's id; and those that hold for all.

    A pattern of names fits no pseudonym.
    """
    covered = {
        (each.rule, each.subject.kind, each.subject.id)
        for each in found.findings()
        if each.waived is not None
    }
    for waiver in request.waivers:
        if waiver.environment is not None and waiver.environment != request.environment:
            continue
        general = replace(
            waiver,
            reason=pseudonyms.name(waiver.reason),
            owner=None if waiver.owner is None else pseudonyms.name(waiver.owner),
            ticket=None if waiver.ticket is None else pseudonyms.name(waiver.ticket),
            environment=None,
        )
        if waiver.subject is None:
            yield general
            continue
        for rule, kind, id in sorted(covered):
            if rule == waiver.rule and waiver.subject.startswith(f"{kind}:"):
                yield replace(general, subject=f"{kind}:{_id(kind, id, pseudonyms)}")


def _id(kind: str, id: str, pseudonyms: Pseudonyms) -> str:
    if kind == "email-system":
        return pseudonyms.location(id)
    return pseudonyms.guid(id) if id else "*"
