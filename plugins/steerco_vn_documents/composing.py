"""First drafts by kind of document. A clerk edits each before anybody signs; what the records do not hold is left open in it.

A paper about no record has nothing to be worded from: its draft holds what is known all the same, and no open places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from steerco.extension.api import Block, DocumentFacts, DocumentText, TenantFacts
from steerco_vn_documents import on_decisions, on_letters, on_meetings, on_plans, on_reports
from steerco_vn_documents.wording import OPEN, Wording


def _minutes(w: Wording) -> DocumentText:
    return (on_reports.inspection_minutes if w.record.get("type") == "inspection" else on_meetings.minutes)(w)


def _conclusion(w: Wording) -> DocumentText:
    return (on_reports.inspection_conclusion if w.record.get("type") == "inspection" else on_meetings.conclusion_notice)(w)


COMPOSERS: Mapping[str, Callable[[Wording], DocumentText]] = {
    "invitation": on_meetings.invitation,
    "minutes": _minutes,
    "conclusion-notice": _conclusion,
    "programme": on_plans.plan,
    "plan": on_plans.plan,
    "report": on_reports.report,
    "submission": on_letters.submission,
    "decision": on_decisions.decision,
    "official-letter": on_letters.letter,
    "authorisation": on_decisions.authorisation,
    "commendation-proposal": on_decisions.commendation,
}


def compose(tenant: TenantFacts, facts: DocumentFacts) -> DocumentText | None:
    """Return the first draft; None for a kind that the decree does not know."""
    composer = COMPOSERS.get(facts.kind)
    if composer is None:
        return None
    text = composer(Wording(tenant, facts))
    return text if facts.records else _only_known(text)


def _only_known(text: DocumentText) -> DocumentText:
    """Return the words without those that are left open."""
    known = {
        name: said if OPEN not in (said := getattr(text, name)) else "" for name in ("title", "proposal", "opening", "closing")
    }
    recipients = tuple(line for line in text.recipients if OPEN not in line)
    enclosed = (replace(each, blocks=tuple(_headed(each.blocks, form=True))) for each in text.appendices)
    appendices = tuple(each for each in enclosed if each.blocks)
    return replace(text, **known, blocks=tuple(_headed(text.blocks)), appendices=appendices, recipients=recipients)


def _headed(blocks: Sequence[Block], *, form: bool = False) -> Iterator[Block]:
    """Yield the parts that are known, the lines of a ``form`` that its reader fills in, and the headings of what is not empty."""
    heading: Block | None = None
    for block in blocks:
        if block.kind == "heading":
            heading = block
        elif OPEN not in block.text or (form and block.kind == "field"):
            yield from () if heading is None else (heading,)
            heading = None
            yield block
