"""``python -m tests.bench [SECTION]``: measure a section and write its figures into docs/performance.md and .json.

``document`` only renders docs/performance.md from docs/performance.json.
"""

import argparse

from tests.bench import connections, containers, dask_cluster, load, marts, partitions, planning, scaling, staging
from tests.bench.document import write_document, write_section

_BY_LINES = {
    "staging": staging.measured,
    "tables": staging.measured_tables,
    "connections": connections.measured,
    "load": load.measured,
    "scaling": scaling.measured,
    "dask": dask_cluster.measured,
    "marts": marts.measured,
    "partitions": partitions.measured,
}
_OF_ONE_SIZE = {"planning": planning.measured, "containers": containers.measured}
AS_MARKDOWN = {
    "staging": staging.as_markdown,
    "tables": staging.tables_as_markdown,
    "connections": connections.as_markdown,
    "load": load.as_markdown,
    "scaling": scaling.as_markdown,
    "dask": dask_cluster.as_markdown,
    "marts": marts.as_markdown,
    "partitions": partitions.as_markdown,
    "planning": planning.as_markdown,
    "containers": containers.as_markdown,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument(
        "section", nargs="?", choices=[*AS_MARKDOWN, "document"], default="staging", help="what to measure (default staging)"
    )
    parser.add_argument("--lines", type=int, default=3_000_000, help="order lines (default 3,000,000)")
    parser.add_argument("--runs", type=int, default=5, help="runs of each contender but the slowest, which runs once (default 5)")
    arguments = parser.parse_args()
    if arguments.section == "document":
        write_document(AS_MARKDOWN)
        return
    if arguments.section in _OF_ONE_SIZE:
        section = _OF_ONE_SIZE[arguments.section](arguments.runs)
    else:
        section = _BY_LINES[arguments.section](arguments.lines, arguments.runs)
    write_section(arguments.section, section, AS_MARKDOWN)


if __name__ == "__main__":
    main()
