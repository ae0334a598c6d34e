"""Business rules of the order lines, all critical for sales figures."""

from techmarket.quality.rules.row_rules import Between

RULES = (
    Between(
        table="order_items",
        name="quantity_positive",
        column="quantity",
        least=1,
        what="A line sells at least one piece.",
        reason="Zero or less turns revenue and cost around; returns have a status of their own.",
        remedy="Correct the quantity, or delete the line.",
        owner="order desk",
    ),
    Between(
        table="order_items",
        name="quantity_plausible",
        column="quantity",
        most=10_000,
        what="A line sells at most 10,000 pieces.",
        reason="More of one article is a bar code read into the quantity: one such line would outweigh a year of sales.",
        remedy="Correct the quantity with the seller; split a real tender into several lines.",
        owner="order desk",
    ),
    Between(
        table="order_items",
        name="unit_price_not_negative",
        column="unit_price",
        least=0,
        what="The price of a piece is not negative.",
        reason="It would lower the revenue of the day, the product and the employee.",
        remedy="Correct the price of the line.",
        owner="order desk",
    ),
    Between(
        table="order_items",
        name="discount_is_fraction",
        column="discount",
        least=0,
        most=1,
        what="The discount is a fraction from 0 to 1.",
        reason="Above 1 the line pays the customer; below 0 it is a surcharge. Often a percentage was entered as it is.",
        remedy="Enter the discount as a fraction: 0.15 for 15 percent.",
        owner="order desk",
    ),
)
