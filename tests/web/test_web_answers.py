"""Questions that take long keep nobody else waiting."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.web.conftest import NATIONAL, Api

from steerco.web.api import answers


@contextmanager
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The question takes until the end of the block; the event tells that it is being worked out."""
    begun, go = threading.Event(), threading.Event()
    found = answers.dead_ends

    def slow(lab: Any) -> Any:
        begun.set()
        assert go.wait(120)
        return found(lab)

    monkeypatch.setattr(answers, "dead_ends", slow)
    try:
        yield begun
    finally:
        go.set()


def test_costly_questions_keep_no_read_and_no_page_waiting(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    chair = api.as_("chair")
    answered: list[int] = []
    askers = [threading.Thread(target=lambda: answered.append(chair("GET", "/dead-ends").status_code)) for _ in range(4)]
    with held(monkeypatch) as begun:
        for asker in askers:
            asker.start()
        assert begun.wait(120)
        assert chair("GET", "/meeting").status_code == 200
        assert api.http.get(f"/t/{NATIONAL}/sign-in").status_code < 500
        assert answered == []
    for asker in askers:
        asker.join(120)
    assert answered == [200] * 4
