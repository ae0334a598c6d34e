"""Business rules of the customers.

All are warnings: a sales report needs the customer, even with a wrong name.
"""

from techmarket.quality.rules.row_rules import BUSINESS_NOW, MatchesPattern, RowCondition, Severity

RULES = (
    MatchesPattern(
        table="customers",
        name="full_name_filled",
        column="full_name",
        pattern=r"\S",
        what="The name of a customer is not blank.",
        reason="Reports by customer show a blank line.",
        remedy="Enter the name as on the invoice.",
        owner="customer service",
        severity=Severity.WARNING,
    ),
    MatchesPattern(
        table="customers",
        name="email_shape",
        column="email",
        pattern=r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$",
        what="An e-mail address has the shape name@domain.tld.",
        reason="Invoices and notices to it bounce. No figure depends on it, and it never reaches the warehouse: hence a warning.",
        remedy="Ask the customer for the address, or empty the field.",
        owner="customer service",
        severity=Severity.WARNING,
    ),
    MatchesPattern(
        table="customers",
        name="phone_shape",
        column="phone",
        pattern=r"^\+?[0-9][0-9 ()-]{6,}$",
        what="A telephone number has at least seven digits, and nothing but digits, spaces, brackets, hyphens and a leading plus.",
        reason="The courier cannot call. No figure depends on it, and it never reaches the warehouse: hence a warning.",
        remedy="Ask the customer for the number, or empty the field.",
        owner="customer service",
        severity=Severity.WARNING,
    ),
    RowCondition(
        table="customers",
        name="created_at_not_in_future",
        over=("created_at",),
        holds=f"staged.created_at <= {BUSINESS_NOW} + INTERVAL '1 day'",
        what="An account was not opened later than a day from now.",
        reason="A date from the future points to a wrong clock or a typing error, and spoils figures of new customers.",
        remedy="Correct the date in the source.",
        owner="customer service",
        severity=Severity.WARNING,
    ),
)
