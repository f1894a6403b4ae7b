"""Problems as pages, for browsers; programs get the problem itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

import msgspec
from litestar import Request, Response

from steerco.i18n import words
from steerco.web.http.problems import MEDIA, Anywhere, Problem
from steerco.web.http.sign_in import SignInNeeded
from steerco.web.pages.frame.language import of_stranger
from steerco.web.pages.frame.links import address
from steerco.web.pages.frame.render import page

FAULT = re.compile(r"[0-9a-f]{12}")
"""The number of a fault in the server's log, as a problem's detail tells it."""
SAID = frozenset(
    {
        "bad-form",
        "confined-sign-in",
        "cross-site",
        "foreign-form",
        "no-sign-in",
        "too-many-fields",
        "too-many-requests",
        "wrong-form-type",
    }
)
"""Problems that a page says in their own words, and not in those of their status."""

Handler = Callable[[Anywhere, Any], Response[bytes]]


class PageInstead(Exception):
    """Another page answers than the one that was asked for: its refusal, with who may."""

    def __init__(self, response: Response[bytes]) -> None:
        super().__init__(response.status_code)
        self.response = response


def handlers(handlers_by_error: Mapping[Any, Handler]) -> dict[Any, Handler]:
    """Return the handlers of exceptions, each answering with a page where a page is wanted."""
    own: dict[Any, Handler] = {PageInstead: lambda _, error: error.response}
    return {kind: _with_page(handler) for kind, handler in handlers_by_error.items()} | own


def _with_page(handler: Handler) -> Handler:
    def answer(request: Anywhere, error: Any) -> Response[bytes]:
        if isinstance(error, SignInNeeded) and wants_page(request):
            return to_sign_in(request)
        response = handler(request, error)
        if not wants_page(request) or response.media_type != MEDIA:
            return response
        problem = msgspec.json.decode(response.content, type=Problem)
        page_response = problem_page(request, problem)
        for name, value in response.headers.items():
            page_response.headers.setdefault(name, value)
        return page_response

    return answer


def page_of(scope: Any, problem: Problem) -> tuple[bytes, dict[str, str]] | None:
    """Return the page of a problem that arises before any handler, with its headers; None where no page is wanted."""
    request: Anywhere = Request(scope)
    if not wants_page(request):
        return None
    shown = problem_page(request, problem)
    return shown.content, {**shown.headers, "content-type": "text/html; charset=utf-8"}


def to_sign_in(request: Anywhere) -> Response[bytes]:
    """Lead a stranger to the sign-in page, and from there back."""
    raw = request.scope["query_string"].decode("ascii", "ignore")
    wanted = request.url.path + (f"?{raw}" if raw else "")
    parameters = {"to": wanted, "lang": (parse_qs(raw[:2000]).get("lang") or [""])[-1][:10]}
    return Response(b"", status_code=303, headers={"Location": address("/sign-in", parameters)}, media_type="text/html")


def wants_page(request: Anywhere) -> bool:
    """Return whether the request is a browser's, for a page: addresses of the API are answered as the API does."""
    parts = request.scope["path"].split("/")
    of_api = len(parts) > 3 and parts[1] == "t" and parts[3] in ("api", "schema")
    return not of_api and "text/html" in request.headers.get("accept", "")


def problem_page(request: Anywhere, problem: Problem) -> Response[bytes]:
    """Return the page of a problem: what happened, what to do next. It names nothing of any tenant."""
    raw = request.scope["query_string"].decode("ascii", "ignore")
    language = of_stranger(request, (parse_qs(raw[:2000]).get("lang") or [""])[-1])
    say = words(language)
    if problem.code in SAID:
        texts = {part: say.problem(problem.code, part, {}) for part in ("title", "detail", "next")}
        return page("problem.html", problem.status, t=say, told=texts, home=address("/", {"lang": language}), code=problem.code)
    kind = "400" if problem.status < 500 else "other"
    status = str(problem.status) if say.has("problem", f"{problem.status}_title") else kind
    number = FAULT.search(problem.detail) if problem.status == 500 else None
    texts = {part: say("problem", f"{status}_{part}", number=number[0] if number else "") for part in ("title", "detail", "next")}
    home = address("/", {"lang": language})
    return page("problem.html", problem.status, t=say, told=texts, home=home, code=problem.code)
