import sqlalchemy as sa

_QUESTIONS = {
    "columns": """
        SELECT t.oid::regclass, t.relkind, t.relpersistence, row_number() OVER (PARTITION BY t.oid ORDER BY a.attnum), a.attname,
            format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid),
            col_description(t.oid, a.attnum)
        FROM pg_class AS t JOIN pg_attribute AS a ON a.attrelid = t.oid
        LEFT JOIN pg_attrdef AS d ON d.adrelid = t.oid AND d.adnum = a.attnum
        WHERE t.relnamespace IN ('dwh'::regnamespace, 'stg'::regnamespace) AND t.relkind IN ('r', 'v', 'S')
            AND a.attnum > 0 AND NOT a.attisdropped
    """,
    "relations": """
        SELECT t.oid::regclass, t.relkind, t.relpersistence, t.relowner::regrole, t.relacl::text, t.reloptions,
            obj_description(t.oid, 'pg_class'), CASE WHEN t.relkind = 'v' THEN pg_get_viewdef(t.oid) END
        FROM pg_class AS t WHERE t.relnamespace IN ('dwh'::regnamespace, 'stg'::regnamespace) AND t.relkind IN ('r', 'v', 'S')
    """,
    "constraints": """
        SELECT c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid), c.convalidated
        FROM pg_constraint AS c WHERE c.connamespace IN ('dwh'::regnamespace, 'stg'::regnamespace)
    """,
    "indexes": """
        SELECT i.indexrelid::regclass, pg_get_indexdef(i.indexrelid), i.indisvalid
        FROM pg_index AS i JOIN pg_class AS t ON i.indrelid = t.oid WHERE t.relnamespace IN ('dwh'::regnamespace, 'stg'::regnamespace)
    """,
    "routines": """
        SELECT p.oid::regprocedure, pg_get_functiondef(p.oid), p.proowner::regrole, p.proacl::text, obj_description(p.oid, 'pg_proc')
        FROM pg_proc AS p WHERE p.pronamespace IN ('dwh'::regnamespace, 'stg'::regnamespace)
    """,
    "triggers": "SELECT t.tgrelid::regclass, pg_get_triggerdef(t.oid) FROM pg_trigger AS t WHERE NOT t.tgisinternal",
    "schemas": """
        SELECT n.nspname, n.nspowner::regrole, n.nspacl::text, obj_description(n.oid, 'pg_namespace')
        FROM pg_namespace AS n WHERE n.nspname IN ('dwh', 'stg')
    """,
    "default rights": """
        SELECT d.defaclrole::regrole, d.defaclnamespace::regnamespace, d.defaclobjtype, d.defaclacl::text FROM pg_default_acl AS d
    """,
    "unknown members": """
        SELECT 'dim_region', name FROM dwh.dim_region WHERE region_key = 0 UNION ALL
        SELECT 'dim_date', year_month FROM dwh.dim_date WHERE date_key = 0
    """,
    "migrations": "SELECT name FROM dwh.schema_migrations",
}


def catalogue(warehouse: sa.Engine) -> set[str]:
    """One line per column, relation, constraint and so on."""
    with warehouse.connect() as connection:
        return {
            f"{what}: {' | '.join(map(str, row))}" for what, question in _QUESTIONS.items() for row in connection.exec_driver_sql(question)
        }
