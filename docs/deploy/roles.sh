#!/bin/sh
# The two roles and the database, once, when the data folder is new (docs/operate.md, "PostgreSQL").
set -eu
psql --set ON_ERROR_STOP=1 --username postgres \
  --set owner="$(cat /run/secrets/owner)" --set serving="$(cat /run/secrets/serving)" <<'SQL'
CREATE ROLE steerco_owner LOGIN PASSWORD :'owner';
CREATE ROLE steerco_serving LOGIN PASSWORD :'serving';
CREATE DATABASE steerco OWNER steerco_owner;
SQL
