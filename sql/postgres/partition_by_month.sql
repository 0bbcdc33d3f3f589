-- Partitions the tables of readings by month, for installations with many sites. To be run once, after
-- `seh init-db` and before the first sync, as the owner of the tables and in their schema:
--
--   seh init-db
--   psql "$URL" -v ON_ERROR_STOP=1 -f partition_by_month.sql
--   seh init-db    -- makes the views again that stood on the old tables
--
-- seh needs no setting for it. What belongs to no month (older history, or months not yet made) goes to
-- the table's default partition, so nothing is ever refused. Months are added at any time, here those
-- of 2030; rows of theirs that stand in the default partition move:
--
--   select seh_add_months('2030-01-01', '2030-12-01');
--
-- The first months reach from two years ago to a year ahead, unless these are set before:
--   set seh.first_month = '2019-05-01'; set seh.last_month = '2027-12-01';

begin;

-- Makes the months that are missing, first and last included; says how many partitions were made.
create or replace function seh_add_months(first_month date, last_month date) returns integer
language plpgsql as $$
declare
  parent text;
  part text;
  month timestamp;
  starts timestamptz;
  ends timestamptz;
  made integer := 0;
begin
  for parent in
    select c.relname
    from pg_class c
    where c.relnamespace = quote_ident(current_schema())::regnamespace
      and c.relkind = 'p'
      and exists (
        select from pg_class d
        where d.relnamespace = c.relnamespace and d.relname = c.relname || '_default'
      )
    order by c.relname
  loop
    for month in
      select generate_series(
        date_trunc('month', first_month::timestamp),
        last_month::timestamp,
        interval '1 month'
      )
    loop
      part := parent || to_char(month, '"_"YYYY"_"MM');
      continue when to_regclass(quote_ident(part)) is not null;
      -- Months are those of UTC, as the instants are.
      starts := month at time zone 'UTC';
      ends := (month + interval '1 month') at time zone 'UTC';
      execute format('create table %I (like %I including all)', part, parent);
      execute format(
        'with moved as (delete from %I where timestamp >= %L and timestamp < %L returning *)
         insert into %I select * from moved',
        parent || '_default', starts, ends, part
      );
      execute format(
        'alter table %I attach partition %I for values from (%L) to (%L)',
        parent, part, starts, ends
      );
      made := made + 1;
    end loop;
  end loop;
  return made;
end
$$;

do $$
declare
  readings text;
  standing text;
  filled boolean;
begin
  if to_regclass('power_readings') is null then
    raise exception 'this schema has no tables of seh; run seh init-db first';
  end if;
  -- The tables of readings by instant, as the catalogue has them.
  for readings in
    select c.relname
    from pg_class c
    join pg_index i on i.indrelid = c.oid and i.indisprimary
    join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
    where c.relnamespace = quote_ident(current_schema())::regnamespace
      and c.relkind = 'r'
      and not c.relispartition
      and a.attname = 'timestamp'
      and (
        select count(*) from pg_attribute known
        where known.attrelid = c.oid and known.attname in ('site_id', 'local_time', 'source')
      ) = 3
    order by c.relname
  loop
    execute format('select exists (select from %I)', readings) into filled;
    if filled then
      raise exception '% holds rows already; partition before the first sync', readings;
    end if;
    -- The views of seh that stand on the table, and those that stand on these: dropped together, since each
    -- would hold on to another.
    with recursive dependents as (
      select quote_ident(readings)::regclass::oid as relation
      union
      select v.oid
      from dependents s
      join pg_depend d on d.refobjid = s.relation and d.classid = 'pg_rewrite'::regclass
      join pg_rewrite r on r.oid = d.objid
      join pg_class v on v.oid = r.ev_class
      where v.relkind = 'v'
        and v.relnamespace = quote_ident(current_schema())::regnamespace
        and v.relname like 'v\_%'
    )
    select string_agg(quote_ident(v.relname), ', ') into standing
    from dependents s
    join pg_class v on v.oid = s.relation and v.relkind = 'v';
    if standing is not null then
      execute 'drop view ' || standing;
    end if;
    execute format('alter table %I rename to %I', readings, readings || '_plain');
    execute format(
      'create table %I (like %I including all) partition by range (timestamp)',
      readings, readings || '_plain'
    );
    execute format('drop table %I', readings || '_plain');
    execute format('create table %I partition of %I default', readings || '_default', readings);
  end loop;
end
$$;

select seh_add_months(
  coalesce(nullif(current_setting('seh.first_month', true), '')::date,
    (current_date - interval '2 years')::date),
  coalesce(nullif(current_setting('seh.last_month', true), '')::date,
    (current_date + interval '1 year')::date)
);

commit;
