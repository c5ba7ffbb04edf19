"""What the keys of events take: the table of keys says of each what its model does."""

from __future__ import annotations

import re

import pytest

from aop_rules.importing.keys import about_of, figure_of, keys_of, kinds, needed_by, takes
from aop_rules.plan.load import plan_from
from strategies import babycare_plan

SAYS = (
    ("function _moment", "moment"),
    ("function _day", "day"),
    ("_Reads", "number"),  # of a reading also where it may be a yes or no
    (r"\bbool\b", "boolean"),
    (r"\bint\b", "whole"),
)


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_a_key_takes_what_its_model_reads(kind: str) -> None:
    for name, field in kinds()[kind].model_fields.items():
        key, written = field.alias or name, f"{field.annotation} {field.metadata}"
        if "events." in written and "Annotated" not in written:  # a part with keys of its own
            continue
        meant = next((what for pattern, what in SAYS if re.search(pattern, written)), "text")
        if key.endswith("period") and "str" in written:
            meant = "period"
        assert takes(key, None) == meant, (kind, key, written)


def test_the_figure_of_an_event_and_what_it_is_about() -> None:
    found = {
        kind: (figure_of(kind), about_of(kind))
        for kind in ("kpi_observation", "actual", "capacity_change", "period_close")
    }
    assert found == {
        "kpi_observation": ("value", "kpi"),
        "actual": ("amount", "line"),
        "capacity_change": ("capacity", "role"),
        "period_close": ("", ""),
    }


def test_keys_are_as_they_are_written() -> None:
    assert {"from", "to", "amount"} <= keys_of("budget_transfer")
    assert needed_by("actual") == {"kind", "event_id", "effective_date", "line", "amount"}


def test_an_attribute_takes_what_the_plan_says() -> None:
    types = {"a": "money", "b": "date", "c": "text", "d": "boolean"}
    plan = plan_from({**babycare_plan(), "attributes": types})
    assert [takes(f"attributes.{name}", plan) for name in types] == ["number", "day", "text", "boolean"]
    assert takes("attributes.a", None) == "text"
