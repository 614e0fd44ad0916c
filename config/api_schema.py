"""The API's own description (OpenAPI 3.1), made once and the same for everybody."""

from functools import cache
from typing import Any, Final

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView

from bids.vocabulary import Language
from config.problems import MEDIA_TYPE, TITLES, TYPES

_PROBLEM: Final = {"$ref": "#/components/schemas/Problem"}
_SAID: Final = {
    400: "A parameter, a header or the body is not as it must be.",
    401: "No session and no key, or a key that opens nothing.",
    403: "Seen, but not allowed; or a key without the scope.",
    404: "Nothing here, or nothing the asker may see.",
    406: "Asked for in a form that is not handed out.",
    409: "Cannot be done as things stand.",
    413: "The body is too large.",
    415: "The body is not JSON in UTF-8.",
    422: "The content needs correcting.",
}


def add_problems(result: dict[str, Any], **_given: Any) -> dict[str, Any]:
    """Say of every operation how it fails, and that its body must be there: a postprocessing hook of the library."""
    result["components"]["schemas"] |= {"Problem": _problem(), "ProblemFault": _fault()}
    for path, methods in result["paths"].items():
        for method, operation in methods.items():
            statuses = {400, 401, 403, 406} | ({404} if "{" in path else set())
            statuses |= {413, 415, 422} if method == "post" else set()
            statuses |= {409} if operation["operationId"] in {"import_bid", "get_document_content"} else set()
            statuses |= {422} if operation["operationId"] in {"get_bid_totals", "get_bid_sheet"} else set()
            if operation["operationId"] == "get_document_content":
                statuses -= {406}
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
            for status in sorted(statuses):
                operation["responses"][str(status)] = _answer(_SAID[status])
            operation["responses"]["default"] = _answer("Any other error, told in the same form.")
    return result


def _answer(says: str) -> dict[str, Any]:
    return {"description": says, "content": {MEDIA_TYPE: {"schema": _PROBLEM}}}


def _problem() -> dict[str, Any]:
    with translation.override(Language.EN):
        titles = ", ".join(str(title) for title in TITLES.values())
    return {
        "type": "object",
        "description": "Why something was not done (RFC 9457).",
        "properties": {
            "type": {"type": "string", "format": "uri-reference", "description": f"{TYPES} and the problem's code."},
            "title": {"type": "string", "description": f"By status: {titles}."},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string", "description": "A sentence in the reader's language that says what to do."},
            "instance": {"type": "string", "description": "The request's id, as in the header X-Request-ID."},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ProblemFault"}},
            "about": {
                "type": "object",
                "description": "Things the sentence speaks of, such as the number that is taken.",
                "additionalProperties": {"type": "string"},
            },
        },
        "required": ["type", "title", "status", "detail", "instance"],
        "additionalProperties": False,
    }


def _fault() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "What is wrong with one thing.",
        "properties": {
            "pointer": {
                "type": "string",
                "description": "A JSON pointer into the body (RFC 6901), such as #/choose/0.",
            },
            "path": {"type": "string", "description": "The same place as the bid package's own messages name it."},
            "parameter": {"type": "string", "description": "A parameter of the address."},
            "header": {"type": "string", "description": "A header."},
            "code": {"type": "string", "description": "Never changes with the language."},
            "detail": {"type": "string", "description": "A sentence in the reader's language."},
        },
        "required": ["code", "detail"],
        "additionalProperties": False,
    }


class RememberedGenerator(SchemaGenerator):
    """Describes the API once for each process: nothing in it depends on who asks."""

    def get_schema(self, request: Any = None, public: bool = False) -> Any:  # noqa: ARG002, FBT001, FBT002 - the library's signature
        """The description, in English."""
        return _description()


@cache
def _description() -> Any:
    with translation.override(Language.EN):
        return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]


class Description(SpectacularAPIView):
    """The description as YAML, or as JSON to whoever accepts that."""

    generator_class = RememberedGenerator
    authentication_classes = ()
