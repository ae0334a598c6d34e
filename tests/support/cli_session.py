"""Several commands in one process, which imports the libraries once.

``python cli_session.py load --full // doctor`` announces each command and its exit code.
"""

import sys

from techmarket.cli import main


def run(arguments: list[str]) -> int:
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
