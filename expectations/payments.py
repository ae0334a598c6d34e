"""Business rules of the payments."""

from datetime import datetime

from techmarket.quality.rules.row_rules import BUSINESS_NOW, Between, InSet, NotAmong, RowCondition, Severity

METHODS = ("card", "cash", "bank_transfer", "instalments", "gift_card")

_BEFORE_THEIR_ORDER = """
    SELECT payment.payment_id
    FROM stg.payments AS payment
    INNER JOIN stg.orders AS header ON header.order_id = payment.order_id
    WHERE payment.paid_at < header.order_date - INTERVAL '1 day'
"""

RULES = (
    InSet(
        table="payments",
        name="method_known",
        column="method",
        values=METHODS,
        what=f"The method is one of {', '.join(METHODS)}.",
        reason="Accounting reconciles each method with another counterparty; money under an unknown one is lost sight of.",
        remedy="Set one of the known methods, or have the new one defined first.",
        owner="accounting",
    ),
    Between(
        table="payments",
        name="amount_positive",
        column="amount",
        above=0,
        what="The amount is above zero.",
        reason="A payment of nothing is a typing error, and a refund is not a payment.",
        remedy="Correct the amount, or delete the payment.",
        owner="accounting",
    ),
    RowCondition(
        table="payments",
        name="paid_at_not_in_future",
        over=("paid_at",),
        holds=f"staged.paid_at <= {BUSINESS_NOW} + INTERVAL '1 day'",
        what="Money did not arrive later than a day from now, business time.",
        reason="Receipts would appear in a period that has not come. A day of grace absorbs clocks and time zones.",
        remedy="Correct the date of the payment.",
        owner="accounting",
    ),
    Between(
        table="payments",
        name="paid_at_not_before_2000",
        column="paid_at",
        least=datetime(2000, 1, 1),  # noqa: DTZ001 - wall-clock time of the business, as the column is
        what="Money did not arrive before the year 2000.",
        reason="TechMarket did not exist: the date is a default of some program or a typing error.",
        remedy="Correct the date of the payment.",
        owner="accounting",
    ),
    NotAmong(
        table="payments",
        name="paid_after_order",
        column="payment_id",
        offenders=_BEFORE_THEIR_ORDER,
        shown=("order_id", "paid_at"),
        what="Money did not arrive more than a day before its order was placed.",
        reason="The payment may belong to another order. The amount is right on its day: hence a warning.",
        remedy="Check which order was paid, and correct the order or the date.",
        owner="accounting",
        severity=Severity.WARNING,
    ),
)
