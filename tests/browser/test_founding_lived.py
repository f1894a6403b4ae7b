"""A committee made in a browser, from a text to one that runs, by an operator's link; a second window loses nothing."""

from __future__ import annotations

import os
import re
import socket
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import PageAt
from tests.browser.demonstration import LONG, STEERCO, Demonstration, up
from tests.browser.people import text

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.slow]

TEXT = """# Rules of the Pond Board

## 1. Composition

The Pond Board has a Chair and two members.

## 2. Meetings

The Chair convenes.
"""
ROWS = """body = [{ id = "board", label = "Pond Board", head = "chair", cite = ["1"] }]
role = [{ id = "chair", body = "board", cite = ["1"] }, { id = "member", body = "board", cite = ["1"] }]

"""
TABLE = "name,seat,from\nAda Pond,chair,2020-01-01\nBo Reed,member,2020-01-01\n"
POWERS = "p, chair, board, meeting, convene, -, allow, 2\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """A server over an empty home: nothing is there but what the link lets somebody make."""
    home = tmp_path_factory.mktemp("ponds")
    (home / "tenants").mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {**os.environ, "STEERCO_DATABASE_URL": f"sqlite:///{home}/steerco.db"}
    subprocess.run([*STEERCO, "db", "upgrade", "--home", str(home)], env=own, capture_output=True, check=True)
    offer = [*STEERCO, "tenant", "link", "pond", "--address", f"http://localhost:{port}", "--home", str(home)]
    offered = subprocess.run(offer, env=own, capture_output=True, text=True, check=True).stdout
    (home / "link").write_text(offered.split()[0], "utf-8")
    log = (home / "serve.log").open("wb")
    command = [*STEERCO, "serve", "--port", str(port), "--home", str(home)]
    process = subprocess.Popen(command, cwd=home, env=own, stdout=log, stderr=log)
    running = Demonstration(home, f"http://localhost:{port}")
    try:
        up(running, process)
        yield running
    finally:
        process.terminate()
        process.wait(LONG)
        log.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def keep(page: Page, key: str, change: str | None = None) -> None:
    """Open a file of the new committee, write it anew, keep it."""
    page.goto(re.sub(r"\?.*", "", page.url).split("/files/")[0].rstrip("/") + f"/files/{key}?lang=en")
    if change is not None:
        page.locator("textarea[name=text]").fill(change)
    press(page, "Keep")


def test_from_a_text_to_a_committee_that_runs(page_at: PageAt, served: Demonstration) -> None:
    link = (served.home / "link").read_text("utf-8")
    page, other = page_at(1280, "en"), page_at(1280, "en")
    page.goto(f"{link}?lang=en")
    page.get_by_label("Name of the committee").fill("Pond Board")
    page.get_by_label("Kind").select_option("blank")
    page.locator("input[type=file]").set_input_files({"name": "rules.md", "mimeType": "text/markdown", "buffer": TEXT.encode()})
    press(page, "Begin")
    assert "does not say from when it applies" in text(page)
    page.goto(f"{link}/files/charter?lang=en")
    charter = page.locator("textarea[name=text]").input_value()
    head, rest = charter.split("[instrument]", 1)
    stated = f'{head}{ROWS}[instrument]\nid = "1/2020"\neffective = 2020-01-01{rest}'
    keep(page, "charter", re.sub(r"^# (id|effective) = .*\n", "", stated, flags=re.MULTILINE))
    other.goto(f"{link}/files/house?lang=en")
    keep(page, "powers", POWERS)
    other.locator("textarea[name=text]").fill(other.locator("textarea[name=text]").input_value() + "# mine\n")
    press(other, "Keep")
    assert "Files were kept from another window meanwhile" in text(other)
    assert "# mine" in other.locator("textarea[name=text]").input_value()
    page.goto(f"{link}/people?lang=en")
    page.locator("textarea[name=text]").fill(TABLE)
    press(page, "Enter them")
    other.goto(f"{link}/files/house?lang=en")
    page.goto(f"{link}/plan?lang=en")
    page.locator("textarea[name=why]").fill("Adopted")
    press(page, "Apply")
    assert "Pond Board is running" in text(page)
    other.locator("textarea[name=text]").fill("# too late\n")
    press(other, "Keep")
    assert "This link has ended" in text(other)
    assert "# too late" in text(other)
