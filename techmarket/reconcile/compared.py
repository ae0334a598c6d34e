"""What is compared: the tables of the warehouse whose rows a routine load reads by their changes, so that it would miss a loss.

Regions, employees, categories and products are absent on purpose: every load reads them whole and corrects them. So is a line's cost:
the source does not know what the purchase price was when the line was first loaded.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Compared:
    """A table of ``dwh`` and the source table whose rows it shows, under the same key.

    ``sql/mysql/reconcile/<target>.sql`` says which rows must stand in it, ``sql/postgres/reconcile/<target>.sql`` which do: each
    with a text of all that is compared. Equal rows have equal texts, byte for byte.
    """

    target: str
    source_table: str
    key: str
    asked: tuple[str, str]
    """What a repair asks for: a table, and the column of the text that has its key."""
    columns: tuple[str, ...]
    """What the text holds, parted by |, which only the last can hold itself."""

    def fields(self, row_text: str) -> dict[str, str]:
        """The text of a row by column."""
        return dict(zip(self.columns, row_text.split("|", len(self.columns) - 1), strict=True))

    def asked_key(self, row_text: str) -> int:
        """The key by which a repair asks for the row."""
        return int(self.fields(row_text)[self.asked[1]])


COMPARED = (
    Compared(
        target="dim_customer",
        source_table="customers",
        key="customer_id",
        asked=("customers", "customer_id"),
        columns=("customer_id", "region_id", "created_at", "full_name"),
    ),
    Compared(
        target="fact_sales",
        source_table="order_items",
        key="order_item_id",
        asked=("orders", "order_id"),
        columns=(
            *("order_item_id", "order_id", "product_id", "customer_id", "employee_id", "region_id", "order_date"),
            *("quantity", "revenue", "discount_amount", "order_status"),
        ),
    ),
    Compared(
        target="fact_payments",
        source_table="payments",
        key="payment_id",
        asked=("orders", "order_id"),
        columns=("payment_id", "order_id", "customer_id", "region_id", "paid_at", "amount", "method"),
    ),
)


@dataclass(frozen=True, slots=True)
class Span:
    """Keys from ``low`` to ``high``, both included."""

    low: int
    high: int


ALL_KEYS = Span(-(2**63), 2**63 - 1)
