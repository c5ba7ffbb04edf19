"""How the values of a rule are written: ids, subjects, attribute paths, kinds of events, patterns, conclusions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Annotated, get_args

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic.fields import FieldInfo

from aop_rules.errors import did_you_mean
from aop_rules.rules.effect import Effect
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
        if len(text) > 200 or not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError(f"`{text[:40]}` is not written like this ({hint})")
        return text

    return AfterValidator(judged), Field(json_schema_extra={"pattern": f"^{pattern}$"}, description=hint)


def _listed(raw: object) -> object:
    return (raw,) if isinstance(raw, str) else raw


def _effect(raw: object) -> object:
    if isinstance(raw, str) and raw not in Effect.__members__:
        raise ValueError(f"unknown effect `{raw[:40]}` ({did_you_mean(raw.upper(), Effect.__members__)})")
    return raw


def _event_kind(kind: str) -> str:
    if kind not in event_kinds():
        raise ValueError(f"no event kind `{kind[:40]}` ({did_you_mean(kind, event_kinds())})")
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
    return text if _BARE.fullmatch(text) else _pattern(text)


def whole_patterns(raw: Sequence[object]) -> Iterator[tuple[int, object]]:
    """Patterns with the index where each starts: YAML reads `[watches(risk, kpi)]` as two texts.

    >>> list(whole_patterns(["off_track(kpi)", "watches(risk", "kpi)"]))
    [(0, 'off_track(kpi)'), (1, 'watches(risk, kpi)')]
    """
    start: int | None = None
    for index, item in enumerate(raw):
        if start is not None and isinstance(item, str):
            yield start, f"{raw[start]}, {item}"
            start = None
        elif isinstance(item, str) and "(" in item and ")" not in item and index + 1 < len(raw):
            start = index
        else:
            yield index, item


def _patterns(raw: object) -> object:
    return [pattern for _, pattern in whole_patterns(raw)] if isinstance(raw, list) else _listed(raw)


RuleId = Annotated[str, *_form("id")]
Subject = Annotated[str, *_form("subject")]
AttributePath = Annotated[str, *_form("attribute")]
EventKind = Annotated[str, AfterValidator(_event_kind)]
EventKinds = Annotated[tuple[EventKind, ...], BeforeValidator(_listed)]
EffectName = Annotated[Effect, BeforeValidator(_effect)]
Condition = Annotated[str, BeforeValidator(_condition)]
Pattern = Annotated[str, AfterValidator(_pattern), Field(max_length=200)]
Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(_patterns)]
Conclusion = Annotated[str, AfterValidator(_conclusion), Field(max_length=200)]
