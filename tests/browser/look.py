"""Screenshots of pages, at three widths and in both languages, to look at.

    python -m tests.browser.look /t/national-committee/ /t/most-steering-board/duties
    python -m tests.browser.look http://127.0.0.1:8000/t/national-committee/ --out /tmp/mine --width 360 --language vi

A path is looked at in a demonstration that is started for it (some ten seconds) and ended after; a whole address where it is
served. ``--language`` and ``--width`` may be given several times. ``--dark`` has the system dark, ``--print`` makes PDFs as a
printer gets them, ``--no-script`` switches scripts off, ``--whole`` takes the page to its foot instead of the first screen,
``--cookie NAME=VALUE`` goes with each request (a sign-in). The pictures go to ``--out``, else into a folder for temporary
files, never into the repository; the file's name says page, language and width. What is wrong at a glance (a page that is wider
than its screen, an error) is told beside.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from tests.browser.chromium import HEIGHTS, MISSING, Chromium, program
from tests.browser.demonstration import demonstration


def main() -> None:
    asked = _arguments().parse_args()
    if not program():
        sys.exit(MISSING)
    out = Path(asked.out or Path(tempfile.gettempdir()) / "steerco-look")
    out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        base = ""
        if any(url.startswith("/") for url in asked.url):
            base = stack.enter_context(demonstration()).url
        chromium = Chromium()
        stack.callback(chromium.close)
        for told in chromium.work(lambda: list(_look(chromium, base, asked, out))):
            print(told)


def _look(chromium: Chromium, base: str, asked: argparse.Namespace, out: Path) -> Iterator[str]:
    for language in asked.language or ("vi", "en"):
        for width in asked.width or HEIGHTS:
            scheme = "dark" if asked.dark else "light"
            with chromium.context(width, language, script=not asked.no_script, color_scheme=scheme) as context:
                page = context.new_page()
                for url in asked.url:
                    address = in_language(base + url if url.startswith("/") else url, language)
                    context.add_cookies([_cookie(each, address) for each in asked.cookie])
                    answer = page.goto(address)
                    file = out / f"{_name(url)}-{language}-{width}{'-dark' if asked.dark else ''}"
                    if asked.print:
                        page.pdf(path=(file := file.with_suffix(".pdf")), format="A4")
                    else:
                        page.screenshot(path=(file := file.with_suffix(".png")), full_page=asked.whole)
                    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                    wrong = [f"{answer.status}"] if answer and answer.status >= 400 else []
                    wrong += [f"{over} px too wide"] if over > 0 else []
                    yield f"{file}{': ' if wrong else ''}{', '.join(wrong)}"


def in_language(url: str, language: str) -> str:
    """The same address, asking for a language."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "lang"]
    return urlunsplit(parts._replace(query=urlencode([*kept, ("lang", language)])))


def _name(url: str) -> str:
    parts = urlsplit(url)
    return re.sub(r"[^a-z0-9.]+", "-", f"{parts.path}-{parts.query}".lower()).strip("-") or "home"


def _cookie(given: str, url: str) -> dict[str, str]:
    name, _, value = given.partition("=")
    return {"name": name, "value": value, "url": url}


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.browser.look", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("url", nargs="+")
    parser.add_argument("--out")
    parser.add_argument("--language", action="append", choices=("vi", "en"))
    parser.add_argument("--width", action="append", type=int)
    parser.add_argument("--cookie", action="append", default=[], metavar="NAME=VALUE")
    for switch in ("--dark", "--print", "--no-script", "--whole"):
        parser.add_argument(switch, action="store_true")
    return parser


if __name__ == "__main__":
    main()
