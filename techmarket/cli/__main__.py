"""``python -m techmarket.cli``: the command line where it is not installed as a program."""

from techmarket.cli import main

main()
