"""Business rules of the order headers."""

from datetime import datetime, timedelta

from techmarket.model.statuses import RECOGNISED_STATUSES, STATUSES
from techmarket.quality.rules.row_rules import BUSINESS_NOW, Between, InSet, NotAmong, RowCondition, Severity
from techmarket.quality.rules.table_rules import Recent

_RECOGNISED = ", ".join(f"'{status}'" for status in RECOGNISED_STATUSES)

_GROUP = "order_id & 8191"
_WEIGHT = "hashint8extended(order_id, 0)"
"""Amounts are compared by groups of orders, weighted by a hash of the key; only unequal groups by order. Wrong orders cancel out with a
chance of 1 in 2^64.
"""

_LINE_AMOUNT = "CASE WHEN discount = 0 THEN quantity * unit_price ELSE round(quantity * unit_price * (1 - discount), 2) END"
"""Two numeric operations fewer without a discount."""

_WITH_ANOTHER_SUM_OF_LINES = f"""
    WITH unequal AS MATERIALIZED (
        SELECT {_GROUP} AS order_group
        FROM (
            SELECT order_id, -total_amount AS amount FROM stg.orders
            UNION ALL
            SELECT order_id, {_LINE_AMOUNT} AS amount FROM stg.order_items
        ) AS amounts
        GROUP BY order_group
        HAVING sum(amount * {_WEIGHT}) <> 0
    )
    SELECT header.order_id
    FROM stg.orders AS header
    INNER JOIN (
        SELECT order_id, sum({_LINE_AMOUNT}) AS amount
        FROM stg.order_items
        WHERE EXISTS (SELECT FROM unequal) AND {_GROUP} IN (SELECT order_group FROM unequal)
        GROUP BY order_id
    ) AS lines ON lines.order_id = header.order_id
    WHERE header.total_amount <> lines.amount
"""  # noqa: S608 - the expressions above

_PAID_ANOTHER_AMOUNT = f"""
    WITH unequal AS MATERIALIZED (
        SELECT {_GROUP} AS order_group
        FROM (
            SELECT order_id, -total_amount AS amount FROM stg.orders WHERE status IN ({_RECOGNISED})
            UNION ALL
            SELECT order_id, payment.amount
            FROM stg.payments AS payment
            WHERE NOT EXISTS (
                SELECT FROM stg.orders AS header
                WHERE header.order_id = payment.order_id AND header.status NOT IN ({_RECOGNISED})
            )
        ) AS amounts
        GROUP BY order_group
        HAVING sum(amount * {_WEIGHT}) <> 0
    )
    SELECT header.order_id
    FROM stg.orders AS header
    LEFT JOIN (
        SELECT order_id, sum(amount) AS amount
        FROM stg.payments
        WHERE {_GROUP} IN (SELECT order_group FROM unequal)
        GROUP BY order_id
    ) AS paid ON paid.order_id = header.order_id
    WHERE
        EXISTS (SELECT FROM unequal) AND header.{_GROUP} IN (SELECT order_group FROM unequal)
        AND header.status IN ({_RECOGNISED}) AND header.total_amount <> coalesce(paid.amount, 0)
"""  # noqa: S608

_WITHOUT_LINES = """
    SELECT header.order_id
    FROM stg.orders AS header
    LEFT JOIN stg.order_items AS line ON line.order_id = header.order_id
    WHERE line.order_id IS NULL
"""

RULES = (
    Recent(
        table="orders",
        name="recent",
        column="updated_at",
        within=timedelta(days=2),
        what="The order system has written an order within the last two days.",
        reason="TechMarket sells every day: silence means that the order system stands still, or that an old copy of it is read.",
        remedy="Check that TECHMARKET_OLTP_URL names the live order system, and that orders come in there.",
        owner="data engineering",
    ),
    InSet(
        table="orders",
        name="status_known",
        column="status",
        values=STATUSES,
        what=f"The status is one of {', '.join(STATUSES)}.",
        reason="The status decides whether the order is revenue; one that nobody defined decides nothing.",
        remedy="Set one of the known statuses, or have the new one defined first.",
        owner="order desk",
    ),
    RowCondition(
        table="orders",
        name="order_date_not_in_future",
        over=("order_date",),
        holds=f"staged.order_date <= {BUSINESS_NOW} + INTERVAL '1 day'",
        what="An order was not placed later than a day from now, business time.",
        reason="Its revenue would appear in a period that has not come. A day of grace absorbs clocks and time zones.",
        remedy="Correct the date of the order.",
        owner="order desk",
    ),
    Between(
        table="orders",
        name="order_date_not_before_2000",
        column="order_date",
        least=datetime(2000, 1, 1),  # noqa: DTZ001 - wall-clock time of the business, as the column is
        what="An order was not placed before the year 2000.",
        reason="TechMarket did not exist: the date is a default of some program or a typing error.",
        remedy="Correct the date of the order.",
        owner="order desk",
    ),
    NotAmong(
        table="orders",
        name="total_matches_lines",
        column="order_id",
        offenders=_WITH_ANOTHER_SUM_OF_LINES,
        shown=("total_amount", "status"),
        what="The total equals the sum of the lines after discount, to the cent, each line rounded once.",
        reason="The customer was charged something else than the lines say. Figures come from the lines: hence a warning.",
        remedy="Have the order recalculated, or correct the line that is wrong.",
        owner="order desk",
        severity=Severity.WARNING,
    ),
    NotAmong(
        table="orders",
        name="payments_match_total",
        column="order_id",
        offenders=_PAID_ANOTHER_AMOUNT,
        shown=("total_amount", "status"),
        what="The payments of a paid, shipped or delivered order add up to its total.",
        reason="Goods left without full payment, or the customer is owed money.",
        remedy="Enter the missing payment, refund the surplus, or correct the status.",
        owner="accounting",
        severity=Severity.WARNING,
    ),
    NotAmong(
        table="orders",
        name="has_lines",
        column="order_id",
        offenders=_WITHOUT_LINES,
        shown=("total_amount", "status"),
        what="An order has at least one line.",
        reason="An order without goods has no revenue, whatever its total says, and is missing from every report.",
        remedy="Enter the lines, or delete the order.",
        owner="order desk",
        severity=Severity.WARNING,
    ),
)
