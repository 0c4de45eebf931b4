#!/bin/bash
# shop-mariadb.sh CLIENT: a small web shop's minute on an empty MariaDB or MySQL server: good queries, and the bad ones
# that every shop has. CLIENT is a command that takes SQL on standard input.
set -euo pipefail
client=${1:?client command}
. "$(dirname "$0")/sessions.sh"

"$client" << 'SQL'
SET long_query_time = 100; -- filling the tables is not part of the story
CREATE DATABASE shop;
USE shop;
CREATE TABLE customers (id INT PRIMARY KEY, email VARCHAR(80), city VARCHAR(20), created_at DATETIME);
CREATE TABLE products (id INT PRIMARY KEY, name VARCHAR(80), stock INT, price DECIMAL(8,2));
CREATE TABLE orders (id INT PRIMARY KEY, customer_id INT, state VARCHAR(12), total DECIMAL(8,2), created_at DATETIME);
CREATE TABLE order_items (id INT PRIMARY KEY, order_id INT, product_id INT, amount INT, KEY (order_id));
CREATE TABLE jobs (id INT AUTO_INCREMENT PRIMARY KEY, kind VARCHAR(20), locked_at DATETIME, payload TEXT);
INSERT INTO customers SELECT seq, CONCAT('user', seq, '@example.org'), ELT(1 + seq % 4, 'Tokyo', 'Kobe', 'Oslo', 'Lima'), '2024-01-01' + INTERVAL seq MINUTE FROM seq_1_to_20000;
INSERT INTO products SELECT seq, CONCAT('Product ', seq, ' ', MD5(seq)), 100, seq / 7 FROM seq_1_to_2000;
INSERT INTO orders SELECT seq, 1 + seq * 7 % 20000, ELT(1 + seq % 5, 'open', 'paid', 'sent', 'sent', 'sent'), seq / 9, '2024-01-01' + INTERVAL seq MINUTE FROM seq_1_to_60000;
INSERT INTO order_items SELECT seq, 1 + seq % 60000, 1 + seq % 2000, 1 + seq % 3 FROM seq_1_to_120000;
INSERT INTO jobs (kind, payload) SELECT 'digest', REPEAT('x', 200) FROM seq_1_to_2000;
SQL

page() { echo "/*application:Shop,controller:$1,action:$2*/"; }

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
  for n in $(seq 15); do
    echo "SELECT id, name FROM products WHERE name LIKE '%${n}a%' ORDER BY name $(page search index);"
    echo "SELECT * FROM orders ORDER BY created_at DESC LIMIT 20 OFFSET $((n * 3000)) $(page admin/orders index);"
  done
  for n in $(seq 6); do
    echo "SELECT c.city, COUNT(*), SUM(o.total) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE DATE(o.created_at) = '2024-01-0$n' GROUP BY c.city /*application:Shop,job:SalesReportJob*/;"
    echo "SELECT id, email FROM customers WHERE id NOT IN (SELECT customer_id FROM orders WHERE state = 'open') /*application:Shop,job:ReminderJob*/;"
    echo "SELECT id FROM products WHERE stock > 0 ORDER BY RAND() LIMIT 4 $(page home index);"
  done
  for n in $(seq 30); do
    echo "SELECT id FROM jobs WHERE locked_at IS NULL ORDER BY id LIMIT 1 /*application:Shop,job:Worker*/;"
    echo "UPDATE jobs SET locked_at = NOW() WHERE id = $n /*application:Shop,job:Worker*/;"
  done
  echo "SELECT id FROM orders WHERE id IN ($(seq -s ', ' 1 300)) $(page exports show);"
}
shop | "$client" --comments shop > /dev/null

# A job changes prices, and thinks before it commits; a customer waits.
transactions() {
  "$client" -N -B -e "SET long_query_time = 100; SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = '$1'"
}
open_session job "$client" --comments shop
open_session customer "$client" --comments shop
send job "BEGIN; UPDATE products SET price = price * 1.1 WHERE id < 50 /*application:Shop,job:PriceJob*/;"
wait_until 1 transactions RUNNING
send customer "UPDATE products SET stock = stock - 1 WHERE id = 9 $(page carts update);"
wait_until 1 transactions 'LOCK WAIT'
sleep 1.5
send job 'COMMIT;'
close_sessions
