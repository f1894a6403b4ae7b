"""Two versions side by side: the text that differs, and the powers and duties that come and go by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from tests.web.conftest import MOST, NATIONAL, START, installed
from tests.web.reading_room import NOW, Page, opened
from tests.web.signed_in import Browser, signed_in

from steerco.cases.world import seed
from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation


class Amended(NamedTuple):
    """A committee with a second version of its charter, as its head reads it, and what differs in it."""

    installation: Installation
    browser: Browser
    slug: str
    lost: str

    def page(self, **params: str) -> Page:
        given = self.browser.get(f"/t/{self.slug}/charter/compare", params={"lang": "en", **params})
        assert given.status_code == 200
        return Page(given.text)


GONE = {
    NATIONAL: "p, vice-chair,           committee,     direction,               issue,",
    MOST: "p, deputy-head, board, direction, issue, to=member,",
}


def amended(slug: str) -> dict[str, str]:
    """The files of a committee with a second charter from June 2021 on: other words in one clause, a shorter period of meetings,
    and one line of the policy less."""
    content = dict(Home(shipped()).content(slug))
    charter, policy = f"tenants/{slug}/charter.toml", f"policies/{slug}.csv"
    second = content[charter].replace(f'policy = "{slug}.csv"', f'policy = "{slug}-2.csv"')
    for old, new in (
        (r'every = "quarter"', 'every = "month"'),
        (r'(?m)^id = ".*"$', 'id = "2/2021"'),
        (r"(?m)^effective = .*$", "effective = 2021-06-01"),
        (r"(?m)^not_before = .*$", ""),
    ):
        second = re.sub(old, new, second, count=1)
    content[f"tenants/{slug}/second.toml"] = second
    content[f"policies/{slug}-2.csv"] = "\n".join(
        line for line in content[policy].splitlines() if not line.startswith(GONE[slug])
    )
    tenant = f"tenants/{slug}/tenant.toml"
    content[tenant] = content[tenant].replace('charters = ["charter.toml"]', 'charters = ["charter.toml", "second.toml"]')
    return content


@pytest.fixture(scope="module", params=[NATIONAL, MOST])
def pair(request: pytest.FixtureRequest) -> Iterator[Amended]:
    installation, slug = installed(), request.param
    installation.apply(slug, amended(slug), at=START, who="operator", why="a second version", seed=seed)
    with opened(installation, demo=False, now=NOW) as client:
        head = installation.tenant(slug).snapshot.regime_on(START.date()).charter.bodies[0].head
        yield Amended(installation, signed_in(client, installation, slug, head), slug, GONE[slug])
    installation.store.close()


def test_the_power_that_is_gone_and_the_duty_that_is_another_are_told(pair: Amended) -> None:
    page = pair.page(**{"from": "2021-05-01", "to": "2021-07-01"})
    text = page.text.partition("Two days compared What was")[2]
    lost = text.partition("Lost (")[2].partition("Duties")[0]
    assert "direction" in lost
    assert "Gained (" not in text
    duties = text.partition("Duties")[2]
    assert "every quarter" in duties.casefold() or "quarterly" in duties.casefold() or "once a quarter" in duties.casefold()
    assert "month" in duties


def test_the_same_days_hold_the_same(pair: Amended) -> None:
    assert "The same texts were in force on both days" in pair.page(**{"from": "2021-03-01", "to": "2021-04-01"}).text


def test_a_day_that_is_none_is_told_at_its_field(pair: Amended) -> None:
    given = pair.browser.get(f"/t/{pair.slug}/charter/compare", params={"from": "31/02/2021", "lang": "en"})
    assert given.status_code == 400
    assert "February 2021" in Page(given.text).text
