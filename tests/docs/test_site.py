"""The site of the documents: from the repository alone, every link leads somewhere, no other host is asked, a word is found."""

from __future__ import annotations

import json
import os
import posixpath
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import click
import pytest
from tests.browser import chromium

from steerco.cli.main import cli
from steerco.config.kinds import SCHEMAS
from steerco.extension import api
from steerco.web.openapi.document import general

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"""\s(?:href|src)="([^"]+)\"""")
LOADED = re.compile(r"""<(?:script|img|iframe|source|link(?![^>]*rel="canonical"))[^>]*\s(?:src|href)="([a-z]*:?//[^"]+)\"""")
ANCHOR = re.compile(r'\sid="([^"]+)"')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site. The build is strict: a link that leads nowhere ends it."""
    folder = tmp_path_factory.mktemp("site")
    settings = ROOT / "docs" / "site" / "mkdocs.yml"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-f", settings, "-d", folder]
    run = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, str]:
    return {path.relative_to(site).as_posix(): path.read_text("utf-8") for path in site.rglob("*.html")}


def test_nothing_of_a_page_comes_from_another_host(site: Path, pages: dict[str, str]) -> None:
    assert len(pages) > 60
    assert {address: name for name, page in pages.items() for address in LOADED.findall(page)} == {}
    styles = [path.read_text("utf-8") for path in site.rglob("*.css")]
    assert [found for style in styles for found in re.findall(r"url\(['\"]?(?:https?:)?//[^)]*", style)] == []


def test_every_link_leads_to_a_page_and_a_place_on_it(site: Path, pages: dict[str, str]) -> None:
    anchors = {name: set(ANCHOR.findall(page)) for name, page in pages.items()}
    lost = []
    for name, page in pages.items():
        if name == "404.html":
            continue  # its links begin at the root, since it stands for any address
        for address in set(ADDRESS.findall(page)):
            path, _, place = address.partition("#")
            if "://" in path or path.startswith(("mailto:", "data:")):
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(path))) if path else name
            if not (site / target).exists() or (
                place and target in anchors and unquote(place) not in anchors[target] | {"__comments"}
            ):
                lost.append((name, address))
    assert lost == []


def test_the_menu_has_a_tutorial_for_each_kind_of_user_and_every_page(site: Path, pages: dict[str, str]) -> None:
    menu = set(ADDRESS.findall(pages["index.html"]))
    documents = {path.relative_to(ROOT / "docs").with_suffix(".html").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert documents <= menu | {"index.html"}
    for section in ("Tutorials", "How to", "Reference", "Explanations"):
        assert section in pages["index.html"]


def commands(command: click.Command, context: click.Context) -> Iterator[str]:
    yield context.command_path
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from commands(below, click.Context(below, info_name=name, parent=context))


def test_the_reference_has_every_command_key_address_and_object(pages: dict[str, str]) -> None:
    told = {name: re.sub(r"<[^>]+>", "", page) for name, page in pages.items() if name.startswith("reference/")}
    for path in commands(cli, click.Context(cli, info_name="steerco")):
        assert path in told["reference/commands.html"]
    for name in api.__all__:
        assert name in told["reference/plugin-objects.html"]
    for address in json.loads(general())["paths"]:
        assert address in told["reference/addresses.html"]
    for kind, schema in SCHEMAS.items():
        for key in schema:
            assert key in told[f"reference/files/{kind}.html"]


def test_a_word_is_found_in_both_languages(site: Path) -> None:
    texts = [entry["text"] for entry in json.loads((site / "search" / "search_index.json").read_text("utf-8"))["docs"]]
    for word in ("casting vote", "chủ trì", "STEERCO_TRUSTED_PROXIES"):
        assert any(word in text for text in texts), word


@pytest.mark.skipif(not chromium.program(), reason=f"NOT TESTED: {chromium.MISSING}, so no browser has searched the documents")
def test_a_browser_searches_and_asks_no_other_host(site: Path) -> None:
    handler = partial(type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None}), directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        browser = chromium.Chromium()
        try:
            found, asked = browser.work(search, browser, f"http://127.0.0.1:{server.server_port}")
        finally:
            browser.close()
            server.shutdown()
    assert "membership.html" in found or "who-votes.html" in found
    assert {
        address for address in asked if not address.startswith((f"http://127.0.0.1:{server.server_port}/", "data:", "blob:"))
    } == set()


def search(browser: Any, address: str) -> tuple[str, list[str]]:
    """Look for a word on the first page; the addresses of what is found, and everything that the browser asked for."""
    asked: list[str] = []
    context = browser.context(1280, "en")
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/index.html")
    page.locator("input.md-search__input").click()
    page.locator("input.md-search__input").fill("alternate")
    results = page.locator("a.md-search-result__link")
    results.first.wait_for(state="attached")
    found = " ".join(link.get_attribute("href") or "" for link in results.all())
    context.close()
    return found, asked
