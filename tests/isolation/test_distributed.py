"""Tables spread by tenant: the script for Citus, run on PostgreSQL with its tables partitioned by a hash of the tenant.

Citus itself is not to be had here. A partitioned table asks the same of keys and unique indexes: each holds the column by which
the rows are spread. Two functions under the names of Citus's do the partitioning.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import databases
from tests.lifecycle.conftest import BOARD, LATER, Moved, act, hashes, sound
from tests.lifecycle.conftest import archive as archive
from tests.lifecycle.conftest import lived as lived
from tests.store import postgres

from steerco.configuration.installation import Installation
from steerco.operations.archive.importer import bring
from steerco.store.base import GLOBAL, Base
from steerco.store.engine import Store
from steerco.store.security import secure

SCRIPT = (Path(__file__).parents[2] / "docs" / "deploy" / "citus.sql").read_text("utf-8")
FUNCTIONS = """
CREATE TABLE pg_dist_partition (logicalrelid regclass, place serial, beside text);
CREATE TABLE key_kept (child text, name text, definition text);
CREATE FUNCTION create_reference_table(t regclass) RETURNS void LANGUAGE sql AS
  $f$ INSERT INTO pg_dist_partition (logicalrelid, beside) VALUES (t, 'everywhere') $f$;
CREATE FUNCTION create_distributed_table(t regclass, by text, colocate_with text) RETURNS void LANGUAGE plpgsql AS $f$
DECLARE name text := (SELECT relname FROM pg_class WHERE oid = t); was text := 'was_' || name; k record;
BEGIN
  FOR k IN SELECT conrelid::regclass::text AS child, conname, pg_get_constraintdef(oid) AS definition
             FROM pg_constraint WHERE contype = 'f' AND t IN (conrelid, confrelid) LOOP
    INSERT INTO key_kept VALUES (k.child, k.conname, k.definition);
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', k.child, k.conname);
  END LOOP;
  EXECUTE format('ALTER TABLE %I RENAME TO %I', name, was);
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL) PARTITION BY HASH (%I)', name, was, by);
  FOR part IN 0..3 LOOP
    EXECUTE format('CREATE TABLE %I PARTITION OF %I', name || '_of_' || part, name)
      || format(' FOR VALUES WITH (MODULUS 4, REMAINDER %s)', part);
  END LOOP;
  EXECUTE format('DROP TABLE %I', was);
  INSERT INTO pg_dist_partition (logicalrelid, beside) VALUES (quote_ident(name)::regclass, colocate_with);
END $f$;
"""
KEYS = """
DO $$ DECLARE k record; BEGIN
  FOR k IN SELECT * FROM key_kept LOOP
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.child, k.name, k.definition);
  END LOOP;
END $$
"""


@pytest.fixture(scope="module")
def spread() -> Iterator[Store]:
    """A store whose tables are partitioned by tenant, as the script says, with every key and wall."""
    store = databases.OnPostgresql().migrated()
    with store.operator_connection() as connection:
        for statements in (FUNCTIONS, SCRIPT, SCRIPT, KEYS):  # once more, the script changes nothing
            connection.exec_driver_sql(statements.replace("%", "%%"))
        secure(connection, Base.metadata, postgres.SERVING)
    yield store
    store.close()


def test_every_table_is_spread_after_those_that_its_keys_lead_to(spread: Store) -> None:
    with spread.operator_connection() as connection:
        spread_so = "SELECT relname, beside FROM pg_dist_partition JOIN pg_class ON oid = logicalrelid ORDER BY place"
        rows = connection.exec_driver_sql(spread_so).all()
        asked = "SELECT relname FROM pg_class WHERE relkind = 'p' AND NOT relispartition"
        parted = set(connection.exec_driver_sql(asked).scalars())
        keys = connection.exec_driver_sql(
            "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conparentid = 0"
        ).scalar_one()
    names = [name for name, _ in rows]
    assert set(names[:3]) == GLOBAL
    assert names[3] == "log_head"
    assert {beside for _, beside in rows[4:]} == {"log_head"}
    assert parted == set(names[3:])
    assert keys > 20
    for name in parted & set(Base.metadata.tables):
        for key in Base.metadata.tables[name].foreign_key_constraints:
            if key.referred_table.name != name:
                assert names.index(key.referred_table.name) < names.index(name)


def test_a_committee_lives_on_spread_tables(spread: Store, archive: Moved) -> None:
    """Brought in with its log, it acts on; the log is sound, decides again alike, and no other tenant's rows are seen."""
    installation = Installation(spread)
    bring(installation, archive.path, at=LATER, who="op", why="test")
    before = len(hashes(installation, BOARD))
    act(installation.tenant(BOARD), "an", "task.assign", title="Later", to="binh")
    assert len(hashes(installation, BOARD)) == before + 1
    sound(installation, BOARD)
    assert spread.is_walled()
