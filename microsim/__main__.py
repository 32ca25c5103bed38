"""`python -m microsim` is the same as `microsim`."""

from microsim.cli import main

main(prog_name="microsim")
