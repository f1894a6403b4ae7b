"""First drafts by kind of document. A clerk edits each before anybody signs; what the records do not hold is left open in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from steerco.extension.api import DocumentFacts, DocumentText, TenantFacts
from steerco_vn_documents import on_decisions, on_letters, on_meetings, on_plans, on_reports
from steerco_vn_documents.wording import Wording


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
    return composer(Wording(tenant, facts)) if composer else None
