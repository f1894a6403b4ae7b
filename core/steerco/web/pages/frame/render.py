"""From a template to an answer."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Response
from markupsafe import Markup

from steerco.i18n import words

HTML = "text/html"
"""The framework adds the charset."""
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
"""Nothing inline, nothing from elsewhere, no script at all."""


@cache
def environment() -> Environment:
    """Return the templates, every value escaped, every missing name an error."""
    templates = Environment(
        loader=PackageLoader("steerco.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["static"] = static
    templates.globals["coloured"] = coloured
    templates.globals["named"] = own_name
    templates.filters["in_textarea"] = in_textarea
    return templates


def in_textarea(text: object) -> Markup:
    """Return a text as the content of a textarea. Quotes stay as they are there: a file has thousands, each five letters longer
    when escaped."""
    return Markup(str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def own_name(language: str) -> str:
    """Return a language's own name."""
    return words(language)("language", "name")


@cache
def static(name: str) -> str:
    """Return the address of a static file, which changes with its content."""
    return f"/static/{name}?v={sha256(content(name)).hexdigest()[:10]}"


def coloured(colour: str) -> str:
    """Return the address of the sheet that puts a committee's colour over the program's: a file of its own, since nothing is
    inline."""
    return f"/static/colour-{colour.removeprefix('#').lower()}.css"


@cache
def content(name: str) -> bytes:
    """Return a static file."""
    return (files("steerco.web") / "static" / name).read_bytes()


def page(template: str, status: int = 200, **context: Any) -> Response[bytes]:
    """Return a rendered page."""
    body = environment().get_template(template).render(context).encode()
    headers = {"Content-Security-Policy": POLICY, "Content-Language": context["t"].language, "Vary": "Accept-Language, Accept"}
    return Response(body, status_code=status, media_type=HTML, headers=headers)
