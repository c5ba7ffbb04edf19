"""The tests draw their random cases and workloads from where the campaign and the benchmarks do."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
