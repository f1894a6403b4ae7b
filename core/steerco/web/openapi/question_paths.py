"""The paths of a tenant's API that are not about one record type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steerco.answers.competence import CompetenceMap
from steerco.answers.consequences import Consequences
from steerco.answers.findings import Found
from steerco.answers.found_way import Way
from steerco.answers.past_job import PastAnswer
from steerco.answers.reach import Reach
from steerco.answers.silences import Silences
from steerco.answers.week import Week
from steerco.configuration.action_catalogue import TypeShown
from steerco.policy.decision import Decision
from steerco.policy.line import READ
from steerco.records.sample import ID
from steerco.web.api import access, annexes, bulk_acts, machines, me, questions, searching, stream
from steerco.web.http.list_forms import FORMS
from steerco.web.openapi.answers import FOR_ACTS, FOR_READS, NOT_CHANGED, answered, key_of, refused
from steerco.web.openapi.parameters import ASKING, DO, READING, STOP, WRITING
from steerco.web.openapi.upload_paths import upload_paths

Json = dict[str, Any]
Schemas = dict[str, Any]


SENT: Json = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("id", "event", "data", "retry")},
    "description": "One event of the stream: `data` is a CloudEvent as JSON; one without data moves the id alone.",
}

WHOLE = ("duties", "parties")
"""The computed lists that come whole, line by line, too."""
DUTIES = "What is owed on a day, by whom, and why; or by clause (`by`), what was due in a period and how it stands"
TOLD: Mapping[str, tuple[Any, ...]] = {
    "me": ("Who you are here, how you may act, and what may be yours to do", me.Me),
    "parties": ("What may stand where an input names a party", me.Parties),
    "search": ("Records that hold these words", searching.RecordsFound),
    "explain": ("May somebody do something, and why?", Decision),
    "duties": (DUTIES, questions.Duties, questions.DutiesByClause),
    "charter": ("The regulation of a day, with what cites it", questions.CharterShown),
    "conflicts": ("Where texts contradict each other, and what prevails", Found),
    "dead-ends": ("What leads nowhere on a day", Found),
    "silences": ("What the charter leaves open, and how examples settle it", Silences),
    "reach": ("What a role can come to, alone or two together", Reach),
    "plan": ("The shortest lawful way to an act by a day", Way),
    "consequences": ("What the files of an amendment would lead to that is new, and what they would mend", Consequences),
    "annex": ("What an amendment changes, by office and clause", annexes.AnnexShown),
    "past": ("A period under an amendment, or how far that is", PastAnswer),
    "week": ("What you decide, do and attend in a week, each line with its clause", Week),
    "competence": ("Who has which subject: one lead, two, none", CompetenceMap),
    "actions": ("Every record type and action", list[TypeShown]),
    "events": ("What happened to records that you may see", stream.Events),
    "revisions": ("What the configuration was, when, by whom and why", questions.Revisions),
}
"""The questions by the name that stands in the address: what each is, and the shapes of its answer."""


def question_paths(at: str, schemas: Schemas) -> Json:
    """Return the paths that are not about one record type."""

    def reading(name: str, summary: str, *kinds: Any) -> Json:
        shapes = [schemas[key_of(kind)] for kind in kinds]
        schema = shapes[0] if len(shapes) == 1 else {"anyOf": shapes}
        good = answered(schema, summary, "ETag")
        if name in WHOLE:
            good["content"] |= {media: {"schema": {"type": "string"}} for media in FORMS}
        responses = {"200": good, **NOT_CHANGED, **refused(FOR_READS)}
        parameters = [*ASKING.get(name, ()), READING[0], READING[2]]
        return {"operationId": name, "tags": ["questions"], "summary": summary, "parameters": parameters, "responses": responses}

    posted = reading("explain", *TOLD["explain"])
    content = {"schema": schemas[key_of(questions.Question)], "examples": {"example": {"value": ASKED}}}
    posted |= {
        "operationId": "explain.post",
        "parameters": [READING[0], READING[2]],
        "requestBody": {"required": True, "content": {"application/json": content}},
    }
    posted["responses"] |= refused(("413", "415"))
    streamed = reading("events.stream", "The same as it happens: server-sent events, each a CloudEvent", stream.CloudEvent)
    streamed["responses"]["200"]["content"] = {stream.EVENT_STREAM: {"schema": SENT}}
    told = {name: {"get": reading(name, summary, *kinds)} for name, (summary, *kinds) in TOLD.items()}
    told["explain"]["post"] = posted
    own = {f"{at}/api/{name}": path for name, path in told.items()} | {f"{at}/api/events/stream": {"get": streamed}}
    return access_paths(at, schemas) | acts_path(at, schemas) | upload_paths(at, schemas) | own


def acts_path(at: str, schemas: Schemas) -> Json:
    """Return the path of several acts in one request."""
    answer, summary = schemas[key_of(bulk_acts.BulkAnswer)], "Several acts in one request, each done alone and in order"
    content = {"schema": schemas[key_of(bulk_acts.BulkAsked)], "examples": {"example": {"value": {"acts": [ASKED]}}}}
    asked = {
        "operationId": "acts",
        "tags": ["acts"],
        "summary": summary,
        "description": SHEET,
        "parameters": [STOP, DO, *(each for each in WRITING if not each["$ref"].endswith("If-Match"))],
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": {"200": answered(answer, summary), **refused(FOR_ACTS)},
    }
    return {f"{at}/api/acts": {"post": asked}}


SHEET = "Also as a sheet (`text/csv`): a head with the names of the inputs, and an act a row; `do` names the action."


def access_paths(at: str, schemas: Schemas) -> Json:
    """Return the paths of the questions in the shape of AuthZEN."""

    def asking(name: str, summary: str, asked: Json, kind: Any, value: Json) -> Json:
        content = {"schema": asked, "examples": {"example": {"value": value}}}
        return {
            "operationId": f"access.{name}",
            "tags": ["questions"],
            "summary": summary,
            "parameters": [READING[2]],
            "requestBody": {"required": True, "content": {"application/json": content}},
            "responses": {"200": answered(schemas[key_of(kind)], summary), **refused((*FOR_READS, "415"))},
        }

    one = schemas[key_of(access.Evaluation)]
    parts = {part: {"type": "object"} for part in access.PARTS}
    listed = {"type": "array", "items": {"type": "object", "properties": parts}, "minItems": 1, "maxItems": access.MOST}
    semantics = {"type": "object", "properties": {"evaluations_semantic": {"type": "string", "enum": list(access.STOPS)}}}
    several = {
        "type": "object",
        "properties": {**parts, "evaluations": listed, "options": semantics},
        "required": ["evaluations"],
    }
    once = {"subject": {"type": "person", "id": ID}, "action": {"name": ASKED["do"]}, "resource": {"type": "meeting"}}
    texts = ("May a subject perform an action on a resource (AuthZEN)?", "The same, several questions at once")
    single = asking("evaluation", texts[0], one, access.Evaluated, once)
    batch = asking("evaluations", texts[1], several, access.AllEvaluated, {"evaluations": [once]})
    return {f"{at}/api/access/v1/evaluation": {"post": single}, f"{at}/api/access/v1/evaluations": {"post": batch}}


def machine(at: str) -> Json:
    """Return how machines get their token, as a security scheme."""
    scopes = {"*": "Everything that the client's person may do", READ: "Reading alone"}
    flow = {"tokenUrl": f"{at}/api/oauth/token", "scopes": scopes}
    text = "Scopes are also `type.action` and `type.*`, as of API tokens."
    return {"type": "oauth2", "description": text, "flows": {"clientCredentials": flow}}


def machine_paths(at: str) -> Json:
    """Return the path at which a machine gets an access token."""
    told = {name: {"type": "string", "description": text} for name, text in GIVEN.items()}
    form = {"type": "object", "required": ["grant_type"], "properties": {**told, "grant_type": {"const": machines.GRANT}}}
    text, names = {"type": "string"}, ("access_token", "token_type", "scope")
    lasts = {"type": "integer", "description": "Seconds for which it is good."}
    good = {
        "type": "object",
        "required": [*names, "expires_in"],
        "properties": dict.fromkeys(names, text) | {"expires_in": lasts},
    }
    bad = {"type": "object", "required": ["error"], "properties": {"error": text, "error_description": text}}
    answers: dict[str, tuple[str, Json]] = {
        "200": ("An access token", good),
        "400": ("What is wrong with the request", bad),
        "401": ("No such client, or not its secret", bad),
    }
    own = {code: {"description": said, "content": {"application/json": {"schema": of}}} for code, (said, of) in answers.items()}
    responses = refused((*FOR_READS, "415")) | own
    posted = {
        "operationId": "oauth.token",
        "tags": ["questions"],
        "summary": "An access token of ten minutes, for a machine (OAuth's client credentials)",
        "description": "The client's id and secret are those of an API token, by HTTP Basic or in the form.",
        "security": [],
        "requestBody": {"required": True, "content": {machines.FORM: {"schema": form}}},
        "responses": responses,
    }
    return {f"{at}/api/oauth/token": {"post": posted}}


GIVEN = {
    "client_id": "The id of an API token, where the header does not name it.",
    "client_secret": "The API token itself, where the header does not bring it.",
    "scope": "The scopes, parted by blanks; by default all of the API token's.",
}
ASKED = {"do": "meeting.convene", "with": {"kind": "ad-hoc"}}
