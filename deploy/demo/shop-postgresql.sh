#!/bin/bash
# shop-postgresql.sh CLIENT: a small web shop's minute on an empty PostgreSQL server: good queries, the bad ones that
# every shop has, a lock wait, a deadlock and a timeout. CLIENT is psql with its connection; SQL is on standard input.
set -euo pipefail
client=${1:?client command}

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
{
  echo "BEGIN; UPDATE products SET price = price * 1.1 WHERE id < 50 /*application='Shop',job='PriceJob'*/;"
  sleep 1.5
  echo "COMMIT;"
} | "$client" -d shop > /dev/null &
holder=$!
sleep 0.4
echo "UPDATE products SET stock = stock - 1 WHERE id = 9 $(page carts update);" | "$client" -d shop
wait "$holder"

# Two carts take the same products in opposite order. One of them fails, which is the point.
cart() {
  echo "BEGIN; UPDATE products SET stock = stock - 1 WHERE id = $1 $(page carts checkout);"
  sleep 0.5
  echo "UPDATE products SET stock = stock - 1 WHERE id = $2 $(page carts checkout); COMMIT;"
}
cart 100 200 | "$client" -d shop > /dev/null 2>&1 &
one=$!
cart 200 100 | "$client" -d shop > /dev/null 2>&1 || true
wait "$one" || true

# A report that gives up; psql says so, and this is expected.
echo "SET statement_timeout = '300ms'; SELECT count(*) FROM orders a, orders b WHERE a.total < b.total /*application='Shop',job='SalesReportJob'*/;" |
  "$client" -d shop > /dev/null 2>&1 || true
