"""The pages of daily work, and those record types whose page and list are of this room."""

from __future__ import annotations

from typing import Any

from steerco.web.pages.acts.own_pages import OWN_LISTS, OWN_PAGES, OwnPage
from steerco.web.pages.work.agency import agencies, agency
from steerco.web.pages.work.archive import archive, package
from steerco.web.pages.work.attendance import attendance
from steerco.web.pages.work.budget import budget_content
from steerco.web.pages.work.calendar import calendar
from steerco.web.pages.work.competence import competence_data, competence_map
from steerco.web.pages.work.consultation import consultation_content
from steerco.web.pages.work.document import document_content_page, preview
from steerco.web.pages.work.downloads import paper
from steerco.web.pages.work.fields import field, fields
from steerco.web.pages.work.home import home
from steerco.web.pages.work.matter import matter_content
from steerco.web.pages.work.meeting import meeting_content
from steerco.web.pages.work.mine import mine
from steerco.web.pages.work.notices import choose, notices
from steerco.web.pages.work.programme import programme_content
from steerco.web.pages.work.report import report_content
from steerco.web.pages.work.tasks import task_content, tasks
from steerco.web.pages.work.tracker import tracker
from steerco.web.pages.work.week import week
from steerco.web.pages.work.whole_week import whole_week, whole_week_data

WORK: tuple[Any, ...] = (
    home,
    mine,
    week,
    whole_week,
    whole_week_data,
    competence_map,
    competence_data,
    calendar,
    attendance,
    agencies,
    agency,
    paper,
    preview,
    notices,
    choose,
    fields,
    field,
    tracker,
    archive,
    package,
)

OWN_LISTS |= {"task": tasks}
OWN_PAGES |= {
    "meeting": OwnPage("work/meeting.html", meeting_content),
    "task": OwnPage("work/task.html", task_content),
    "matter": OwnPage("work/matter.html", matter_content),
    "consultation": OwnPage("work/consultation.html", consultation_content),
    "budget": OwnPage("work/budget.html", budget_content),
    "document": OwnPage("work/document.html", document_content_page),
    "report": OwnPage("work/report.html", report_content),
    "programme": OwnPage("work/programme.html", programme_content),
}
