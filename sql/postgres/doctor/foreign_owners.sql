-- The relations of dwh and stg whose owner's rights the session lacks, so that a load cannot write them.
-- Grain: one row a relation. Key: relation.
SELECT namespaces.nspname || '.' || relations.relname AS relation
FROM pg_class AS relations
INNER JOIN pg_namespace AS namespaces ON relations.relnamespace = namespaces.oid
WHERE
    namespaces.nspname IN ('dwh', 'stg')
    AND relations.relkind IN ('r', 'p', 'v', 'm')
    AND NOT pg_has_role(current_user, relations.relowner, 'USAGE')
ORDER BY relation;
