"""Events written and read back are the same events: as plain data, as CloudEvents, in every format."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aop_rules import events as kinds
from aop_rules.events import Attributes, EventBase, canonical, parse_event, plain
from aop_rules.exact.frozen import Frozen
from aop_rules.ledger.cloudevents import to_cloudevent
from aop_rules.ledger.reading import events_from, read_events

MODELS: list[type[EventBase]] = list(get_args(get_args(kinds.Event)[0]))
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=8)
NUMBERS = (
    st.integers(-(10**15), 10**15) | st.decimals(-(10**6), 10**6, places=2) | st.fractions(-9, 9, max_denominator=50)
)
SHARES = st.integers(-99, 300).map(lambda n: f"{n}%") | st.just("1/3")
DATES = st.dates(date(2020, 1, 1), date(2030, 1, 1))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC) | st.timezones())
ATTRIBUTES = st.dictionaries(
    NAMES, st.booleans() | NUMBERS | NAMES | DATES | st.lists(NAMES, max_size=2).map(tuple), max_size=3
)


def values(shape: Any, metadata: tuple[Any, ...] = ()) -> st.SearchStrategy[Any]:
    """Values of a field, from its annotation."""
    origin = get_origin(shape)
    if shape is Attributes:
        return ATTRIBUTES
    if isinstance(shape, type) and issubclass(shape, Frozen):
        return models(shape)
    if origin is Annotated:
        return values(get_args(shape)[0], get_args(shape)[1:])
    if origin in (Union, UnionType):
        if Fraction in get_args(shape):
            return NUMBERS
        return st.one_of(*[values(part, metadata) for part in get_args(shape)])
    if origin is Literal:
        return st.sampled_from(get_args(shape))
    if origin is tuple:
        return st.lists(values(get_args(shape)[0]), max_size=2).map(tuple)
    if any("pattern" in str(rule) for rule in metadata):
        return st.sampled_from(["VND", "USD"])
    plainly = {
        str: NAMES,
        int: st.integers(0, 99),
        bool: st.booleans(),
        date: DATES,
        datetime: MOMENTS,
        NoneType: st.none(),
    }
    return plainly.get(shape, NUMBERS)


def models(model: type[Frozen]) -> st.SearchStrategy[dict[str, Any]]:
    required, optional = {}, {}
    for name, info in model.model_fields.items():
        shape = Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
        field = SHARES if name in ("change", "probability") else values(shape)
        (required if info.is_required() else optional)[info.alias or name] = field
    return st.fixed_dictionaries(required, optional=optional)


@st.composite
def events(draw: st.DrawFn) -> EventBase:
    model = draw(st.sampled_from(MODELS))
    data = draw(models(model))
    if model is kinds.KpiObservation:
        for key in ("value", "numerator", "denominator"):
            data.pop(key, None)
        both = draw(st.booleans())
        data |= {"numerator": 1, "denominator": draw(NUMBERS)} if both else {"value": draw(NUMBERS | st.booleans())}
    if model is kinds.ReservationRelease and not data.get("consumes"):
        data["doc"] = "PR-1"
    if model is kinds.Forecast:
        data = {key: value for key, value in data.items() if key not in ("low", "high", "confidence")}
        data |= draw(st.just({}) | st.integers(1, 10).map(lambda sure: {"confidence": sure}))
        if draw(st.booleans()):
            data |= {"low": data["value"], "high": data["value"]}
    return parse_event(data)


LIGHT = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)


@LIGHT
@given(events())
def test_read_after_write_is_the_same_event(event: EventBase) -> None:
    (read,) = read_events(json.dumps(to_cloudevent(event)))
    assert read == event
    assert canonical(read) == canonical(event)
    assert hash(read) == hash(event)


@LIGHT
@given(events())
def test_plain_data_gives_the_event_back(event: EventBase) -> None:
    assert parse_event(plain(event)) == event
    assert parse_event(json.loads(canonical(event))) == event


@LIGHT
@given(st.lists(events(), max_size=4, unique_by=lambda event: (event.source, event.event_id)), st.booleans())
def test_every_format_gives_the_same_events(many: list[EventBase], wrapped: bool) -> None:
    data = [to_cloudevent(event) if wrapped else plain(event) for event in many]
    batch = json.dumps(data, ensure_ascii=False)
    for text, format_ in ((batch, "json"), (batch, "yaml"), ("\n".join(map(json.dumps, data)), "jsonl")):
        if data:
            assert events_from(text, format=format_).events == tuple(many)


def every_kind() -> Iterator[str]:
    for model in MODELS:
        yield from get_args(model.model_fields["kind"].annotation)


@pytest.mark.parametrize("kind", list(every_kind()))
def test_every_kind_has_a_type_of_its_own(kind: str) -> None:
    rest = {
        "line": "a",
        "amount": 1,
        "goal": "g",
        "kpi": "k",
        "period": "2026-05",
        "value": 1,
        "initiative": "i",
        "role": "r",
    }
    rest |= {"from_line": "a", "to_line": "b"}
    rest |= {"capacity": 1, "risk": "r", "direction": "up", "by": "2026-05-01"}
    (model,) = [m for m in MODELS if kind in get_args(m.model_fields["kind"].annotation)]
    data = {"kind": kind, "event_id": "e", "effective_date": "2026-05-01"}
    data |= {
        key: value for key, value in rest.items() if key in model.model_fields and model.model_fields[key].is_required()
    }
    data |= {"value": 1} if kind == "kpi_observation" else {"doc": "PR-1"} if kind.startswith("reservation") else {}
    event = parse_event(data)
    assert to_cloudevent(event)["type"] == f"org.aop-rules.{kind}"
    assert read_events(json.dumps(to_cloudevent(event))) == (event,)


def test_the_same_moment_in_two_zones_is_the_same_content() -> None:
    data = {"kind": "new_risk", "event_id": "e", "effective_date": "2026-05-01"}
    there = parse_event({**data, "known_at": "2026-05-01T07:00:00+07:00"})
    assert canonical(there) == canonical(parse_event({**data, "known_at": "2026-05-01"}))


def test_attributes_are_kept_as_written() -> None:
    written = {"a": Decimal("2.50"), "b": date(2026, 5, 1), "c": ["x"], "d": "7%", "e": Decimal(3), "f": True}
    event = parse_event({"kind": "new_risk", "event_id": "e", "effective_date": "2026-05-01", "attributes": written})
    assert dict(event.attributes) == {"a": "2.5", "b": "2026-05-01", "c": ("x",), "d": "7%", "e": 3, "f": True}
    assert event.attributes["f"] is True
    with pytest.raises(TypeError):
        event.attributes["a"] = 1  # type: ignore[index]


def test_a_source_that_looks_like_none_survives() -> None:
    data = {"kind": "new_risk", "event_id": "e", "effective_date": "2026-05-01", "source": "/"}
    assert read_events(json.dumps(to_cloudevent(parse_event(data))))[0].source == "/"
