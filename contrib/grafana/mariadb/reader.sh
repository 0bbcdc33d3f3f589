#!/bin/sh
# Runs once, when the database is made: a user for Grafana who may read what seh stores, and nothing else.
set -eu
# In the SQL a quote is written twice and a backslash too.
password=$(printf '%s' "$READER_PASSWORD" | sed "s/[\\\\']/&&/g")
mariadb -u root -p"$MARIADB_ROOT_PASSWORD" <<SQL
create user seh_reader@'%' identified by '$password';
grant select, show view on seh.* to seh_reader@'%';
SQL
