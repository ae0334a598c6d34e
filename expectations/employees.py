"""Business rules of the employees."""

from techmarket.quality.rules.row_rules import MatchesPattern, Severity

RULES = (
    MatchesPattern(
        table="employees",
        name="full_name_filled",
        column="full_name",
        pattern=r"\S",
        what="The name of an employee is not blank.",
        reason="The ranking of employees shows this name; an unnamed row cannot be acted on.",
        remedy="Enter the name in the source.",
        owner="human resources",
    ),
    MatchesPattern(
        table="employees",
        name="email_shape",
        column="email",
        pattern=r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$",
        what="A work e-mail address has the shape name@domain.tld.",
        reason="Notices to it bounce. No figure depends on it, and it never reaches the warehouse: hence a warning.",
        remedy="Correct the address, or empty the field.",
        owner="human resources",
        severity=Severity.WARNING,
    ),
)
