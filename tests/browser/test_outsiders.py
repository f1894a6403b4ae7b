"""Who has no seat, at a browser: the head of an agency, a guest, a substitute, a mobilised expert. Each takes up an invitation
to an account, sees what their clause gives, and nothing else.

Of the Committee's substitutes it is the one of December: the other serves in the Working Group later and so sees all of it.
"""

from __future__ import annotations

import json
import re
import subprocess
from typing import NamedTuple

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import PageAt
from tests.browser.demonstration import STEERCO, Demonstration
from tests.browser.people import MOST, NATIONAL, text

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.slow]

SECRET = "sáng nay trời mưa trên sông Hồng"
TYPE = re.compile(r"/records/([a-z-]+)(?:\?|$)")
ONE = re.compile(r"/records/meeting/(M-\d+-\d+)(?:\?|$)")
OWN = {"x-ical-feed"}
"""What anybody may make for themselves: a feed of the own calendar."""
ADDRESSED = {
    *("portfolio", "direction", "acknowledgement", "document", "task", "report"),
    *("information-request", "check", "guidance", "inspection"),
}
"""What goes to an agency, and (2.5 of both) the fields of work that it coordinates."""
FILED = {"proposal", "matter"}
"""What the head of an agency brings in: 10.1 of the Committee's regulation, 11.2 of the Board's."""


class Outsider(NamedTuple):
    """A person of the lived year. ``owed``: types of which they see a record by their clause; ``more``: others that it may give,
    nothing besides."""

    slug: str
    person: str
    owed: set[str]
    more: set[str]


OUTSIDERS = {
    "the head of an agency, Committee": Outsider(
        NATIONAL, "bo-truong-y-te", {"task"}, ADDRESSED | FILED | {"meeting", "consultation", "consultation-reply"}
    ),
    "the head of a unit, Board": Outsider(MOST, "vt-phap-che", {"task"}, ADDRESSED | FILED | {"meeting"}),
    "a guest, Committee": Outsider(
        NATIONAL, "chu-tich-da-nang", {"meeting"}, ADDRESSED | FILED | {"consultation", "consultation-reply"}
    ),
    "a guest mobilised as an expert, Board": Outsider(MOST, "chuyen-gia", {"meeting", "mobilisation"}, {"document"}),
    "a substitute, Committee": Outsider(NATIONAL, "cuc-truong-an-ninh-mang", {"meeting"}, {"document", "task", "substitution"}),
    "a substitute, Board": Outsider(MOST, "pvt-khtc", {"meeting"}, {"document", "secondment"}),
    "a mobilised expert, Committee": Outsider(NATIONAL, "chuyen-gia-do-thi", {"mobilisation"}, {"meeting", "document", "task"}),
}


def entered(page: Page, served: Demonstration, who: Outsider) -> None:
    """Take up an invitation to an account, as its link leads."""
    command = [*STEERCO, "account", "invite", who.slug, "--person", who.person, "--json", "--home", str(served.home)]
    told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=served.home).stdout)
    page.goto(f"/invitation/{told['link'].rpartition('/')[2]}?lang=en")
    page.locator("input[name=name]").fill(f"{who.person}@{who.slug}")
    for field in page.locator("input[type=password]").all():
        field.fill(SECRET)
    page.locator("button.main").click()


def links(page: Page, path: str, pattern: re.Pattern[str]) -> set[str]:
    """What the links of a page lead to."""
    page.goto(path)
    found = [pattern.search(each.get_attribute("href") or "") for each in page.locator("main a").all()]
    return {match[1] for match in found if match}


@pytest.mark.parametrize("who", OUTSIDERS.values(), ids=list(OUTSIDERS))
def test_they_see_what_their_clause_gives_and_nothing_else(page_at: PageAt, served: Demonstration, who: Outsider) -> None:
    page, stranger, base = page_at(360, "en"), page_at(1280, "en"), f"/t/{who.slug}"
    entered(page, served, who)
    shown = links(page, f"{base}/records?lang=en", TYPE)
    assert who.owed <= shown
    assert shown <= who.owed | who.more | OWN
    assert "Admin" not in page.locator("header").inner_text()
    own = links(page, f"{base}/records/meeting?lang=en", ONE)
    others = links(stranger, f"{base}/records/meeting?lang=en", ONE) - own
    assert others, "the demonstration shows a stranger all of them"
    for path in (f"records/meeting/{min(others)}", "admin"):
        answer = page.goto(f"{base}/{path}?lang=en")
        assert answer is not None
        assert answer.status in (403, 404), path
    if own:
        page.goto(f"{base}/records/meeting/{min(own)}?lang=en")
        assert min(own) in text(page)
