"""What JSON Schema finds, said in sentences that name the mend."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from jsonschema.exceptions import ValidationError

_TYPES = {
    "object": "keys with values",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


def sentences(error: ValidationError) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """(place in the document, sentence) for one error; several where it names several keys."""
    at = tuple(error.absolute_path)
    instance: Any = error.instance
    match error.validator:
        case "additionalProperties":
            known = _schema(error).get("properties", {})
            for key in instance:
                if key not in known:
                    yield (*at, key), _unknown_key(key, known)
        case "required":
            for key in _value(error):
                if key not in instance:
                    yield at, f'"{key}" is missing here; add it.'
        case "oneOf" | "anyOf":
            yield from _choice(error, at)
        case _ if "propertyNames" in error.schema_path:
            yield (*at, instance), f"{_shown(instance)} cannot be a key here{_meant(error)}."
        case _:
            yield at, _plain(error)


def _schema(error: ValidationError) -> Any:
    """The part of the schema that does not hold."""
    return error.schema


def _value(error: ValidationError) -> Any:
    """What its failing word asks for."""
    return error.validator_value


def _choice(error: ValidationError, at: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    names = [name for branch in _value(error) for name in branch.get("required", ())]
    if names and isinstance(error.instance, dict):
        yield at, f"State exactly one of {', '.join(names)} here."
        return
    fitting = [one for one in error.context or () if one.validator != "type"]
    if isinstance(error.instance, dict) and fitting:
        for one in fitting:
            yield from sentences(one)
        return
    yield at, f"{_shown(error.instance)} does not fit{_meant(error)}."


def _unknown_key(key: str, known: dict[str, Any]) -> str:
    close = get_close_matches(key, known, n=1)
    mend = f'did you mean "{close[0]}"?' if close else f"it may hold {', '.join(known) or 'no key'}."
    return f'The key "{key}" is not known here; {mend}'


def _meant(error: ValidationError) -> str:
    meant = _schema(error).get("description")
    return f": {meant} is expected" if meant and len(meant) < 100 else ""


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value[:60]}"'
    if value is None:
        return "Nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return "What stands here"
    return str(value)


def _plain(error: ValidationError) -> str:
    value, shown = _value(error), _shown(error.instance)
    match error.validator:
        case "type":
            kinds = [value] if isinstance(value, str) else value
            return f"{shown} is not {' or '.join(_TYPES[kind] for kind in kinds)}; correct it."
        case "enum":
            return f"{shown} is not one of {', '.join(str(one) for one in value)}."
        case "const":
            return f"{shown} must be {_shown(value)} here."
        case "minimum":
            return f"{shown} is too small; the least is {value}."
        case "maximum":
            return f"{shown} is too large; the most is {value}."
        case "minLength":
            return f"{shown} is too short; write at least {value} characters."
        case "maxLength":
            return f"{shown} is too long; write at most {value} characters."
        case "minItems" | "minProperties":
            return f"Too little stands here; at least {value} must."
        case "maxItems" | "maxProperties":
            return f"Too much stands here; at most {value} may{_meant(error)}."
        case "uniqueItems":
            return "Something stands twice in this list; delete one."
        case _:
            return f"{shown} does not fit here{_meant(error)}."
