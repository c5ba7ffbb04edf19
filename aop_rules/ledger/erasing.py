"""Erasing a name: it goes from every body that holds it, and the chain says where, so that it still verifies."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from aop_rules.ledger.entry import Draft, Entry, canonical, digest_of
from aop_rules.ledger.pen import Pen


def erased(pen: Pen, name: str, reason: str, by: str) -> Entry | None:
    """Redacts each entry that holds the name, and keeps the entry that says so; None where nothing holds it."""
    label = f"[erased-{1 + sum(1 for _ in pen.entries(0, ('erasure',)))}]"
    forms = {name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name)}
    without = _replacer(forms, label)
    redacted: list[dict[str, Any]] = []
    for entry in list(pen.entries()):
        if not any(form in entry.body for form in forms):
            continue
        data = entry.data()
        left = without(data)
        if left == data:
            continue
        salt, body = pen.salt(), canonical(left)
        pen.store.redact(replace(entry, salt=salt, body=body))
        redacted.append({"sequence": entry.sequence, "digest": digest_of(salt, body)})
    if not redacted:
        return None
    said = without({"label": label, "reason": reason, "by": by, "redacted": redacted})
    return pen.keep([Draft("erasure", label, canonical(said))])[0]


def _replacer(forms: set[str], label: str) -> Callable[[Any], Any]:
    """Puts the label for the name in every text of plain data, where the name stands as a word of its own."""
    either = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    word = re.compile(rf"(?<!\w)(?:{either})(?!\w)")

    def replaced(data: Any) -> Any:
        if isinstance(data, str):
            return word.sub(label, data)
        if isinstance(data, dict):
            return {word.sub(label, key): replaced(value) for key, value in data.items()}
        return [replaced(each) for each in data] if isinstance(data, list) else data

    return replaced
