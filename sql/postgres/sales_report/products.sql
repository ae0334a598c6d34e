-- The best and the worst products of a period by revenue and by quantity. Products never sold are among the worst.
-- Of equal products the one with the smaller stock-keeping unit comes first, so that all lists are of one length.
-- Grain: one row a list and place. Key: list, place.
-- Binds: first_day, last_day, length.
WITH ranked AS (
    SELECT
        p.sku,
        p.product AS name,
        p.revenue,
        p.quantity,
        p.margin,
        row_number() OVER (ORDER BY p.revenue DESC, p.sku ASC) AS best_by_revenue,
        row_number() OVER (ORDER BY p.quantity DESC, p.sku ASC) AS best_by_quantity,
        row_number() OVER (ORDER BY p.revenue ASC, p.sku ASC) AS worst_by_revenue,
        row_number() OVER (ORDER BY p.quantity ASC, p.sku ASC) AS worst_by_quantity
    FROM dwh.product_ranking(:first_day, :last_day) AS p
    WHERE NOT p.is_deleted
)

SELECT
    listed.list,
    listed.place,
    ranked.sku,
    ranked.name,
    ranked.revenue,
    ranked.quantity,
    ranked.margin
FROM ranked
CROSS JOIN
    LATERAL (
        VALUES
        ('best_by_revenue', ranked.best_by_revenue),
        ('best_by_quantity', ranked.best_by_quantity),
        ('worst_by_revenue', ranked.worst_by_revenue),
        ('worst_by_quantity', ranked.worst_by_quantity)
    ) AS listed (list, place)
WHERE listed.place <= :length
ORDER BY listed.list, listed.place;
