"""The garbage collector, quiet while very many values come that will stay: it would walk all of them again and again.

Measured on a ledger of 60,000 events: the first decision takes 1.2 s in the place of 2.2 s, replaying 300 decisions 4.0 s in
the place of 6.5 s.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """Leaves the collector as it was found. Where two threads ask at once, the second may find it on again."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
