"""A deterministic workload for log generators: query classes, their literals, how often and how long they run.

Everything derives from the seed. Names of tables and columns hold no digits, so that tools which fold digits in
names and tools which do not agree on the number of classes; every class has a first table of its own.
"""
import bisect
import random

SUBJECTS = """account address alert article asset audit badge basket batch bill board booking brand bucket budget campaign
card carrier cart catalog channel charge city claim client cluster comment company contact contract country coupon course
credit customer deal delivery deposit device discount document domain donor driver employee entry event expense export
facility feature feed fleet folder forecast forum fund gallery gateway goal grade grant guest holiday hotel image incident
income inspection interest inventory invoice issue item journal keyword label language lead league ledger lesson level
license limit line listing loan location machine manager market match material meeting member menu merchant message metric
milestone model module monitor movie network node notice offer office operator option order owner package page parcel
partner passenger patient payment payout penalty period permission phone photo pipeline place plan player policy portal
post premium price printer product profile project promotion property proposal provider purchase quality quota quote rating
reason receipt record refund region release rental report request reservation resource review reward role room route rule
salary sample schedule school score season seat section seller sensor service session setting shift shipment shop signal
site skill slot source space staff stage station stock store stream student subject supplier survey system tag target task
team template tenant test theme thread ticket token topic tour track trade train trip unit update upload user vehicle
vendor venue version video view visit voucher wallet warranty website worker zone""".split()
COLUMNS = """id uuid name kind state amount price created_at updated_at deleted_at parent_id owner_id tenant_id user_id email
phone code slug title body rank weight score total currency country city region target token checksum version revision
position priority quantity balance due_date start_at end_at visible locked payload meta summary label color width height
depth volume rate ratio grade""".split()
WORDS = """alpha beta gamma pending shipped cancelled blocked paris berlin tokyo lima oslo red green mail@example.org
+49-30-1234 2024-05-17 foo_bar lorem ipsum dolor café naïve 東京 Москва 100% a/b c\\\\d""".split()

POOL = 1 << 16
SLOTS = 4096  # the most literals that one statement takes


class Literals:
    """Pools of literals as written in SQL. A statement takes neighbours, from a place drawn for it."""

    def __init__(self, seed):
        rng = random.Random(f"literals {seed}")
        numbers = [str(rng.randrange(1, 10 ** rng.choice((1, 2, 3, 5, 7, 9)))) for _ in range(POOL)]
        strings = [self._string(rng) for _ in range(POOL)]
        self.numbers = numbers + numbers[:SLOTS]
        self.strings = strings + strings[:SLOTS]
        self.of = {"n": self.numbers, "s": self.strings}

    @staticmethod
    def _string(rng):
        kind = rng.random()
        if kind < 0.30:
            return f"'{rng.getrandbits(128):032x}'"
        if kind < 0.45:
            return f"'2024-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02} {rng.randrange(24):02}:{rng.randrange(60):02}:00'"
        return "'" + " ".join(rng.choices(WORDS, k=rng.randrange(1, 6))) + "'"


class QueryClass:
    """`pieces` are texts with %s for literals of `kinds`; a list of `row` may stand between the two pieces."""

    def __init__(self, verb, base_us):
        self.verb, self.base_us = verb, base_us
        self.text, self.kinds = "", []
        self.bound = False     # PostgreSQL: $1 instead of literals; those are the parameters
        self.row = None        # kinds of one list element, or of one row of VALUES
        self.before_list = 0   # literals in front of the list

    def slot(self, kind):
        self.kinds.append(kind)
        return f"${len(self.kinds)}" if self.bound else "%s"

    def statement(self, literals, place, length):
        """One execution: literals from `place`, `length` list elements."""
        if self.bound:
            return self.text
        values = [literals.of[kind][place + i] for i, kind in enumerate(self.kinds)]
        if self.row == "n":
            values.insert(self.before_list, ", ".join(literals.numbers[place:place + length]))
        elif self.row:
            width, rows = len(self.row), []
            for first in range(place, place + width * max(1, length // 8), width):
                rows.append("(" + ", ".join([literals.of[kind][first + i] for i, kind in enumerate(self.row)]) + ")")
            values.append(", ".join(rows))
        return self.text % tuple(values)

    def parameters(self, literals, place):
        """PostgreSQL's DETAIL of a bound statement: every value quoted."""
        values = [literals.of[kind][place + i] for i, kind in enumerate(self.kinds)]
        return "parameters: " + ", ".join(
            f"${i} = {value}" if value[0] == "'" else f"${i} = '{value}'" for i, value in enumerate(values, 1))


def _condition(rng, query, alias=""):
    column, kind = alias + rng.choice(COLUMNS), rng.random()
    if kind < 0.62:
        return f"{column} {rng.choice(('=', '<', '>', '<=', '>=', '<>'))} {query.slot(rng.choice('nns'))}"
    if kind < 0.74:
        return f"{column} BETWEEN {query.slot('n')} AND {query.slot('n')}"
    if kind < 0.84:
        return f"{column} LIKE {query.slot('s')}"
    if kind < 0.92:
        return f"{column} IS NOT NULL"
    return f"({column} = {query.slot(rng.choice('nns'))} OR {alias}{rng.choice(COLUMNS)} = {query.slot('n')})"


def _select(rng, query, table, quote, gap):
    columns = ", ".join("t." + column for column in rng.sample(COLUMNS, rng.randrange(3, 14)))
    if rng.random() < 0.3:
        columns = "COUNT(*), " + columns
    text, aliases = f"SELECT {columns}{gap}FROM {table} t", ["t."]
    for number in range(rng.choice((0, 0, 1, 1, 2, 3))):
        alias = "abc"[number] + "j"
        joined = quote(rng.choice(SUBJECTS) + "_" + rng.choice(SUBJECTS))
        text += f"{gap}{rng.choice(('INNER', 'LEFT'))} JOIN {joined} {alias} ON {alias}.id = t.{rng.choice(COLUMNS)}"
        aliases.append(alias + ".")
    text += f"{gap}WHERE " + f"{gap}AND ".join(_condition(rng, query, rng.choice(aliases)) for _ in range(rng.randrange(2, 8)))
    if rng.random() < 0.3:
        text += f"{gap}GROUP BY t.{rng.choice(COLUMNS)}"
    if rng.random() < 0.6:
        text += f"{gap}ORDER BY t.{rng.choice(COLUMNS)} DESC"
    if rng.random() < 0.6:
        text += f" LIMIT {query.slot('n')}"
    return text


def _list(rng, query, table, _quote, gap):
    query.bound, query.row = False, "n"
    text = f"SELECT {', '.join(rng.sample(COLUMNS, rng.randrange(4, 12)))}{gap}FROM {table}{gap}WHERE {_condition(rng, query)}"
    query.before_list = len(query.kinds)
    return text + f" AND {rng.choice(COLUMNS)} IN (%s){gap}AND {_condition(rng, query)}"


def _update(rng, query, table, _quote, gap):
    values = ", ".join(f"{column} = {query.slot(rng.choice('nns'))}" for column in rng.sample(COLUMNS, rng.randrange(1, 8)))
    return f"UPDATE {table} SET {values}{gap}WHERE " + " AND ".join(_condition(rng, query) for _ in range(rng.randrange(1, 4)))


def _delete(rng, query, table, _quote, gap):
    return f"DELETE FROM {table}{gap}WHERE " + " AND ".join(_condition(rng, query) for _ in range(rng.randrange(1, 5)))


def _insert(rng, query, table, _quote, _gap):
    columns = rng.sample(COLUMNS, rng.randrange(3, 16))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES (" + ", ".join(query.slot(rng.choice("nns")) for _ in columns) + ")"


def _rows(rng, query, table, _quote, _gap):
    columns = rng.sample(COLUMNS, rng.randrange(3, 9))
    query.bound, query.row = False, [rng.choice("nns") for _ in columns]
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES %s"


# Share of the classes: how a statement is made.
KINDS = ((0.50, "SELECT", _select), (0.62, "SELECT", _list), (0.74, "UPDATE", _update), (0.82, "DELETE", _delete),
         (0.92, "INSERT", _insert), (1.00, "INSERT", _rows))


def query_classes(seed, count, postgresql):
    rng, used, classes = random.Random(f"classes {seed} {postgresql}"), set(), []
    quote = (lambda name: f'"{name}"') if postgresql else (lambda name: f"`{name}`")
    while len(classes) < count:
        table = "_".join(rng.choices(SUBJECTS, k=rng.choice((2, 2, 3)))) + rng.choice(("", "s", "_log", "_map", "_archive"))
        if table in used:
            continue
        used.add(table)
        where, kind = rng.random(), rng.random()
        verb, make = next((verb, make) for share, verb, make in KINDS if kind < share)
        query = QueryClass(verb, int(min(60e6, max(200, rng.lognormvariate(10.5, 1.6)))))
        query.bound = postgresql and rng.random() < 0.35
        query.text = make(rng, query, quote(table) if where < 0.5 else table, quote, rng.choice((" ", " ", "\n", "\n  ")))
        query.bound = query.bound and bool(query.kinds)
        if rng.random() < 0.15:
            query.text += (f" /*application='{rng.choice(SUBJECTS)}',controller='{rng.choice(SUBJECTS)}',"
                           f"action='{rng.choice(('index', 'show', 'create'))}',"
                           f"traceparent='00-{rng.getrandbits(128):032x}-{rng.getrandbits(64):016x}-01'*/")
        classes.append(query)
    return classes


class Executions:
    """Draws executions: every class once first, then as Zipf's law has it; keeps the books."""

    def __init__(self, seed, classes):
        rng = random.Random(f"executions {seed}")
        self.classes, self.rng, self.literals = classes, rng, Literals(seed)
        self.first = list(range(len(classes)))
        rng.shuffle(self.first)
        self.chance, total = [], 0.0
        for rank in range(1, len(classes) + 1):
            total += rank ** -0.9
            self.chance.append(total)
        self.spread = [rng.lognormvariate(0, 0.7) for _ in range(8192)]
        self.lengths = [int(min(1500, max(1, rng.lognormvariate(3.0, 1.3)))) for _ in range(8192)]
        self.calls, self.us = [0] * len(classes), [0] * len(classes)
        self.samples = [""] * len(classes)
        self.count = 0

    def next(self):
        """(number of the class, text, place of its literals, microseconds, 32 random bits)"""
        if self.count < len(self.first):
            number = self.first[self.count]
        else:
            number = min(bisect.bisect(self.chance, self.rng.random() * self.chance[-1]), len(self.classes) - 1)
        self.count += 1
        bits, query = self.rng.getrandbits(32), self.classes[number]
        place = bits & (POOL - 1)
        text = query.statement(self.literals, place, self.lengths[(bits >> 8) & 8191] if query.row else 0)
        us = int(query.base_us * self.spread[(bits >> 13) & 8191]) + 1
        self.calls[number] += 1
        self.us[number] += us
        if not self.samples[number]:
            self.samples[number] = text
        return number, text, place, us, bits

    def truth(self):
        """What a reader of the log must find."""
        seen = [number for number, calls in enumerate(self.calls) if calls]
        return {"statements": self.count, "query_time_us": sum(self.us), "fingerprints": len(seen),
                "classes": [{"sql": self.samples[number], "calls": self.calls[number], "us": self.us[number]} for number in seen]}
