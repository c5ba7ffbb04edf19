"""The rule language: conditions with types and units, rules as data, and what they may speak of."""
