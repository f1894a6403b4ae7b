"""Every page that links lead to, and what is wrong with it.

Pages of one sort (the record of another meeting, the list with another filter) are alike, so of each sort one is looked at,
and of the forms of acts some.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlencode, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Error, Page
from tests import sweep
from tests.browser.look import in_language

AT_MOST = 260
"""Pages of one crawl; more than that and the sorts are cut too finely."""
HEAD = 90
"""Pixels that the head may take on a phone."""
BYTES, REQUESTS = 100_000, 6
"""What a page may weigh, beside the text of a file that is edited on it."""
PATHS = re.compile(r"\b(?:tenants|policies|law|plugins|core)/[\w./-]+|\b(?:tenant|charter|house|people)\.toml\b|\b[\w-]+\.py\b")
ADDRESS = re.compile(r"https?://\S+")
"""An answer that can be quoted has its address with it, and ids stand in addresses."""
UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)
MANY = {"charter", "meeting", "accounts", "tokens", "revisions", "house", "people", "plan"}
"""Below what of an address each page is one of many that are alike."""
FORMS = 12
"""Forms of acts that are looked at, which differ by their fields."""
TIMES = sweep.number(4, 1)
"""How often axe-core looks at a sort of page, of all crawls: what it finds lies in the markup, which has little to do with
language and width, and it takes half of a crawl's time."""
ALIKE = {"on", "page", "before", "from", "to"}
"""What of an address makes no other sort of page: another day, another page of a list."""

FACTS = """() => {
  const head = document.querySelector('header');
  const texts = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) texts.push(walk.currentNode.data);
  const loaded = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
  return {
    over: document.documentElement.scrollWidth - innerWidth,
    head: head ? Math.round(head.getBoundingClientRect().height) : 0,
    h1: document.querySelectorAll('h1').length,
    title: document.title,
    language: document.documentElement.lang,
    text: texts.join('\\n'),
    bytes: loaded.reduce((sum, each) => sum + each.encodedBodySize, 0)
      - [...document.querySelectorAll('textarea')].reduce((sum, each) => sum + new Blob([each.defaultValue]).size, 0),
    requests: loaded.length,
    links: [...document.querySelectorAll('a[href]')].map(each => each.href),
  };
}"""


@dataclass(frozen=True, order=True)
class Flaw:
    """Something wrong with a page. ``sort`` says with which pages; ``path`` is one of them."""

    check: str
    sort: str
    told: str = field(compare=False)
    path: str = field(compare=False)

    def __str__(self) -> str:
        return f"{self.check}: {self.sort}: {self.told} ({self.path})"


@dataclass
class Crawl:
    """One look at all pages below an address, in one language and at one width."""

    context: BrowserContext
    base: str
    language: str
    raw: Collection[str] = ()
    """Ids that no page shows."""
    flaws: list[Flaw] = field(default_factory=list)
    seen: dict[str, list[str]] = field(default_factory=dict)
    """Addresses that were looked at, by sort."""

    axed: Counter[str] = field(default_factory=Counter)
    """How often axe-core has looked at a sort; crawls may share it."""
    wrong: list[tuple[str, str]] = field(default_factory=list)
    """What the browser told of the page that is looked at."""

    def run(self, start: str, within: str) -> Crawl:
        """Look at ``start`` and at what links lead to from there, at ``within`` and below it."""
        ahead, known, page = [start], {start}, self.context.new_page()
        page.on("console", lambda message: self._hear("console", message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self._hear("console", str(error)))
        page.on("request", lambda asked: None if asked.url.startswith(self.base) else self._hear("host", asked.url))
        while ahead and sum(map(len, self.seen.values())) < AT_MOST:
            for link in self._look(page, ahead.pop(0)):
                if link not in known and f"{urlsplit(link).path}/".startswith(f"{within}/"):
                    known.add(link)
                    ahead.append(link)
        page.close()
        return self

    def _hear(self, check: str, told: str) -> None:
        self.wrong.append((check, told))

    def _look(self, page: Page, path: str) -> list[str]:
        """What is wrong with a page is kept; answers the links on it."""
        kind = sort(path)
        if len(self.seen.get(kind, [])) >= (FORMS if "/do/" in kind else 1):
            return []
        self.wrong.clear()
        self.seen.setdefault(kind, []).append(path)
        try:
            answer = page.goto(in_language(self.base + path, self.language))
        except Error as error:
            if "Download is starting" not in str(error):
                raise
            return []  # a file: what it holds is for other tests
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            return []
        if answer.status != 200:
            self._hear("status", str(answer.status))
        facts = page.evaluate(FACTS)
        narrow = (page.viewport_size or {"width": 0})["width"] <= 360
        told = [*self.wrong, *_plain(facts, self.language, self.raw, narrow=narrow)]
        if self.axed[kind] < (FORMS if "/do/" in kind else TIMES):
            self.axed[kind] += 1
            told += _axe(page)  # last, since axe is no part of the page
        self.flaws += [Flaw(check, kind, what, path) for check, what in told]
        return [_local(link) for link in facts["links"] if link.startswith(self.base)]


def _plain(facts: dict[str, Any], language: str, raw: Collection[str], *, narrow: bool) -> Iterator[tuple[str, str]]:
    if facts["language"] != language:
        yield "language", facts["language"]
    if facts["over"] > 0:
        yield "sideways", f"{facts['over']} px wider than the screen"
    if narrow and facts["head"] > HEAD:
        yield "head", f"{facts['head']} px"
    if facts["h1"] != 1:
        yield "h1", f"{facts['h1']} of them"
    if facts["bytes"] > BYTES:
        yield "bytes", f"{facts['bytes']}"
    if facts["requests"] > REQUESTS:
        yield "requests", f"{facts['requests']}"
    for check, pattern in (("file-path", PATHS), ("raw-id", UUID)):
        if found := pattern.search(facts["text"]):
            yield check, found.group()
    said = ADDRESS.sub("", facts["text"])
    if shown := sorted(set(re.findall(r"[\w.:@-]+", said)) & set(raw)):
        yield "raw-id", ", ".join(shown[:5])


def _axe(page: Page) -> Iterator[tuple[str, str]]:
    for each in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]:
        if each["impact"] in ("serious", "critical"):
            yield f"axe:{each['id']}", f"{each['help']}: {each['nodes'][0]['html'][:160]}"


def _local(link: str) -> str:
    parts = urlsplit(urldefrag(link).url)
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name != "lang"])
    return parts.path + (f"?{query}" if query else "")


def sort(path: str) -> str:
    """What sort of page an address is of: the same for every clause, for every record of a type."""
    parts = urlsplit(path)
    words = parts.path.strip("/").split("/")
    if words[0] == "t" and len(words) > 1:
        words[1] = "*"
    for at, word in enumerate(words):
        before, type = words[at - 1] if at else "", words[at - 2] if at > 1 else ""
        one_of_many = before in MANY and type != "records" and word != "compare"
        if (type == "records" and word != "do") or before == "do" or one_of_many or re.search(r"\d|%|:", word):
            words[at] = "*"
    if "do" in words:
        words[words.index("records") + 1] = "*"  # forms are made alike, whatever they are for
    names = sorted({name.partition(".")[0] for name, _ in parse_qsl(parts.query)} - ALIKE)
    return "/" + "/".join(words) + (f"?{'&'.join(names)}" if names else "")
