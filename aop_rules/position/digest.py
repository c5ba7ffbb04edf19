"""One digest of a set of facts: the same in whatever order they came, and a fact can be taken out again.

The SHA-256 of each fact is expanded by SHAKE-256 to a number of 2048 bits, and the numbers are added modulo 2**2048
(AdHash: Bellare & Micciancio, 1997). Added, so that going back in time subtracts what was not yet known, instead of
hashing everything anew. Sums of hashes have to be wide: Wagner's generalised birthday attack (2002) finds facts to a
given sum of n bits in about 2**(2*sqrt(n)) steps, which is 2**32 for 256 bits, and 2**90 for 2048.
"""

from __future__ import annotations

from hashlib import sha256, shake_256
from typing import Literal

_BYTES = 256
_MODULUS = 1 << (8 * _BYTES)


class FactsDigest:
    """The sum over the facts that count. Give each fact's SHA-256; a fact is put in once, and taken out at most once.

    >>> one, other = FactsDigest(), FactsDigest()
    >>> for fact, sign in ((b"a", 1), (b"b", 1)):
    ...     one.count(fact, sign)
    >>> for fact, sign in ((b"b", 1), (b"c", 1), (b"a", 1), (b"c", -1)):
    ...     other.count(fact, sign)
    >>> one.hexdigest() == other.hexdigest() != FactsDigest().hexdigest()
    True
    """

    __slots__ = ("_count", "_sum")

    def __init__(self) -> None:
        self._sum = 0
        self._count = 0

    def count(self, fact: bytes, sign: Literal[1, -1]) -> None:
        """Counts a fact in (1), or out again (-1)."""
        self._sum = (self._sum + sign * _expanded(fact)) % _MODULUS
        self._count += sign

    def hexdigest(self) -> str:
        """SHA-256 over the sum (256 bytes, big-endian) and the number of facts (8 bytes)."""
        return sha256(self._sum.to_bytes(_BYTES, "big") + self._count.to_bytes(8, "big")).hexdigest()


def _expanded(fact: bytes) -> int:
    return int.from_bytes(shake_256(fact).digest(_BYTES), "big")
