"""The pages of administration, by address."""

from __future__ import annotations

from typing import Any

from steerco.web.pages.acts.own_pages import OWN_PAGES, OwnPage
from steerco.web.pages.admin import files, house, openid_links, overview, plan, proposals, revisions
from steerco.web.pages.admin.accounts import ACCOUNTS
from steerco.web.pages.admin.amendment import amendment_content
from steerco.web.pages.admin.enter import ENTER
from steerco.web.pages.admin.people import PEOPLE
from steerco.web.pages.admin.plugins import PLUGINS
from steerco.web.pages.admin.tokens import TOKENS

ADMIN: tuple[Any, ...] = (
    overview.overview,
    house.house,
    house.house_rule,
    house.change_house_rule,
    openid_links.openid_links,
    openid_links.decide_openid_link,
    files.files,
    files.hand_in,
    files.file_text,
    files.edit,
    files.save,
    proposals.proposals,
    proposals.decide_proposals,
    plan.changes,
    plan.plan,
    plan.decide,
    revisions.revisions,
    revisions.revision,
    revisions.go_back,
    *ACCOUNTS,
    *PEOPLE,
    *TOKENS,
    *ENTER,
    *PLUGINS,
)

OWN_PAGES |= {"amendment": OwnPage("admin/amendment.html", amendment_content)}
