"""The paths by which large files come piece by piece (tus 1.0), as the OpenAPI document describes them."""

from __future__ import annotations

from typing import Any

from steerco.records.sample import ID
from steerco.web.api import uploads
from steerco.web.openapi.answers import FOR_READS, answered, key_of, refused
from steerco.web.openapi.parameters import READING, UPLOADING

Json = dict[str, Any]
ANSWERS = (*(code for code in FOR_READS if code != "406"), "409", "412", "415", "423")


def upload_paths(at: str, schemas: Json) -> Json:
    """Return the paths of uploads."""
    shown = schemas[key_of(uploads.UploadShown)]

    def told(name: str, summary: str, status: str, *needed: str) -> Json:
        headers = [{**UPLOADING[each], "required": each in needed} for each in ("Tus-Resumable", *needed)]
        good = {"description": "Done"} if status == "204" else answered(shown, summary)
        return {
            "operationId": f"uploads.{name}",
            "tags": ["acts"],
            "summary": summary,
            "parameters": [*headers, READING[2]],
            "responses": {status: good, **refused(ANSWERS)},
        }

    begin = told("begin", "Begin an upload, which is yours alone", "201", "Upload-Length")
    add = told("add", "Add a piece where the upload ends", "204", "Upload-Offset")
    add["description"] = f"The body is the bytes, as `{uploads.PIECE}`; a client of tus sends them so."
    schema = {"type": "string", "minLength": 1, "maxLength": 200}
    one = {"name": "upload", "in": "path", "required": True, "schema": schema, "description": "Its id", "example": ID}
    return {
        f"{at}/api/uploads": {"post": begin},
        f"{at}/api/uploads/{{upload}}": {
            "parameters": [one],
            "get": told("read", "How much of an upload is there", "200"),
            "patch": add,
            "delete": told("drop", "Remove an upload", "204"),
        },
    }
