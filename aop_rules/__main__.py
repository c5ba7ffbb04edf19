"""`python -m aop_rules` is `aop`."""

from aop_rules.cli import main

main(prog_name="aop")
