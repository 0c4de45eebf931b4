#!/bin/bash
# shop-postgresql.sh CLIENT: a small web shop's minute on an empty PostgreSQL server: good queries, the bad ones that
# every shop has, a lock wait, a deadlock and a timeout. CLIENT is psql with its connection; SQL is on standard input.
set -euo pipefail
client=${1:?client command}
. "$(dirname "$0")/sessions.sh"

"$client" -d postgres -c 'CREATE DATABASE shop'
"$client" -d shop << 'SQL'
SET log_min_duration_statement = -1; -- filling the tables is not part of the story
SET log_temp_files = -1;
CREATE TABLE customers (id int PRIMARY KEY, email text, city text, created_at timestamptz);
CREATE TABLE products (id int PRIMARY KEY, name text, stock int, price numeric);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, state text, total numeric, created_at timestamptz);
CREATE TABLE order_items (id int PRIMARY KEY, order_id int, product_id int, amount int);
CREATE INDEX ON order_items (order_id);
INSERT INTO customers SELECT n, 'user' || n || '@example.org', (ARRAY['Tokyo','Kobe','Oslo','Lima'])[1 + n % 4], '2024-01-01'::timestamptz + n * interval '1 minute' FROM generate_series(1, 20000) n;
INSERT INTO products SELECT n, 'Product ' || n || ' ' || md5(n::text), 100, n / 7.0 FROM generate_series(1, 2000) n;
INSERT INTO orders SELECT n, 1 + n * 7 % 20000, (ARRAY['open','paid','sent','sent','sent'])[1 + n % 5], n / 9.0, '2024-01-01'::timestamptz + n * interval '1 minute' FROM generate_series(1, 60000) n;
INSERT INTO order_items SELECT n, 1 + n % 60000, 1 + n % 2000, 1 + n % 3 FROM generate_series(1, 120000) n;
SQL

page() { echo "/*application='Shop',controller='$1',action='$2'*/"; }

shop() {
  local n i
  for n in $(seq 200); do
    echo "SELECT id, email, city FROM customers WHERE id = $((n * 37)) $(page sessions show);"
    echo "SELECT * FROM products WHERE id = $((n * 9)) $(page products show);"
    echo "UPDATE products SET stock = stock - 1 WHERE id = $((n * 9)) $(page carts update);"
  done
  for n in $(seq 8); do # one query for the list, then one for each of its rows
    echo "SELECT * FROM orders WHERE customer_id = $((n * 71)) ORDER BY created_at DESC LIMIT 20 $(page orders index);"
    for i in $(seq 40); do
      echo "SELECT * FROM order_items WHERE order_id = $((n * 1000 + i)) $(page orders index);"
    done
  done
  echo "SET work_mem = '64kB';"
  for n in $(seq 10); do
    echo "SELECT id, name FROM products WHERE name LIKE '%${n}a%' ORDER BY name $(page search index);"
    echo "SELECT * FROM orders ORDER BY created_at DESC LIMIT 20 OFFSET $((n * 3000)) $(page admin/orders index);"
    echo "SELECT c.city, count(*), sum(o.total) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.created_at::date = '2024-01-0$((n % 9 + 1))' GROUP BY c.city /*application='Shop',job='SalesReportJob'*/;"
    echo "SELECT id FROM products WHERE stock > 0 ORDER BY random() LIMIT 4 $(page home index);"
  done
  echo "SELECT id FROM orders WHERE id IN ($(seq -s ', ' 1 300)) $(page exports show);"
}
shop | "$client" -d shop > /dev/null

# A job changes prices, and thinks before it commits; a customer waits.
sessions() { # CONDITION
  "$client" -d shop -t -A -c 'SET log_min_duration_statement = -1' -c "SELECT count(*) FROM pg_stat_activity WHERE $1"
}
idle="state = 'idle in transaction'" waiting="wait_event_type = 'Lock'"
open_session job "$client" -d shop
open_session customer "$client" -d shop
send job "BEGIN; UPDATE products SET price = price * 1.1 WHERE id < 50 /*application='Shop',job='PriceJob'*/;"
wait_until 1 sessions "$idle"
send customer "UPDATE products SET stock = stock - 1 WHERE id = 9 $(page carts update);"
wait_until 1 sessions "$waiting"
sleep 1.5
send job 'COMMIT;'
close_sessions

# Two carts take the same products in opposite order. One of them fails, which is the point.
take() { echo "UPDATE products SET stock = stock - 1 WHERE id = $1 $(page carts checkout);"; }
open_session one "$client" -d shop
open_session two "$client" -d shop
send one "BEGIN; $(take 100)"
send two "BEGIN; $(take 200)"
wait_until 2 sessions "$idle"
send one "$(take 200)"
wait_until 1 sessions "$waiting"
send two "$(take 100)"
wait_until 0 sessions "$waiting"
send one 'COMMIT;'
send two 'COMMIT;'
close_sessions

# A report that gives up; psql says so, and this is expected.
echo "SET statement_timeout = '300ms'; SELECT count(*) FROM orders a, orders b WHERE a.total < b.total /*application='Shop',job='SalesReportJob'*/;" |
  "$client" -d shop > /dev/null 2>&1 || true
