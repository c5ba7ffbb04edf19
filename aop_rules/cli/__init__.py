"""The command `aop`: a thin face of the library. Problems go to standard error, answers to standard output."""

from aop_rules.cli.main import main

__all__ = ["main"]
