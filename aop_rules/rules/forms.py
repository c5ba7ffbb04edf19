"""How the values of a rule are written: ids, subjects, attribute paths, kinds of events, patterns, conclusions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Annotated, get_args

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, InitErrorDetails

from aop_rules.errors import did_you_mean
from aop_rules.rules.effect import Effect
from aop_rules.rules.faults import in_short
from aop_rules.rules.given import parse_atom

_FORMS = {
    "id": (r"[a-z][a-z0-9_.-]{0,190}", "an id has lower-case letters, digits, `-`, `_` and `.`"),
    "subject": (r"[a-z][a-z_]*( [a-z][a-z0-9_]*)?", "write `kpi`, or `kpi marketing_ratio` for one only"),
    "attribute": (r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*", "write an attribute, as in `spend.available`"),
}
_BARE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


def _form(name: str) -> tuple[AfterValidator, FieldInfo]:
    """A text of one form, with a hint of its own where it is not; editors see the pattern."""
    pattern, hint = _FORMS[name]

    def judged(text: str) -> str:
        if not text:
            raise ValueError(f"there is nothing here ({hint})")
        if len(text) > 200 or not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError(f"`{in_short(text)}` is not written like this ({hint})")
        return text

    return AfterValidator(judged), Field(json_schema_extra={"pattern": f"^{pattern}$"}, description=hint)


def _listed(raw: object) -> object:
    return (raw,) if isinstance(raw, str) else raw


def _effect(raw: object) -> object:
    if not isinstance(raw, str):
        raise ValueError("an effect is one word (as in `effect: FORBID`)")
    if raw not in Effect.__members__:
        raise ValueError(f"unknown effect `{in_short(raw)}` ({did_you_mean(raw.upper(), Effect.__members__)})")
    return raw


def _event_kind(kind: str) -> str:
    if kind not in event_kinds():
        raise ValueError(f"no event kind `{in_short(kind)}` ({did_you_mean(kind, event_kinds())})")
    return kind


@cache
def event_kinds() -> tuple[str, ...]:
    """All kinds of events, sorted: what `events:` may name."""
    from aop_rules import events

    (union, *_) = get_args(events.Event)
    kinds = {kind for model in get_args(union) for kind in get_args(model.model_fields["kind"].annotation)}
    return tuple(sorted(kinds))


def _condition(raw: object) -> object:
    return str(raw).lower() if isinstance(raw, bool) else raw  # `when: true` is YAML's truth value


def _pattern(text: str) -> str:
    return str(parse_atom(text))


def _conclusion(text: str) -> str:
    if _BARE.fullmatch(text):
        return text
    if "(" not in text:
        said = f"`{in_short(text)}`" if text else "an empty text"
        raise ValueError(f"{said} is no conclusion (write one word, as in `off_track` or `off_track(kpi)`)")
    return _pattern(text)


def whole_patterns(raw: Sequence[object]) -> Iterator[tuple[int, object]]:
    """Patterns with the index where each starts: YAML reads `[watches(risk, kpi)]` as two texts.

    >>> list(whole_patterns(["off_track(kpi)", "watches(risk", "kpi)"]))
    [(0, 'off_track(kpi)'), (1, 'watches(risk, kpi)')]
    """
    rest = iter(enumerate(raw))
    for index, item in rest:
        following = raw[index + 1] if index + 1 < len(raw) else None
        if isinstance(item, str) and isinstance(following, str) and "(" in item and ")" not in item:
            next(rest)
            yield index, f"{item}, {following}"
        else:
            yield index, item


def _patterns(raw: object, each: ValidatorFunctionWrapHandler) -> object:
    """Every pattern, whole; what is wrong with one is said where it starts, counted as in the file."""
    if not isinstance(raw, list):
        return each(_listed(raw))
    starts = [start for start, _ in whole_patterns(raw)]
    try:
        return each([pattern for _, pattern in whole_patterns(raw)])
    except ValidationError as wrong:
        raise ValidationError.from_exception_data(
            wrong.title, [_moved(error, starts) for error in wrong.errors(include_url=False)]
        ) from None


def _moved(error: ErrorDetails, starts: Sequence[int]) -> InitErrorDetails:
    index, *rest = error["loc"]
    loc = (starts[index] if isinstance(index, int) else index, *rest)
    return InitErrorDetails(type=error["type"], loc=loc, input=error["input"], ctx=error.get("ctx", {}))


RuleId = Annotated[str, *_form("id")]
Subject = Annotated[str, *_form("subject")]
AttributePath = Annotated[str, *_form("attribute")]
EventKind = Annotated[str, AfterValidator(_event_kind)]
EventKinds = Annotated[tuple[EventKind, ...], BeforeValidator(_listed)]
EffectName = Annotated[Effect, BeforeValidator(_effect)]
Condition = Annotated[str, BeforeValidator(_condition)]
Pattern = Annotated[str, AfterValidator(_pattern), Field(max_length=200)]
Patterns = Annotated[tuple[Pattern, ...], WrapValidator(_patterns)]
Conclusion = Annotated[str, AfterValidator(_conclusion), Field(max_length=200)]
