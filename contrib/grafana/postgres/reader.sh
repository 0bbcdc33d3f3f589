#!/bin/sh
# Runs once, when the database is made: a user for Grafana who may read what seh stores, and nothing else.
set -eu
psql -q -v ON_ERROR_STOP=1 -v password="$READER_PASSWORD" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
create role seh_reader login password :'password';
alter role seh_reader set default_transaction_read_only = on;
-- To translate a view into machine code takes longer than to read it.
alter role seh_reader set jit = off;
grant usage on schema public to seh_reader;
alter default privileges in schema public grant select on tables to seh_reader;
SQL
