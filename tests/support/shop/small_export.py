"""One or two rows per table, in MySQL's form."""

import hashlib
from pathlib import Path

from techmarket.extract.dump.directory import CHECKSUMS

AT = "2026-01-05 12:00:00.000000"
ROWS = {
    "regions": [f"1\tКиївська область\tУкраїна\t{AT}"],
    "customers": [
        f"1\tОлена Коваль\t\\N\t\\N\t1\t2025-03-30 03:30:00\t{AT}",
        f"2\tТарас\\\nБондар\t\\N\t\\N\t\\N\t0000-00-00 00:00:00\t{AT}",
    ],
    "employees": [f"1\tІрина Шевченко\t\\N\tПродавчиня\t1\t2024-02-29\t{AT}"],
    "categories": [f"1\tЕлектроніка\t\\N\t{AT}", f"2\tСмартфони\t1\t{AT}"],
    "products": [f"1\tPH-1\tСмартфон\t2\t8000.00\t9999.99\t1\t{AT}"],
    "orders": [f"1\t1\t\\N\t2026-01-05 14:00:00\t1\t19499.98\tpaid\t{AT}", f"2\t1\t1\t2026-01-05 14:00:00\t1\t5.00\tnew\t{AT}"],
    "order_items": [f"11\t1\t1\t1\t9999.99\t0.0000\t{AT}", f"12\t1\t1\t1\t9999.99\t0.0500\t{AT}"],
    "payments": [f"1\t1\tcard\t2026-01-05 14:05:00\t19499.98\t{AT}"],
}
CSV_ORDERS = f'1,1,\\N,"2026-01-05 14:00:00",1,19499.98,"paid","{AT}"\n2,1,1,"2026-01-05 14:00:00",1,5.00,"new","{AT}"\n'


def write_export(directory: Path) -> Path:
    directory.mkdir()
    for table, rows in ROWS.items():
        (directory / f"{table}.txt").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    return checksummed(directory)


def checksummed(directory: Path) -> Path:
    files = sorted(path for path in directory.iterdir() if path.name != CHECKSUMS)
    (directory / CHECKSUMS).write_text("".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files))
    return directory
