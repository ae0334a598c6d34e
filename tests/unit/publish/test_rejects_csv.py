import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from expectations import RULES
from techmarket.errors import ConfigurationError
from techmarket.model.catalog import CATALOG
from techmarket.project import Project
from techmarket.publish.rejects_csv import write_csv
from techmarket.quality.quarantine.rejects import Reject
from techmarket.quality.rules.row_rules import HELD_WITH_ORDER
from techmarket.quality.rules.rule_texts import HELD, UNDECLARED
from techmarket.settings import load_settings

AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


def reject(table: str, rule: str, **row: str | None) -> Reject:
    return Reject(table, "1", rule, None, first_batch_id=3, batch_id=7, rejected_at=AT, last_seen_at=AT, row=row)


def written(path: Path, *rejects: Reject) -> list[dict[str, str]]:
    write_csv(path, rejects, Project(CATALOG, RULES, load_settings()))
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_line_says_which_row_breaks_what_since_when_and_how_to_mend_it(tmp_path: Path) -> None:
    rule = next(rule for rule in RULES if rule.id == "orders.status_known")
    (line,) = written(tmp_path / "x.csv", reject("orders", rule.id, order_id="1", status="lost", employee_id=None))
    assert list(line) == [
        "source_table", "source_key", "rule", "asks_for", "how_to_mend", "rejected_since_utc", "first_batch", "newest_batch",
        *CATALOG["orders"].column_names,
    ]  # fmt: skip
    assert list(line.values())[:8] == ["orders", "1", rule.id, rule.what, rule.remedy, "2026-11-22 03:04:05", "3", "7"]
    assert (line["status"], line["employee_id"]) == ("lost", "")


def test_rows_of_several_tables_share_the_columns_that_both_have(tmp_path: Path) -> None:
    order, line = written(
        tmp_path / "x.csv",
        reject("orders", HELD_WITH_ORDER, order_id="1", status="paid"),
        reject("order_items", "order_items.quantity_positive", order_item_id="11", order_id="1", quantity="-5"),
    )
    assert [order["order_id"], order["status"], order["quantity"]] == ["1", "paid", ""]
    assert [line["order_id"], line["status"], line["quantity"]] == ["1", "", "-5"]
    assert (order["asks_for"], order["how_to_mend"]) == (HELD.what, HELD.remedy)


def test_a_rule_that_is_no_longer_in_force_is_said_to_be_so(tmp_path: Path) -> None:
    (line,) = written(tmp_path / "x.csv", reject("orders", "orders.forgotten", order_id="1"))
    assert line["how_to_mend"] == UNDECLARED.remedy


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=HYPERLINK(A1)", "'=HYPERLINK(A1)"), ("+380501112233", "'+380501112233"), ("-1+1|cmd", "'-1+1|cmd"), ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"), ("\r=1", "'\r=1"), ("\n=1", "'\n=1"), ("＝1", "'＝1"),
        ("-5.00", "-5.00"), ("-", "'-"), ("a=1", "a=1"), ("", ""), ("'quoted", "'quoted"), ('say "hi", Їжаче\nnow', 'say "hi", Їжаче\nnow'),
    ],
)  # fmt: skip
def test_no_value_is_taken_for_a_formula_and_others_stay_as_they_are(tmp_path: Path, value: str, cell: str) -> None:
    (line,) = written(tmp_path / "x.csv", reject("customers", "customers.full_name_not_null", full_name=value))
    assert line["full_name"] == cell


def test_control_characters_of_a_value_are_shown_as_escapes(tmp_path: Path) -> None:
    (line,) = written(tmp_path / "x.csv", reject("products", "products.name_unique", name="Phone\x1b[31m\u202eX\u200b\nnew"))
    assert line["name"] == "Phone\\x1b[31m\\u202eX\\u200b\nnew"


def test_a_spreadsheet_sees_that_it_is_utf8(tmp_path: Path) -> None:
    write_csv(tmp_path / "x.csv", [], Project(CATALOG, RULES, load_settings()))
    assert (tmp_path / "x.csv").read_bytes().startswith(b"\xef\xbb\xbfsource_table,")


def test_only_its_owner_reads_the_file(tmp_path: Path) -> None:
    write_csv(tmp_path / "x.csv", [], Project(CATALOG, RULES, load_settings()))
    assert (tmp_path / "x.csv").stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"x.csv cannot be written: No such file or directory\. Next: name a file elsewhere"):
        write_csv(tmp_path / "nowhere" / "x.csv", [], Project(CATALOG, RULES, load_settings()))
