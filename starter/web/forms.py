"""What people type: read into a model, or told at the field what is wrong, with everything they typed kept."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from starlette.datastructures import UploadFile

from models.errors import Refused

Model = TypeVar("Model", bound=BaseModel)

WORDS = {
    "missing": "this is needed",
    "string_too_short": "this is needed",
    "string_too_long": "at most {max_length} characters, please",
    "string_pattern_mismatch": "this is not written as expected here",
    "int_parsing": "a whole number, please",
    "int_from_float": "a whole number, please",
    "decimal_parsing": "an amount such as 120.00, please",
    "decimal_max_places": "at most two places after the point, please",
    "decimal_max_digits": "this number is too large",
    "date_parsing": "a date such as 2027-03-02, please",
    "date_from_datetime_parsing": "a date such as 2027-03-02, please",
    "date_from_datetime_inexact": "a date such as 2027-03-02, please",
    "time_parsing": "a time such as 14:30, please",
    "datetime_parsing": "a day and time such as 2027-03-02 14:30, please",
    "datetime_from_date_parsing": "a day and time such as 2027-03-02 14:30, please",
    "enum": "please choose one of what is offered",
    "literal_error": "please choose one of what is offered",
    "bool_parsing": "yes or no, please",
    "uuid_parsing": "this page is broken; please load it again",
    "greater_than": "more than {gt}, please",
    "greater_than_equal": "at least {ge}, please",
    "less_than": "less than {lt}, please",
    "less_than_equal": "at most {le}, please",
    "value_error": "{error}",
    "too_short": "choose at least {min_length}, please",
    "finite_number": "a number, please",
}
"""Pydantic's errors in the words of the page; what is not listed says that the value is not understood."""
AMOUNT = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
NOT_UNDERSTOOD = "this is not understood; please look at it again"


@dataclass(frozen=True)
class Typed:
    """A form as it came: texts and files by field name."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, list[UploadFile]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The last text of a field, "" where there is none."""
        return (self.texts.get(name) or [""])[-1].strip()


@dataclass
class Filled(Generic[Model]):
    """A form under way: what was typed, what is wrong at which field ("" for the whole), the values once right."""

    typed: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    valid: Model | None = None

    @property
    def ok(self) -> bool:
        return self.valid is not None and not self.errors

    @property
    def values(self) -> Model:
        """What was typed, checked; ask `ok` first."""
        assert self.valid is not None
        return self.valid

    def refuse(self, sentence: object, at: str = "") -> None:
        """Say what is wrong at a field, or with the whole."""
        self.errors[at] = str(sentence)


def read(model: type[Model], typed: Typed) -> Filled[Model]:
    """A form into its model: an empty field is one that was not filled in, a list field takes every value."""
    lists = {name for name, kind in model.model_fields.items() if _is_list(kind.annotation)}
    kept: dict[str, Any] = {
        name: values if name in lists else values[-1] for name, values in typed.texts.items() if name != "form_key"
    }
    filled: Filled[Model] = Filled(kept)
    given = {name: _stripped(value) for name, value in kept.items() if name in model.model_fields}
    filled.errors |= {name: WORDS["decimal_parsing"] for name, value in given.items() if _no_amount(model, name, value)}
    try:
        filled.valid = model.model_validate({name: value for name, value in given.items() if value not in ("", [""])})
    except ValidationError as wrong:
        for error in wrong.errors():
            filled.errors.setdefault(str(error["loc"][0]) if error["loc"] else "", in_words(error))
    return filled


def blank(**typed: Any) -> Filled[Any]:
    """A form nobody has sent yet, with what it shows to begin with."""
    return Filled({name: _shown(value) for name, value in typed.items()})


def in_words(error: ErrorDetails) -> str:
    """An error of pydantic as a person reads it."""
    context = error.get("ctx", {})
    cause = context.get("error")
    if isinstance(cause, Refused | ValueError):
        return str(cause)
    try:
        return WORDS.get(error["type"], NOT_UNDERSTOOD).format(**context)
    except KeyError:
        return NOT_UNDERSTOOD


def _stripped(value: Any) -> Any:
    return [item.strip() for item in value] if isinstance(value, list) else value.strip()


def _shown(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    return "" if value is None else value if isinstance(value, bool) else str(value)


def _no_amount(model: type[Model], name: str, value: Any) -> bool:
    """An amount is plain digits: what only a program takes for a number (1e2, digits of other scripts) is none."""
    return bool(value) and _holds(model.model_fields[name].annotation, Decimal) and not AMOUNT.fullmatch(value)


def _holds(annotation: Any, kind: type) -> bool:
    return annotation is kind or any(_holds(part, kind) for part in get_args(annotation))


def _is_list(annotation: Any) -> bool:
    origin = get_origin(annotation)
    if origin in (list, tuple):
        return True
    return origin is Union and any(_is_list(part) for part in get_args(annotation))
