"""The road that every change of configuration takes in a browser: prepared as texts of files, kept, tried, then applied.

Whoever changes a file, a house rule or a plugin's settings calls ``prepared``; the page of the plan is where it goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from litestar import Response

from steerco.cases.trial import Trials
from steerco.changes import pending
from steerco.changes.pending import ChangeDraft
from steerco.changes.prepared import Stored, in_use
from steerco.configuration.load import load
from steerco.configuration.risk import Weight, heaviest, weigh
from steerco.operations.background import BackgroundFull
from steerco.web.http.problems import RequestError
from steerco.web.pages.admin.desk import Desk, led
from steerco.web.pages.frame.visit import Visit


def trials_of(visit: Visit) -> Trials:
    """Return the trials of this process."""
    trials: Trials = visit.request.app.state.trials
    return trials


def current(visit: Visit) -> Stored:
    """Return the revision in use, with its files."""
    found = in_use(visit.service.installation, visit.tenant.snapshot.slug)
    if found is None:  # its first apply was cut off
        raise RequestError(404, "no-such-path")
    return found


def weight_of(visit: Visit, before: Mapping[str, str], after: Mapping[str, str]) -> Weight:
    """Return how much a change weighs; one with a file that cannot be read weighs all, until it can."""
    slug = visit.tenant.snapshot.slug
    try:
        return heaviest(weigh(slug, before, after))
    except ValueError:  # no TOML
        return "risky"


def reads(visit: Visit, content: Mapping[str, str]) -> bool:
    """Return whether these files hold no error, so that a plan can be made of them."""
    installation = visit.service.installation
    return load(visit.tenant.snapshot.slug, content, installation.types, installation.plugins).snapshot is not None


def prepared(
    visit: Visit, desk: Desk, kind: str, base: Stored, content: Mapping[str, str], *, id: str = "", back_to: int = 0
) -> Response[bytes]:
    """Keep a change, begin its trial where the files hold no error, and lead to its plan. ``id``: in the place of that change."""
    files = pending.differences(base.content, content)
    change = ChangeDraft(desk.account, desk.person, kind, base.number, files, back_to)
    running = visit.tenant.running
    kept = pending.keep(running, change, visit.now, id)
    if reads(visit, content):
        begin(visit, kept)
    return led(visit.links.to("admin", "plan", kept))


def begin(visit: Visit, id: str) -> None:
    """Begin the trial of a change; where too many wait already, its page says so and lets one begin it later."""
    with suppress(BackgroundFull):
        trials_of(visit).begin(visit.tenant.snapshot.slug, id)
