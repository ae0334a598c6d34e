"""Business rules of the product categories."""

from techmarket.quality.rules.row_rules import MatchesPattern, NotAmong, RowCondition, Severity, UniqueTogether

_IN_A_CYCLE = """
    WITH RECURSIVE upward AS (
        SELECT category_id AS start, parent_category_id AS reached FROM stg.categories
        UNION
        SELECT upward.start, above.parent_category_id FROM upward INNER JOIN stg.categories AS above ON above.category_id = upward.reached
    )
    SELECT start FROM upward WHERE reached = start
"""

RULES = (
    MatchesPattern(
        table="categories",
        name="name_filled",
        column="name",
        pattern=r"\S",
        what="The name of a category is not blank.",
        reason="Every report by category shows this name and the path made of it.",
        remedy="Name the category in the source.",
        owner="catalogue team",
    ),
    UniqueTogether(
        table="categories",
        name="name_unique_below_parent",
        together=("parent_category_id", "name"),
        what="No two categories below the same parent share a name.",
        reason="Their sales appear on two lines of a report that nobody can tell apart.",
        remedy="Rename one of them, or move its products to the other and delete it.",
        owner="catalogue team",
        severity=Severity.WARNING,
    ),
    RowCondition(
        table="categories",
        name="not_own_parent",
        over=("parent_category_id",),
        holds="staged.parent_category_id <> staged.category_id",
        what="A category is not the parent of itself.",
        reason="It has no path to the top, so its sales appear under no main category.",
        remedy="Choose the right parent, or none for a main category.",
        owner="catalogue team",
    ),
    NotAmong(
        table="categories",
        name="not_in_cycle",
        column="category_id",
        offenders=_IN_A_CYCLE,
        shown=("parent_category_id",),
        what="Going up from a category never leads back to it.",
        reason="Categories in a circle have no path to the top, so their sales appear under no main category.",
        remedy="Break the circle: choose another parent for one of its categories.",
        owner="catalogue team",
    ),
)
