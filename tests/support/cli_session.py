"""Commands one after the other in one process, as a person types them, without the seconds that each would take to import what it needs.

``python cli_session.py load --full // doctor``: each command is announced, and so is how it ended.
"""

import sys

from techmarket.cli import main


def run(arguments: list[str]) -> int:
    """One command, as its program runs it."""
    sys.argv = ["techmarket", *arguments]
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


if __name__ == "__main__":
    for command in " ".join(sys.argv[1:]).split(" // "):
        print(f"$ techmarket {command}", flush=True)
        print(f"= {run(command.split())}", flush=True)
