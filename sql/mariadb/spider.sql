-- Spreads the harvest of many sites over two servers by site, through the Spider engine (Debian:
-- mariadb-plugin-spider). For MariaDB only.
--
-- 1. On each of the two servers that are to hold the readings: make a database and a user, and let
--    `seh init-db` make the tables there.
-- 2. On the server that seh will talk to: make a database, and let `seh init-db` make the tables there.
-- 3. In that database, still empty, run this file, with the addresses below changed to yours.
-- From then on seh knows that last address alone.
--
-- Every table whose key begins with site_id moves; those that belong to the whole harvest stay where they
-- are. A third server is one more `create server` and one more partition below. The client `mariadb` knows
-- `delimiter`, which lets the loop go to the server as one statement.

install soname 'ha_spider';

-- Without this Spider (that of MariaDB 10.11.19) cannot do `insert … on duplicate key update` on rows
-- that are there: ERROR 1136, Column count doesn't match value count. It also belongs into the
-- configuration of this server (loose-spider-direct-dup-insert = 1), to be there after a restart.
set global spider_direct_dup_insert = 1;

create or replace server seh_shard_a foreign data wrapper mysql options (
  host 'shard-a.example', port 3306, user 'seh', password 'change me', database 'seh'
);

create or replace server seh_shard_b foreign data wrapper mysql options (
  host 'shard-b.example', port 3307, user 'seh', password 'change me', database 'seh'
);

delimiter //
begin not atomic
  for moving in (
    select table_name
    from information_schema.key_column_usage
    where table_schema = database()
      and constraint_name = 'PRIMARY'
      and column_name = 'site_id'
      and ordinal_position = 1
    order by table_name
  ) do
    execute immediate concat(
      'alter table ', moving.table_name, '
        engine = spider
        comment = ''wrapper "mysql", table "', moving.table_name, '"''
        partition by hash (site_id) (
          partition shard_a comment = ''server "seh_shard_a"'',
          partition shard_b comment = ''server "seh_shard_b"''
        )'
    );
  end for;
end //
delimiter ;
