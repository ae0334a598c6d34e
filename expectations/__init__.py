"""Rules for TechMarket's data: derived ones, and business rules, one module a staged table.

The import fails on unknown names and repeated ids.
"""

from expectations import categories, customers, employees, order_items, orders, payments, products, regions
from expectations.baseline import baseline
from techmarket.model.catalog import CATALOG
from techmarket.quality.rules.row_rules import checked_rules

RULES = checked_rules(
    (
        *baseline(CATALOG),
        *regions.RULES,
        *customers.RULES,
        *employees.RULES,
        *categories.RULES,
        *products.RULES,
        *orders.RULES,
        *order_items.RULES,
        *payments.RULES,
    ),
    CATALOG,
)
