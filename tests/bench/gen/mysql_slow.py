#!/usr/bin/env python3
"""Writes a MySQL slow log and what a reader must find in it (--truth, JSON). Deterministic.

Flavours, by their headers: mysql80, percona (5.7, log_slow_verbosity=full), mariadb, mysql51."""
import argparse
import json
import time

from workload import Executions, query_classes

BANNERS = {
    "mysql80": "/usr/sbin/mysqld, Version: 8.0.36 (MySQL Community Server - GPL). started with:\n"
               "Tcp port: 3306  Unix socket: /var/run/mysqld/mysqld.sock\nTime                 Id Command    Argument\n",
    "percona": "/usr/sbin/mysqld, Version: 5.7.44-48-log (Percona Server (GPL), Release 48, Revision 497f936). started with:\n"
               "Tcp port: 3306  Unix socket: /var/run/mysqld/mysqld.sock\nTime                 Id Command    Argument\n",
    "mariadb": "/usr/sbin/mariadbd, Version: 10.11.6-MariaDB-log (MariaDB Server). started with:\n"
               "Tcp port: 3306  Unix socket: /run/mysqld/mysqld.sock\nTime\t\t    Id Command\tArgument\n",
    "mysql51": "/usr/sbin/mysqld, Version: 5.1.73-log (Source distribution). started with:\n"
               "Tcp port: 3306  Unix socket: /var/lib/mysql/mysql.sock\nTime                 Id Command    Argument\n",
}
USERS = [f"app[app] @  [10.0.0.{n}]" for n in range(1, 40)] + [
    "report[report] @ report.internal [10.0.9.9]", "root[root] @ localhost []", "etl[etl] @ etl.example.net [10.1.2.3]"]
DATABASES = ["shop", "crm", "billing", "warehouse", "analytics"]
EPOCH = 1716000000


def header(flavour, at, old_time, user, database, us, bits):
    """Everything above the statement but `use` and `SET`. `old_time`: the line of servers that write it when
    the second changes, else empty."""
    lock = (bits >> 3) % 5000
    sent, examined, thread = (bits >> 7) % 1000, (bits >> 4) % 3000000, 1000 + (bits >> 5) % 900
    query_time = f"{us // 1000000}.{us % 1000000:06}"
    if flavour == "mysql80":
        return (f"# Time: {at}\n# User@Host: {user}  Id: {thread:5}\n# Query_time: {query_time}  Lock_time: 0.{lock:06} "
                f"Rows_sent: {sent}  Rows_examined: {examined}\n")
    if flavour == "percona":
        reads = (bits >> 3) & 15
        return (f"# Time: {at}\n# User@Host: {user}  Id: {thread:5}\n# Schema: {database}  Last_errno: {0 if bits & 63 else 1062}  Killed: 0\n"
                f"# Query_time: {query_time}  Lock_time: 0.{lock:06}  Rows_sent: {sent}  Rows_examined: {examined}  Rows_affected: {bits >> 9 & 31}\n"
                f"# Bytes_sent: {sent * 57 + 11}  Tmp_tables: {bits & 1}  Tmp_disk_tables: 0  Tmp_table_sizes: {(bits & 1) * 16384}\n"
                f"# InnoDB_trx_id: {bits:X}\n# QC_Hit: No  Full_scan: {'Yes' if bits & 2 else 'No'}  Full_join: No  Tmp_table: No  Tmp_table_on_disk: No\n"
                "# Filesort: No  Filesort_on_disk: No  Merge_passes: 0\n"
                f"#   InnoDB_IO_r_ops: {reads}  InnoDB_IO_r_bytes: {reads * 16384}  InnoDB_IO_r_wait: 0.{reads * 113:06}\n"
                "#   InnoDB_rec_lock_wait: 0.000000  InnoDB_queue_wait: 0.000000\n"
                f"#   InnoDB_pages_distinct: {bits >> 2 & 1023}\n")
    if flavour == "mariadb":
        return (f"{old_time}# User@Host: {user}\n# Thread_id: {thread}  Schema: {database}  QC_hit: No\n"
                f"# Query_time: {query_time}  Lock_time: 0.{lock:06}  Rows_sent: {sent}  Rows_examined: {examined}\n"
                f"# Rows_affected: {bits >> 9 & 31}  Bytes_sent: {sent * 57 + 11}\n")
    return (f"{old_time}# User@Host: {user}\n# Query_time: {query_time}  Lock_time: 0.{lock:06} Rows_sent: {sent}  "
            f"Rows_examined: {examined}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flavour", choices=BANNERS, default="mysql80")
    parser.add_argument("--mb", type=float, required=True, help="size, in 10^6 bytes")
    parser.add_argument("--classes", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--truth", required=True)
    parser.add_argument("out")
    options = parser.parse_args()

    executions = Executions(options.seed, query_classes(options.seed, options.classes, postgresql=False))
    database, second, clock = None, None, 0
    size = 0
    with open(options.out, "wb") as log:
        size += log.write(BANNERS[options.flavour].encode())
        while size < options.mb * 1e6:
            events = []
            for _ in range(1000):
                number, text, _, us, bits = executions.next()
                clock += 300 + (bits & 0xffff)
                now = EPOCH + clock // 1000000
                old_time = ""
                if now != second:
                    second, parts = now, time.gmtime(now)
                    day = time.strftime("%Y-%m-%dT%H:%M:%S", parts)
                    old_time = "# Time: " + time.strftime("%y%m%d ", parts) + "%2d:%02d:%02d\n" % parts[3:6]
                used = DATABASES[number % 5]
                events.append(header(options.flavour, f"{day}.{clock % 1000000:06}Z", old_time, USERS[bits % len(USERS)], used, us, bits))
                if used != database:
                    database = used
                    events.append(f"use {used};\n")
                events.append(f"SET timestamp={now};\n{text};\n")
            size += log.write("".join(events).encode())
    with open(options.truth, "w", encoding="utf-8") as truth:
        json.dump({"bytes": size, **executions.truth()}, truth)


main()
