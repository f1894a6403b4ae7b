"""The names of the duties that follow from other tables of a charter: reviews, publications, reports, meetings.

Such a table says what, when and by whom, and bears no name of its own.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs

from steerco.charter.model import Cadence, Charter, Label, WrittenRule
from steerco.charter.tables.lifetime import CHARTER, Lifetime
from steerco.charter.tables.publication_rule import PublicationRule
from steerco.i18n import Words, words


def with_derived_labels(charter: Charter) -> Charter:
    """Return a charter whose reviews, publications and reports are named in each language; the same where it has none."""
    asked = any(rule.or_on_request for rule in charter.cadences)
    reported = any(rule.reported for rule in charter.writings)
    if not (asked or charter.publications or reported or any(rule.review for rule in charter.lifetimes)):
        return charter
    return structs.replace(
        charter,
        cadences=tuple(_called(rule) for rule in charter.cadences),
        lifetimes=tuple(map(_reviewed, charter.lifetimes)),
        publications=tuple(map(_made_public, charter.publications)),
        writings=tuple(_reported(rule) if rule.reported else rule for rule in charter.writings),
    )


def _label(said: Callable[[Words, str], str], of: str) -> Label:
    return Label(*(said(words(language), of) for language in ("vi", "en")))


def _reviewed(rule: Lifetime) -> Lifetime:
    return structs.replace(rule, review=tuple(structs.replace(each, label=_label(_review, each.of)) for each in rule.review))


def _called(rule: Cadence) -> Cadence:
    if rule.or_on_request is None:
        return rule
    both = {language: words(language) for language in ("vi", "en")}
    named = {language: say("membership.request", "meeting", meeting=say.of(rule.label)) for language, say in both.items()}
    return structs.replace(rule, or_on_request=structs.replace(rule.or_on_request, label=Label(**named)))


def _made_public(rule: PublicationRule) -> PublicationRule:
    return structs.replace(rule, label=_label(_publish, rule.of))


def _reported(rule: WrittenRule) -> WrittenRule:
    return structs.replace(rule, label=_label(_report, rule.reported["in"]))


def _review(say: Words, of: str) -> str:
    if of == CHARTER:
        return say("membership.review", "charter")
    return say("membership.review", "kind", kind=say("kind", of) if say.has("kind", of) else of)


def _publish(say: Words, of: str) -> str:
    return say("membership.publish", "of", what=say("value", of) if say.has("value", of) else of)


def _report(say: Words, told_in: str) -> str:
    return say("membership.report", "written", told=told_in)
