#!/usr/bin/env python3
"""Writes a PostgreSQL log and what a reader must find in it (--truth, JSON). Deterministic; the same seed and
--statements give the same statements in every format.

Formats: stderr (Debian's log_line_prefix '%m [%p] %q%u@%d '), rds ('%t:%r:%u@%d:[%p]:'), csv and json (15 or newer).
One message in 25 is not about a duration: errors, lock waits, temporary files, checkpoints, vacuum, connections."""
import argparse
import json
import time

from workload import Executions, query_classes

USERS = ["app", "app", "app", "report", "etl", "postgres"]
DATABASES = ["shop", "crm", "billing", "warehouse", "analytics"]
EPOCH = 1716000000
SESSION_START = "2024-05-18 01:40:00 UTC"


class Session:
    """Who logs: a client's backend, or a background process (no user)."""

    def __init__(self, pid, user, database, host, kind="client backend"):
        self.pid, self.user, self.database, self.host, self.kind = pid, user, database, host, kind
        self.port = 40000 + pid
        self.id = f"{EPOCH - 3600 + pid % 3000:x}.{pid:x}"


def tabbed(field):
    return field.replace("\n", "\n\t") if "\n" in field else field


def stderr(prefix):
    def write(second, ms, session, _line, _tag, severity, _code, message, detail="", statement=""):
        start = prefix(second, ms, session)
        text = f"{start}{severity}:  {tabbed(message)}\n"
        if detail:
            text += f"{start}DETAIL:  {tabbed(detail)}\n"
        if statement:
            text += f"{start}STATEMENT:  {tabbed(statement)}\n"
        return text
    return write


def debian_prefix(second, ms, session):
    who = f"{session.user}@{session.database} " if session.user else ""
    return f"{second}.{ms:03} UTC [{session.pid}] {who}"


def rds_prefix(second, _ms, session):
    where = f"{session.host}({session.port})" if session.user else ""
    return f"{second} UTC:{where}:{session.user}@{session.database}:[{session.pid}]:"


def quoted(text):
    return '"' + text.replace('"', '""') + '"' if text else ""


def csv(second, ms, session, line, tag, severity, code, message, detail="", statement=""):
    where = quoted(f"{session.host}:{session.port}") if session.user else ""
    vxid = f"{session.pid % 97}/{line}" if session.user else ""
    application = '"app"' if session.user else '""'
    return (f"{second}.{ms:03} UTC,{quoted(session.user)},{quoted(session.database)},{session.pid},{where},{session.id},{line},"
            f"{quoted(tag)},{SESSION_START},{vxid},0,{severity},{code},{quoted(message)},{quoted(detail)},,,,,{quoted(statement)},"
            f",,{application},{quoted(session.kind)},,0\n")


def jsonlog(second, ms, session, line, tag, severity, code, message, detail="", statement=""):
    record = {"timestamp": f"{second}.{ms:03} UTC"}
    if session.user:
        record.update(user=session.user, dbname=session.database)
    record["pid"] = session.pid
    if session.user:
        record.update(remote_host=session.host, remote_port=session.port)
    record.update(session_id=session.id, line_num=line)
    if tag:
        record["ps"] = tag
    record["session_start"] = SESSION_START
    if session.user:
        record["vxid"] = f"{session.pid % 97}/{line}"
    record.update(txid=0, error_severity=severity)
    if code != "00000":
        record["state_code"] = code
    record["message"] = message
    if detail:
        record["detail"] = detail
    if statement:
        record["statement"] = statement
    if session.user:
        record["application_name"] = "app"
    record.update(backend_type=session.kind, query_id=0)
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"


FORMATS = {"stderr": stderr(debian_prefix), "rds": stderr(rds_prefix), "csv": csv, "json": jsonlog}
CHECKPOINTER = Session(901, "", "", "", "checkpointer")
VACUUM = Session(950, "", "", "", "autovacuum worker")


def other_message(bits, session, verb, text):
    """(kind, who logs it, fields of `record` from the command tag on) of a message that is not about a duration."""
    kind = ("error", "lock", "temporary_file", "checkpoint", "vacuum", "connection")[(bits & 1023) % 6]
    if kind == "error":
        return kind, session, (verb, "ERROR", "23505", f'duplicate key value violates unique constraint "uq_{verb.lower()}"',
                               f"Key (code)=({bits & 0xffff}) already exists.", text)
    if kind == "lock":
        return kind, session, (f"{verb} waiting", "LOG", "00000",
                               f"process {session.pid} still waiting for ShareLock on transaction {bits & 0xfffff} after 1000.{bits & 511:03} ms",
                               f"Process holding the lock: {session.pid + 1}. Wait queue: {session.pid}.", text)
    if kind == "temporary_file":
        return kind, session, (verb, "LOG", "00000", f'temporary file: path "base/pgsql_tmp/pgsql_tmp{session.pid}.{bits & 15}", '
                               f"size {(bits & 0xffff) * 8192}", "", text)
    if kind == "checkpoint":
        return kind, CHECKPOINTER, ("", "LOG", "00000", f"checkpoint complete: wrote {bits & 4095} buffers (0.{bits & 7}%); 0 WAL file(s) added, "
                                    f"0 removed, 1 recycled; write={bits & 63}.{bits & 511:03} s, sync=0.004 s, total={bits & 63}.010 s; sync files=12, "
                                    f"longest=0.001 s, average=0.001 s; distance={bits & 0xffff} kB, estimate={bits & 0xffff} kB")
    if kind == "vacuum":
        return kind, VACUUM, ("", "LOG", "00000", f'automatic vacuum of table "{session.database}.public.t": index scans: 1\npages: 0 removed, '
                              f"{bits & 4095} remain, 10 scanned (3.30% of total)\ntuples: {bits & 1023} removed, 667 remain, 24 are dead but not yet "
                              "removable\nsystem usage: CPU: user: 0.02 s, system: 0.00 s, elapsed: 0.02 s")
    stranger = Session(session.pid, "[unknown]", "[unknown]", session.host, "not initialized")
    return kind, stranger, ("", "LOG", "00000", f"connection received: host={session.host} port={session.port}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", choices=FORMATS, default="stderr")
    parser.add_argument("--mb", type=float, default=0, help="size, in 10^6 bytes")
    parser.add_argument("--statements", type=int, default=0, help="size, in statements (rounded up to thousands)")
    parser.add_argument("--classes", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--truth", required=True)
    parser.add_argument("out")
    options = parser.parse_args()

    executions = Executions(options.seed, query_classes(options.seed, options.classes, postgresql=True))
    record, sessions, lines, others = FORMATS[options.format], {}, {}, {}
    clock, last, second, size, records = 0, None, "", 0, 0
    with open(options.out, "wb") as log:
        while size < options.mb * 1e6 or executions.count < options.statements:
            messages = []
            for _ in range(1000):
                number, text, place, us, bits = executions.next()
                query = executions.classes[number]
                clock += 300 + (bits & 0xffff)
                now, ms = EPOCH + clock // 1000000, clock % 1000000 // 1000
                if now != last:
                    last, second = now, time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now))
                pid = 2000 + (bits >> 5) % 300
                key = (pid, bits % 6, number % 5)
                session = sessions.get(key)
                if session is None:
                    session = sessions[key] = Session(pid, USERS[bits % 6], DATABASES[number % 5], f"10.0.0.{1 + pid % 40}")
                line = lines[pid] = lines.get(pid, 0) + 1
                step, detail = "statement", ""
                if query.bound:
                    step, detail = f"execute {'<unnamed>' if bits & 1 else f'S_{number + 1}'}", query.parameters(executions.literals, place)
                messages.append(record(second, ms, session, line, query.verb, "LOG", "00000",
                                       f"duration: {us // 1000}.{us % 1000:03} ms  {step}: {text}", detail))
                records += 1
                if bits & 1023 < 40:
                    kind, who, fields = other_message(bits, session, query.verb, text)
                    line = lines[who.pid] = lines.get(who.pid, 0) + 1
                    messages.append(record(second, ms, who, line, *fields))
                    others[kind] = others.get(kind, 0) + 1
                    records += 1
            size += log.write("".join(messages).encode())
    with open(options.truth, "w", encoding="utf-8") as truth:
        json.dump({"bytes": size, "records": records, "other": others, **executions.truth()}, truth)


main()
