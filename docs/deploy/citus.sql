-- Spreads the tables over the nodes of a Citus cluster by tenant (docs/operate.md, "Many nodes with Citus"): as the owner of the tables,
-- after `steerco db upgrade` and before the first tenant is applied, and again after each upgrade that brings tables:
--   psql --set ON_ERROR_STOP=1 --single-transaction --file citus.sql "$STEERCO_OPERATOR_URL"
-- What is spread already is left as it is. A table comes after those that its keys lead to; all lie with log_head.
DO $$
DECLARE
  shared constant text[] := ARRAY['tenant', 'register', 'lease'];
  each text;
  found regclass;
BEGIN
  FOREACH each IN ARRAY shared LOOP
    IF each::regclass NOT IN (SELECT logicalrelid FROM pg_dist_partition) THEN
      PERFORM create_reference_table(each::regclass);
    END IF;
  END LOOP;
  LOOP
    SELECT owned.oid::regclass INTO found
      FROM pg_class AS owned JOIN pg_attribute AS key ON key.attrelid = owned.oid AND key.attname = 'tenant_id' AND NOT key.attisdropped
     WHERE owned.relkind = 'r' AND NOT owned.relispartition AND owned.relnamespace = current_schema()::regnamespace
       AND owned.oid NOT IN (SELECT logicalrelid FROM pg_dist_partition)
       AND NOT EXISTS (
         SELECT FROM pg_constraint AS leads
          WHERE leads.contype = 'f' AND leads.conrelid = owned.oid AND leads.confrelid <> owned.oid
            AND leads.confrelid NOT IN (SELECT logicalrelid FROM pg_dist_partition))
     ORDER BY owned.relname <> 'log_head', owned.relname LIMIT 1;
    EXIT WHEN found IS NULL;
    PERFORM create_distributed_table(found, 'tenant_id', colocate_with => CASE found::text WHEN 'log_head' THEN 'none' ELSE 'log_head' END);
  END LOOP;
  SELECT owned.oid::regclass INTO found
    FROM pg_class AS owned JOIN pg_attribute AS key ON key.attrelid = owned.oid AND key.attname = 'tenant_id' AND NOT key.attisdropped
   WHERE owned.relkind = 'r' AND NOT owned.relispartition AND owned.relnamespace = current_schema()::regnamespace
     AND owned.oid NOT IN (SELECT logicalrelid FROM pg_dist_partition) LIMIT 1;
  IF found IS NOT NULL THEN
    RAISE EXCEPTION 'keys lead in a circle: % and others are not spread', found;
  END IF;
END
$$;
