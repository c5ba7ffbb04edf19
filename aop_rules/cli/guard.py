"""Errors of the library as a person meets them: every problem on a line of its own, and an exit code that means one thing."""

from __future__ import annotations

import sys
import traceback
from typing import Any

import click

from aop_rules.cli import printing
from aop_rules.errors import AopError, EngineError, InputError


class Guarded(click.Group):
    """A group whose commands end with 1 on bad input and with 3 on a fault of ours, which shows where it happened."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except InputError as error:
            for problem in error.problems:
                printing.echo(str(problem), err=True)
            sys.exit(1)
        except EngineError as error:
            printing.echo(f"engine error: {error}", err=True)
            sys.exit(3)
        except AopError as error:
            printing.echo(str(error), err=True)
            sys.exit(1)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise  # click's own ways to end
        except OSError as error:
            click.echo(f"the answer could not be written: {error.strerror}", err=True)
            sys.exit(3)
        except Exception:  # noqa: BLE001 - the last edge: bad input never ends here, so it is a fault of ours
            traceback.print_exc()
            click.echo("engine error: a fault of aop_rules itself; the lines above say where", err=True)
            sys.exit(3)
