"""A text comes back out of a textarea as it went in, whatever stands in it."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from steerco.web.pages.frame.render import in_textarea


class Content(HTMLParser):
    """What a browser finds inside the textarea, and every other tag that it meets."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(alphabet=st.sampled_from(list("a<>&\"'/;# texar&quot;"))))
def test_nothing_breaks_out_of_a_textarea_and_nothing_is_lost(text: str) -> None:
    found = Content(f"<textarea>{in_textarea(text)}</textarea>")
    assert (found.text, found.tags) == (text, ["textarea"])
