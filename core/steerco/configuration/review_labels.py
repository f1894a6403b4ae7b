"""The names of the duties that a charter's lifetimes bring: a table of reviews says when and by whom, and bears no name."""

from __future__ import annotations

from msgspec import structs

from steerco.charter.lifetime import CHARTER, Lifetime, ReviewRule
from steerco.charter.model import Charter, Label
from steerco.i18n import words


def with_review_labels(charter: Charter) -> Charter:
    """Return a charter whose reviews are named in each language; the same where it has none."""
    if not any(rule.review for rule in charter.lifetimes):
        return charter
    return structs.replace(charter, lifetimes=tuple(map(_named, charter.lifetimes)))


def _named(rule: Lifetime) -> Lifetime:
    return structs.replace(rule, review=tuple(structs.replace(each, label=_label(each)) for each in rule.review))


def _label(each: ReviewRule) -> Label:
    return Label(*(_said(language, each.of) for language in ("vi", "en")))


def _said(language: str, of: str) -> str:
    say = words(language)
    if of == CHARTER:
        return say("membership.review", "charter")
    return say("membership.review", "kind", kind=say("kind", of) if say.has("kind", of) else of)
