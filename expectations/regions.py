"""Business rules of the sales regions."""

from techmarket.quality.rules.row_rules import MatchesPattern, Severity, Unique

RULES = (
    MatchesPattern(
        table="regions",
        name="name_filled",
        column="name",
        pattern=r"\S",
        what="The name of a region is not blank.",
        reason="Every report by region shows this name; a blank one cannot be told from a fault of the report.",
        remedy="Name the region in the source.",
        owner="sales management",
    ),
    Unique(
        table="regions",
        name="name_unique",
        column="name",
        what="No two regions share a name.",
        reason="Two rows of a report under one name look like a double count.",
        remedy="Rename one of the regions, or move everything to one of them and delete the other.",
        owner="sales management",
        severity=Severity.WARNING,
    ),
)
