## Statements of PostgreSQL, one per line (\n is a line feed); first the schema they need.
create table if not exists t (id serial primary key, a int, b int, c text, d timestamptz default now(), name text, j jsonb default '{}', arr int[], v varchar(20))
create table if not exists "Users" (id int, "order" int, "Email" text)
create table if not exists orders_202401 (id int primary key, user_id int)
create table if not exists e (x int, y int)
create or replace procedure p1(x int) language sql as 'select 1'
create extension if not exists pg_stat_statements
set client_min_messages = error
-- statements
select 1
select -5, - 5, +5, a-5, a -1, 1-2, - a from t
select a - -5, 3 + - 5, a between -1 and -2, (-5), -5.0 * -3 from t
select a>-1, a<-1, a=-1 from t
select 1e5, 1.5, .5, 1e-5, 1.5E+3, 1. from t
select 'a', 'it''s', 'a\', E'it\'s', e'\\', N'x', B'01', X'1F', U&'\0041', $$a'b$$, $x$a$$b$x$
select 'a'\n'b'
select 'x'::text, '1'::int, cast('2' as int), int '3', date '2024-01-01', timestamp '2024-01-01 10:00', interval '1 day', time with time zone '10:00+00', double precision '1.5'
select 1::int, 1.5::numeric(10,2), null::text, -5::int
select * from t where a in (1)
select * from t where a in (1,2,3)
select * from t where a in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
select * from t where a not in (1,2) and c in ('x','y')
select * from t where a in (1::int, 2::int, 3::int)
select * from t where a = any (array[1,2,3])
select * from t where a = any ('{1,2,3}'::int[])
select * from t where a = any (array[1])
select * from t where a = any (array[1::int, 2::int])
select * from t where v in ('a'::varchar(20), 'b'::varchar(20))
select * from t where a in ('1'::int)
select * from t where a in (1, 2::int, '3')
select * from t where a in (-1, -2)
select * from t where a in (1, b, 2)
select * from t where (a,b) in ((1,2),(3,4))
select * from t where v in ('a', 'b')
select * from t where id::bigint in (1::bigint, 2::bigint)
select array[1,2,3], array['a','b'], array[[1,2],[3,4]], array[1, a] from t
insert into t (a,b) values (1,2)
insert into t (a,b) values (1,2),(3,4),(5,6)
insert into t (a) values (1),(2)
insert into t (a,d) values (1,now()),(2,now())
insert into t (a,b) values (1,default),(2,default)
insert into t (a,b) values (null,1),(2,null)
insert into t (a,b) values (1,-2),(-3,4)
insert into t (id, a) values (100, 2) on conflict (id) do update set a = excluded.a, b = t.b + 1 where t.a > 5
insert into t (a) values (1) on conflict do nothing returning id, a + 1
insert into t default values
insert into t (a) select a from t where b = 1
update t set a = 1 where b = 2
update t set a = a + 1, b = null, c = c || 'x' where id = 5
update t set (a, b) = (1, 2) where id = 1
update t set a = e.x from e where e.y = t.b and e.x > 3
delete from t where a = 1
delete from t using e where e.x = t.a and e.y = 5 returning t.*
select * from t where a is null and b is not null and c = null
select * from t where (a = 1) is true or (b = 1) is not false or true
select null, true, false, not true, not null
select a is distinct from 5, a is not distinct from null from t
select coalesce(null, 1, a), nullif(a, 1), greatest(a, 1, 2) from t
select case when a = 1 then 'x' when a = 2 then null else 'z' end from t
select case a when 1 then -1 else -2 end as x from t
select a from t limit 5
select a from t limit 5 offset 10
select a from t offset 5 rows fetch first 10 rows only
select a from t fetch first row only
select a from t limit all
select a, b from t group by 1, 2 order by 1 desc, b asc nulls last
select a, count(*) from t group by a having count(*) > 5
select count(*) filter (where a > 1), count(distinct a), string_agg(c, ',' order by b) from t
select a from t where a <> 1 and b != 2
select a from t where c like 'x%' and c not like '%y' escape '!' and c ilike 'z' and c similar to 'w'
select a from t where c ~ 'x' and c !~ 'y' and c ~* 'z' and c !~* 'w'
select j ? 'k', j ?| array['a','b'], j ?& array['c'], j -> 'x', j ->> 'y', j #> '{a}', j #>> '{b}', j @> '{}', j @? '$.a', j - 'k' from t
select j->'a'->>'b' from t where j?'k'
select a % 2, a ^ 2, a & 1, a | 2, a # 3, ~a, a << 1, a >> 1, @ a, |/ 25.0 from t
select "a", t."b", "t".c, public.t.a from "t"
select "id", "order", u."order", "Email" from "Users" u
select T.A from T where T.A=5
SELECT\n\ta\nFROM\n\tt\nWHERE  a  =  1
select/**/a/* c /* nested */ */from/**/t -- trailing
select a -- comment\nfrom t where a = 1
select distinct a from t
select distinct on (a) a, b from t order by a, b
select now(), current_timestamp, current_date, localtime, current_user, session_user, current_timestamp(3)
select extract(year from d), extract(epoch from now() - d), date_part('day', d), date_trunc('month', d) from t
select substring(c from 1 for 2), substring(c, 1, 2), trim(both 'x' from c), trim(c), position('a' in c), overlay(c placing 'x' from 1 for 2) from t
select normalize(c), normalize(c, nfc), c is normalized from t
select d at time zone 'utc', d at time zone 'utc' > '2024-01-01' from t
select d > now() - interval '7 days', d + '1 day'::interval, interval '1' day, interval '1 day' * 3 from t
select a::text, (a + 1)::text || 'x', c::varchar(10), cast(a as numeric(10,2)), a::int4::int8 from t
select arr[1], arr[1:2], arr[a], (array[1,2,3])[2], arr[:2] from t
select row(1,2), row(a, 'x'), (1, 2), (a, b) = (1, 2) from t
select exists (select 1 from t where a = 1)
select * from t where exists(select * from t u where u.a = t.a)
select a = any (select b from t), a > all (select 1) from t
select a from t union select b from t union all select 1
(select a from t where b = 1 limit 1) union all (select a from t where b = 2 limit 1) order by a limit 5
select * from t left outer join "Users" u using (id) cross join e
select * from t inner join (select a, count(*) as n from t group by a) x on x.a = t.a and true
select * from t, "Users" as u, e where t.id = u.id
select * from t join lateral (select 1 as z from e where e.x = t.a limit 1) l on true
select * from generate_series(1, 10) g(n) where n > 5
select * from unnest(array[1,2,3]) with ordinality
select * from json_to_recordset('[]') as x(a int, b text)
select * from (values (1,'a'),(2,'b')) v(n, s)
values (1, 'a'), (2, 'b')
select * from t where a = 1 for update
select * from t where a = 1 for update skip locked
select * from t where a = 1 for no key update of t nowait
with c as (select 1 as x) select * from c where x = 1
with recursive c (n) as (select 1 union all select n + 1 from c where n < 5) select * from c
with x as materialized (insert into e values (1, 2) returning x) select * from x
select row_number() over (partition by a order by b desc) as r from t
select sum(a) over w, lag(a, 1, 0) over w from t window w as (partition by b order by a rows between 1 preceding and unbounded following)
select a, sum(b) from t group by grouping sets ((a), ()), rollup (a)
select * from t tablesample bernoulli (10) repeatable (5)
select c collate "C" from t where c collate "POSIX" = 'x' or true
select count(*) from t where c = 'x' and d > '2024-01-01' and name = 'bob'
select a as "Alias", b other, c as third from t
select concat('a', c, 'b'), replace(c, 'a', 'b'), left(c, 1), lpad(c, 5, '0'), to_char(d, 'YYYY') from t
select f.x from (select 1 as x) f where f.x in (select 2)
select pg_sleep(0), random(), md5('x'), pg_advisory_lock(1), pg_advisory_unlock(1)
select nextval('t_id_seq'), currval('t_id_seq')
select xmlelement(name foo, 'bar')
select 1 where 'a' = 'b' or 'x' like 'y'
select a from t order by c collate "C" desc nulls first limit 1
set work_mem = '64MB'
set local work_mem to '64MB'
set enable_seqscan = off
set enable_seqscan to on
set search_path = public, pg_catalog
set search_path to "$user", public
set timezone = 'UTC'
set time zone 'UTC'
set statement_timeout = 0
set statement_timeout to default
set session characteristics as transaction isolation level read committed
reset work_mem
show work_mem
begin
begin isolation level serializable
start transaction
commit
rollback
savepoint sp1 -- in transaction
set local work_mem = 100 -- in transaction
explain select * from t where a = 1
explain (costs off) select * from t where a in (1,2)
create table if not exists t2 (id int not null default 5, a varchar(10) default 'x' check (a <> 'y'), b numeric(10,2) null, primary key (id), unique (a))
create temp table t4 as select a, 1 as one from t where a = 5
alter table t add column if not exists x int default 5, alter column b set default 7
create index if not exists i1 on t using btree (a, b desc) where a > 5
create index if not exists i2 on t (lower(c), (a + 1))
drop index if exists i1, i2
drop table if exists t2
truncate e
truncate table e restart identity
create or replace view v as select a from t where b = 1
create or replace function f1(x int) returns int language sql as $$ select x + 1 $$
do $$ begin perform 1; end $$
call p1(1)
analyze t
vacuum (analyze) e
vacuum e
lock table e in access exclusive mode -- in transaction
lock e -- in transaction
declare c1 cursor for select * from t where a = 1 -- in transaction
comment on table t is 'secret'
grant select on t to public
copy (select a from t where a = 1) to '/dev/null'
declare c1 cursor with hold for select * from t where a = 1
listen ch
notify ch, 'payload'
discard plans
checkpoint
create role r1 with login password 'secret'
drop role r1
select t.* from t where t.id = 1
select a from t where (a = 1 or b = 2) and (c = 'x')
select -a, + a, -(-a) from t
select 'a' || 'b' || c || 'd' from t
select a from t where a operator(pg_catalog.=) 1
