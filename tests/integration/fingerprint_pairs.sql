## Statements of MySQL and MariaDB, one per line (\n is a line feed); first the schema they need.
create database if not exists unjam_pairs
use unjam_pairs
create table if not exists t (id int primary key auto_increment, a int, b int, c varchar(20), d datetime, name varchar(20), j json, fields int, value int)
create table if not exists `Users` (id int primary key, `order` int, email varchar(50))
create table if not exists orders_202401 (id int primary key, user_id int)
create table if not exists `my table` (id int)
-- statements
select 1
select -5, - 5, +5, a-5, a -1, 1-2, - -5, - a, -(5) from t
select a - -5, 3 + - 5, a in (-1, 2, null), a between -1 and -2, (-5), -5.0 * -3 from t
select 1e5, 1.5, .5, 1e-5, 1.5E+3, 1., 0xff, x'00ff', X'AB', b'01', 0b01 from t
select 'a', "b", 'it''s', 'it\'s', 'a\\', "say ""x""", N'y', n'z'
select 'a' 'b', 'c'\n'd'
select _utf8mb4'x', _latin1 'y', _binary'z', _utf8mb4 x'41'
select _utf8mb4'x' collate utf8mb4_bin
select date '2024-01-01', time '10:00:00', timestamp '2024-01-01 10:00:00'
select {d '2024-01-01'}, {ts '2024-01-01 00:00:00'}
select * from t where a in (1)
select * from t where a in (1,2,3)
select * from t where a in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
select * from t where a not in ('x','y') and (a,b) in ((1,2),(3,4))
select * from t where (a,b) in ((1,2))
select * from t where a in (1, b, 2)
select * from t where a in (select b from t where c = 'x')
insert into t (a,b) values (1,2)
insert into t (a,b) values (1,2),(3,4),(5,6)
insert into t (a) values (1)
insert into t (a) values (1),(2)
insert into t (a,d) values (1,now())
insert into t (a,d) values (1,now()),(2,now()),(3,now())
insert into t (a,b) values (1,default),(2,default)
insert into t (a,b) values (null,1),(2,null)
insert into t (a,b) values (1,-2),(-3,4)
insert into t values (),()
insert into t set a = 1, b = default, c = 'x'
insert into t (a,b) values (1,2) on duplicate key update a = values(a), b = b + 1
insert into t (a,b) values (1,2),(3,4) on duplicate key update a = values(a), b = values(b) + 1
insert ignore into t (a) select a from t where b = 1
insert t value (1,2,3,'x',null,'n',null,1,2)
replace into t (id, a) values (1, 2)
update t set a = 1 where b = 2
update t set a = a + 1, b = null, c = concat(c, 'x') where id = 5 limit 1
update t x join t y on x.id = y.id set x.a = 1 where y.b is null
delete from t where a = 1 order by id limit 10
delete x from t x join t y on x.id = y.id where y.a = 1
select * from t where a is null and b is not null and c = null
select * from t where a is true or b is not false or c = true or not a
select null, true, false, not null, not true
select ifnull(a, null), coalesce(null, 1, a), if(a, null, 1) from t
select case when a = 1 then 'x' when a = 2 then null else true end from t
select case a when 1 then -1 else -2 end as x from t
select a from t limit 5
select a from t limit 5, 10
select a from t limit 10 offset 5
select a, b from t group by 1, 2 order by 1 desc, b asc
select a, count(*) from t group by a having count(*) > 5 order by null
select a from t where a <> 1 and b != 2 and not a <=> 3
select a from t where c like 'x%' and c not like '%y' escape '!' and c rlike 'z' and c not regexp 'w'
select a from t where a=1 and b>=2 or b<=3 and a<b xor a>b
select a from t where a = 1 && b = 2 || a = 3
select a div 2, a mod 3, a % 4, a << 2, a >> 1, a & 1, a | 2, a ^ 3, ~a, !a from t
select ~ -1, ! -1, binary -1, a || -1, a xor -1 from t
select `a`, t.`b`, `t`.`c`, unjam_pairs.t.a, `unjam_pairs`.`t`.`b` from `t`
select `id`, `order`, u.`order`, u.order from `Users` u
select Users.ID from Users where USERS.id = 1
select * from `my table`
select name, `name`, value, fields from t
select `fields` from t
select id from orders_202401 where user_id = 5
select T.A FROM T as T where T.A=5
SELECT\n\ta\nFROM\n\tt\nWHERE  a  =  1
select/**/a/* c */from/**/t -- trailing
select a from t # comment\nwhere a = 1
select /*+ max_execution_time(1000) */ a from t where a = 1
select /*!50000 a, */ b from t
select /*! straight_join */ a from t
select sql_no_cache a from t
select straight_join a from t
select distinct a from t
select distinctrow a from t
select count(*), count( * ), count(distinct a), sum(a), min(a), max(b), avg(a) from t
select group_concat(distinct a order by b desc separator ',') from t
select now(), current_timestamp, current_timestamp(), localtime, localtimestamp(), curdate(), current_date, current_date(), curtime(), current_time, utc_date(), utc_time, sysdate()
select substr(c,1,2), substring(c,1), mid(c,1,2), substring(c from 1 for 2), left(c,1), right(c,2) from t
select std(a), stddev(a), stddev_pop(a), variance(a), var_pop(a), stddev_samp(a) from t
select user(), current_user(), current_user, session_user(), system_user(), schema(), database(), version()
select date_add(d, interval 1 day), date_sub(d, interval -1 hour), d + interval 1 month - interval '1:1' minute_second from t
select adddate(d, 1), subdate(d, interval 1 week), timestampadd(day, 1, d), timestampdiff(sql_tsi_day, d, now()), extract(year from d), year(d), month(d), day(d), dayofmonth(d) from t
select trim(leading 'x' from c), trim(c), position('a' in c), locate('a', c), char(65, 66), convert(c using utf8mb4), cast(a as char(10)), cast(c as signed), cast(a as decimal(10,2)) from t
select concat('a', c, 'b'), replace(c, 'a', 'b'), insert(c, 1, 2, 'x'), repeat('x', 3), if(a > 1, 'y', 'n'), mod(a, 2) from t
select a = any (select b from t), a > all (select 1), a = some (select 2) from t
select exists (select 1 from t where a = 1)
select * from t where exists(select * from t u where u.a = t.a)
select a from t union select b from t union all select 1
(select a from t where b = 1 limit 1) union all (select a from t where b = 2 limit 1) order by a limit 5
select * from t natural join `Users` straight_join orders_202401
select * from t left outer join `Users` u using (id) cross join orders_202401 o on o.id = t.id
select * from t inner join (select a, count(*) as n from t group by a) x on x.a = t.a
select * from t, `Users` as u, orders_202401 o where t.id = u.id
select * from t use index (primary) where id = 1
select * from t force index for order by (primary) order by id
select * from t partition (p0) where id = 1
select * from t where a = 1 for update
select * from t where a = 1 lock in share mode
select * from t where a = 1 for update skip locked
with c as (select 1 as x) select * from c where x = 1
with recursive c (n) as (select 1 union all select n + 1 from c where n < 5) select * from c
select row_number() over (partition by a order by b desc) as r from t
select sum(a) over w from t window w as (partition by b order by a rows between 1 preceding and unbounded following)
select j->'$.x', j->>'$.y', json_extract(j, '$.z') from t -- mysql only
select json_extract(j, '$.z'), json_object('a', 1, 'b', a) from t
values row(1,2), row(3,4) -- mysql only
select @x, @y := 1, @@version, @@session.autocommit, @@global.max_connections, @@autocommit
select @`quoted name`, @'other', @x.y
set @x = 1, @y = 'z'
set autocommit = 0
set session sort_buffer_size = 262144
set @@session.sort_buffer_size = 262144, @@sort_buffer_size = 262144
set names utf8mb4
set names 'utf8mb4' collate 'utf8mb4_bin'
set session transaction isolation level read committed
set sql_mode = 'ANSI'
set foreign_key_checks = off
use unjam_pairs -- mysql only
show tables
show tables like 'x%'
show full columns from t
show fields from t
show index from t
show keys from t
show variables like 'max%'
show create table t
show databases
show schemas
show status where variable_name = 'Uptime'
desc t
describe t
explain select * from t where a = 1
explain t
begin
start transaction
start transaction with consistent snapshot
commit
rollback
savepoint sp1
rollback to savepoint sp1
rollback to sp1
release savepoint sp1
prepare s1 from 'select ?'
execute s1 using @x
deallocate prepare s1
call p1(1, 'x')
call p1()
call p1
do sleep(0)
create table if not exists t2 (id int not null auto_increment, a integer null default null, b varchar(10) not null default 'x', c decimal(10,2) unsigned default -1, e enum('a','b'), d timestamp not null default current_timestamp on update current_timestamp, primary key (id), unique key u (a), index i (b(5))) engine=InnoDB default charset=utf8mb4 comment='x'
create table t3 (a int1, b int2, c int3, d int4, e int8, f middleint, g bool, h boolean, i real, j double precision, k float4, l float8, m dec(5), n numeric(5,2), o char(5), p character(5), q varchar(5), r long, s text, u bigint unsigned zerofill)
create temporary table t4 like t
create table t5 as select a, 1 as one from t
alter table t2 add column x int default 5 after a, drop column e, modify b varchar(20), change c cc int, add index k (x)
alter table t2 add constraint fk foreign key (a) references t (id) on delete set null on update cascade
create index i2 on t (a, b desc)
create unique index i3 on t (c(10))
drop index i2 on t
drop table if exists t2, t3
truncate table t5
truncate t5
create or replace view v as select a from t where b = 1
create schema if not exists unjam_x
drop schema if exists unjam_x
lock tables t read, `Users` write -- mysql only
unlock tables
optimize table t
analyze table t
check table t
grant select, insert on unjam_pairs.* to 'u'@'%'
grant all privileges on *.* to u@localhost
create user if not exists 'u1'@'localhost' identified by 'secret'
alter user 'u1'@'localhost' identified by 'secret2'
drop user if exists 'u1'@'localhost'
set password for 'u1'@'localhost' = 'secret' -- mysql only
kill 999999
flush tables
load data infile '/nowhere' into table t fields terminated by ',' enclosed by '"' lines terminated by '\n' ignore 1 lines (a, b)
select a into @x from t limit 1
select a from t into outfile '/nowhere/x'
handler t open
select match(c) against ('x' in boolean mode) from t
select a as 'alias', b 'other', c as `third`, 1 as "four" from t
select 4d_col, 5e, t.6x from t
select `été`, 日本 from t where c = '日本語'
select f(1), (2), g(1,2), h() from t
select benchmark(10, md5('x')), sleep(0), uuid(), rand(), last_insert_id(), found_rows()
select a from t where a between 1 and 2 and b between -1 and -2
select a from t where d > now() - interval 7 day and d < '2024-01-01'
select a from t where c collate utf8mb4_bin = 'x'
select * from (values (1,2),(3,4)) as x -- mariadb only
insert into t (a) values (1) returning id -- mariadb only
delete from t where a = 1 returning id -- mariadb only
select nextval(s1), next value for s1 -- mariadb only
select a from t procedure analyse() -- mariadb only
select /*M! a, */ b from t -- mariadb only
select * from t where a in (x'00', x'01') or b = 0x1f
select hex(x'00'), unhex('ff') from t
select a from t order by rand() limit 1
select interval(a, 1, 2, 3) from t
select get_lock('x', 10), release_lock('x')
select t.* from t where t.id = 1
select all a from t
select a from t where (a = 1 or b = 2) and (c = 'x')
select (a), ((b)) from t where ((a = 1))
select -a, - -a, +a from t
select a from t where not (a = 1) and not exists (select 1)
