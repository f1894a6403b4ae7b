"""The forms in which a list is answered beside JSON: comma-separated values, and lines of JSON."""

from __future__ import annotations

from steerco.web.http import spreadsheet
from steerco.web.http.problems import Anywhere, RequestError

JSON = "application/json"
LINES = "application/x-ndjson"
FORMS = {spreadsheet.MEDIA: "csv", LINES: "ndjson"}
"""The media types of a whole list, with the ends of file names."""
ANY = ("*/*", "application/*")


def form_of(request: Anywhere) -> str | None:
    """Return the media type of a whole list that a request likes best; None where it likes JSON as much, or names neither."""
    liked = _liked(request)
    best = max((JSON, *FORMS), key=lambda media: liked.get(media, 0.0))
    return best if best in FORMS else None


def check_takes_json(request: Anywhere) -> None:
    """Check that a request for what comes as JSON alone takes JSON. Raises ``RequestError``."""
    if (form := form_of(request)) is not None and not any(_liked(request).get(media) for media in (JSON, *ANY)):
        raise RequestError(406, "not-in-this-form", form=form)


def _liked(request: Anywhere) -> dict[str, float]:
    """Return how well a request likes JSON, each form and any media type at all, from 0 to 1."""
    liked = dict[str, float]()
    for each in request.headers.get("accept", "").lower().split(","):
        media, *more = (part.strip() for part in each.split(";"))
        if media in (JSON, *FORMS, *ANY):
            liked[media] = max(liked.get(media, 0.0), _quality(more))
    return liked


def _quality(parameters: list[str]) -> float:
    given = next((each.removeprefix("q=") for each in parameters if each.startswith("q=")), "1")
    return float(given) if given.replace(".", "", 1).isascii() and given.replace(".", "", 1).isdigit() else 0.0
