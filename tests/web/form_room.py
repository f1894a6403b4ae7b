"""Forms without pages around them: opened over a real installation, drawn, sent as a browser would, and read again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

from litestar.testing import RequestFactory
from tests.web.browser_fields import FormFields
from tests.web.reading_room import NOW, furnished

from steerco.configuration.installation import Installation
from steerco.records import Action, Record
from steerco.web.app import create_app
from steerco.web.pages.forms.desk import FormDesk
from steerco.web.pages.forms.form import Form, form_of
from steerco.web.pages.forms.posted import Posted, read_form
from steerco.web.pages.frame.render import environment
from steerco.web.pages.frame.visit import Visit, visiting

PAGE = '{% import "forms/fields.html" as forms with context %}{{ forms.summary(form) }}{{ forms.form(form, "/x", "Go") }}'
URLENCODED = "application/x-www-form-urlencoded"


@cache
def house() -> Installation:
    """One installation for all tests that only read."""
    return furnished()


@cache
def _app() -> Any:
    return create_app(house(), demo=True, clock=lambda: NOW).app


@contextmanager
def visit(slug: str, language: str = "vi", now: datetime = NOW, **query: str) -> Iterator[Visit]:
    """A look at a committee by somebody who sees everything."""
    request = RequestFactory(app=_app()).get(
        f"/t/{slug}/x", query_params={"lang": language, "on": now.date().isoformat(), **query}
    )
    with visiting(request, slug) as opened:
        yield opened


def actions(opened: Visit) -> list[Action]:
    """Every action that people do, of every record type."""
    return [action for kind in opened.tenant.snapshot.types.values() for action in kind.acts().values()]


def desk_of(opened: Visit, action: str | Action, record: Record | None = None) -> FormDesk:
    """The desk of an action by its name."""
    found = opened.tenant.snapshot.action(action) if isinstance(action, str) else action
    assert found is not None
    return FormDesk(opened, found, record)


def drawn(form: Form) -> str:
    """The form as HTML, with its errors."""
    visit = form.desk.visit
    return str(environment().from_string(PAGE).render(t=visit.say, v=visit, form=form))


def page_of(desk: FormDesk, posted: Posted, **more: Any) -> str:
    """The form of a desk as HTML."""
    return drawn(form_of(desk, posted, "key-1", **more))


def sent(body: bytes, content_type: str = URLENCODED) -> Posted:
    """What the server reads of a request's body."""
    request = RequestFactory(app=_app()).post("/x", headers={"Content-Type": content_type})
    return read_form(request, body)


def resent(page: str, **changes: str) -> Posted:
    """What the server reads where a page is sent as it stands, with some fields changed."""
    return sent(FormFields(page).body(**changes))
