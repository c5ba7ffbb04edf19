"""The façade: one plan, its rules and a ledger."""

from aop_rules.engine.engine import Engine as Engine
