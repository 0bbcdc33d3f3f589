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
-- are. A third server is one more `create server` and one more partition in each statement.

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

alter table sites
  engine = spider
  comment = 'wrapper "mysql", table "sites"'
  partition by hash (site_id) (
    partition shard_a comment = 'server "seh_shard_a"',
    partition shard_b comment = 'server "seh_shard_b"'
  );

alter table equipment
  engine = spider
  comment = 'wrapper "mysql", table "equipment"'
  partition by hash (site_id) (
    partition shard_a comment = 'server "seh_shard_a"',
    partition shard_b comment = 'server "seh_shard_b"'
  );

alter table batteries
  engine = spider
  comment = 'wrapper "mysql", table "batteries"'
  partition by hash (site_id) (
    partition shard_a comment = 'server "seh_shard_a"',
    partition shard_b comment = 'server "seh_shard_b"'
  );

alter table meters
  engine = spider
  comment = 'wrapper "mysql", table "meters"'
  partition by hash (site_id) (
    partition shard_a comment = 'server "seh_shard_a"',
    partition shard_b comment = 'server "seh_shard_b"'
  );

alter table inventory
  engine = spider
  comment = 'wrapper "mysql", table "inventory"'
  partition by hash (site_id) (
    partition shard_a comment = 'server "seh_shard_a"',
    partition shard_b comment = 'server "seh_shard_b"'
  );

alter table sensors
  engine = spider
  comment = 'wrapper "mysql", table "sensors"'
  partition by hash (site_id) (
    partition shard_a comment = 'server "seh_shard_a"',
    partition shard_b comment = 'server "seh_shard_b"'
  );

alter table environmental_benefits
  engine = spider
  comment = 'wrapper "mysql", table "environmental_benefits"'
  partition by hash (site_id) (
    partition shard_a comment = 'server "seh_shard_a"',
    partition shard_b comment = 'server "seh_shard_b"'
  );

alter table alerts
  engine = spider
  comment = 'wrapper "mysql", table "alerts"'
  partition by hash (site_id) (
    partition shard_a comment = 'server "seh_shard_a"',
    partition shard_b comment = 'server "seh_shard_b"'
  );

alter table equipment_changes
  engine = spider
  comment = 'wrapper "mysql", table "equipment_changes"'
  partition by hash (site_id) (
    partition shard_a comment = 'server "seh_shard_a"',
    partition shard_b comment = 'server "seh_shard_b"'
  );

alter table energy_readings
  engine = spider
  comment = 'wrapper "mysql", table "energy_readings"'
  partition by hash (site_id) (
    partition shard_a comment = 'server "seh_shard_a"',
    partition shard_b comment = 'server "seh_shard_b"'
  );

alter table power_readings
  engine = spider
  comment = 'wrapper "mysql", table "power_readings"'
  partition by hash (site_id) (
    partition shard_a comment = 'server "seh_shard_a"',
    partition shard_b comment = 'server "seh_shard_b"'
  );

alter table power_details
  engine = spider
  comment = 'wrapper "mysql", table "power_details"'
  partition by hash (site_id) (
    partition shard_a comment = 'server "seh_shard_a"',
    partition shard_b comment = 'server "seh_shard_b"'
  );

alter table energy_details
  engine = spider
  comment = 'wrapper "mysql", table "energy_details"'
  partition by hash (site_id) (
    partition shard_a comment = 'server "seh_shard_a"',
    partition shard_b comment = 'server "seh_shard_b"'
  );

alter table power_flows
  engine = spider
  comment = 'wrapper "mysql", table "power_flows"'
  partition by hash (site_id) (
    partition shard_a comment = 'server "seh_shard_a"',
    partition shard_b comment = 'server "seh_shard_b"'
  );

alter table battery_telemetry
  engine = spider
  comment = 'wrapper "mysql", table "battery_telemetry"'
  partition by hash (site_id) (
    partition shard_a comment = 'server "seh_shard_a"',
    partition shard_b comment = 'server "seh_shard_b"'
  );

alter table meter_readings
  engine = spider
  comment = 'wrapper "mysql", table "meter_readings"'
  partition by hash (site_id) (
    partition shard_a comment = 'server "seh_shard_a"',
    partition shard_b comment = 'server "seh_shard_b"'
  );

alter table inverter_telemetry
  engine = spider
  comment = 'wrapper "mysql", table "inverter_telemetry"'
  partition by hash (site_id) (
    partition shard_a comment = 'server "seh_shard_a"',
    partition shard_b comment = 'server "seh_shard_b"'
  );

alter table optimizer_telemetry
  engine = spider
  comment = 'wrapper "mysql", table "optimizer_telemetry"'
  partition by hash (site_id) (
    partition shard_a comment = 'server "seh_shard_a"',
    partition shard_b comment = 'server "seh_shard_b"'
  );

alter table sensor_readings
  engine = spider
  comment = 'wrapper "mysql", table "sensor_readings"'
  partition by hash (site_id) (
    partition shard_a comment = 'server "seh_shard_a"',
    partition shard_b comment = 'server "seh_shard_b"'
  );

alter table coverage
  engine = spider
  comment = 'wrapper "mysql", table "coverage"'
  partition by hash (site_id) (
    partition shard_a comment = 'server "seh_shard_a"',
    partition shard_b comment = 'server "seh_shard_b"'
  );

alter table sync_metadata
  engine = spider
  comment = 'wrapper "mysql", table "sync_metadata"'
  partition by hash (site_id) (
    partition shard_a comment = 'server "seh_shard_a"',
    partition shard_b comment = 'server "seh_shard_b"'
  );
