"""Scope and exclusions: what the year is about, and what the business accepts not doing."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from aop_rules.exact.frozen import Day, Frozen
from aop_rules.plan.values import Entry, Tag, Words


class Scope(Frozen):
    """What the year is about, as tags. Proposals outside it are declined."""

    includes: tuple[Tag, ...] = ()
    """A proposal (not part of a planned initiative) needs one of these among its category and tags."""
    excludes: tuple[Tag, ...] = ()
    """Any of these puts it outside."""
    note: Words | None = None


class Exclusion(Entry):
    """Something that the business accepts not doing this year."""

    name: Words
    reason: Words
    tags: tuple[Tag, ...] = ()
    """Any of these among a proposal's category and tags makes it match. The id itself always counts as one."""
    starts: Annotated[Day | None, Field(alias="from")] = None
    """First day it holds; the whole year where missing."""
    until: Day | None = None
