"""What a browser sends when a form of a page is submitted: read from the page alone."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlencode


class FormFields(HTMLParser):
    """The fields of the forms of a page with what stands in them, in the order of the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.pairs: list[tuple[str, str]] = []
        self.buttons: list[dict[str, str]] = []
        self._select = self._area = ""
        self._options: list[tuple[str, bool]] = []
        self._text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attributes}
        if tag == "input" and named.get("name") and named.get("type") != "file":
            if named.get("type") not in ("radio", "checkbox") or "checked" in named:
                self.pairs.append((named["name"], named.get("value", "")))
        elif tag == "button":
            self.buttons.append(named)
        elif tag == "textarea":
            self._area, self._text = named["name"], []
        elif tag == "select":
            self._select, self._options = named["name"], []
        elif tag == "option" and self._select:
            self._options.append((named.get("value", ""), "selected" in named))

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            text = "".join(self._text)
            self.pairs.append((self._area, text.removeprefix("\n").replace("\n", "\r\n")))  # as HTML has it
            self._area = ""
        elif tag == "select":
            chosen = [value for value, selected in self._options if selected] or [value for value, _ in self._options[:1]]
            self.pairs += [(self._select, value) for value in chosen]
            self._select = ""

    def body(self, **changes: str) -> bytes:
        """Return the body of the request, with some fields changed or added."""
        kept = [(name, value) for name, value in self.pairs if name not in changes]
        return urlencode([*kept, *changes.items()]).encode()
