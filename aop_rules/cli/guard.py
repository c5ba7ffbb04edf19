"""Errors of the library as a person meets them: every problem on a line of its own, and an exit code that means one thing."""

from __future__ import annotations

import sys
from typing import Any

import click

from aop_rules.errors import AopError, EngineError, InputError


class Guarded(click.Group):
    """A group whose commands end with 1 on bad input and 3 on a fault of the engine, and never show a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except InputError as error:
            for problem in error.problems:
                click.echo(str(problem), err=True)
            sys.exit(1)
        except EngineError as error:
            click.echo(f"engine error: {error}", err=True)
            sys.exit(3)
        except AopError as error:
            click.echo(str(error), err=True)
            sys.exit(1)
