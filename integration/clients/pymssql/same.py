"""Runs the requests of a JSON array on standard input by pymssql and prints all that each returns.

usage: same.py HOST PORT USER PASSWORD DATABASE
"""

import json
import sys

import pymssql

host, port, user, password, database = sys.argv[1:6]
types = {"int": int, "nvarchar": str, "varbinary": bytes, "float": float}


def value(p):
    v = bytes.fromhex(p["value"]) if p["type"] == "varbinary" and p["value"] is not None else p["value"]
    return pymssql.output(types[p["type"]], v) if p.get("output") else v


def show(v):
    return "0x%s (%d)" % (v.hex()[:40], len(v)) if isinstance(v, bytes) else repr(v)


def run(connection, request):
    said = []
    connection._conn.set_msghandler(lambda state, severity, server, procedure, line, text: said.append(
        "message class %d, state %d, procedure %r, line %d: %s" % (severity, state, procedure.decode(), line, text.decode())))
    cursor = connection.cursor()
    try:
        if request["kind"] == "call":
            outputs = cursor.callproc(request["text"], tuple(value(p) for p in request["params"]))
        else:
            cursor.execute(request["text"])
            outputs = ()
        more = True
        if request["kind"] == "call":
            more = cursor.nextset()
        while more:
            if cursor.description:
                print("columns", ", ".join("%s %s" % column[:2] for column in cursor.description))
                for row in cursor.fetchall():
                    print("row", " | ".join(show(v) for v in row))
            print("rows", cursor.rowcount)
            more = cursor.nextset()
        if request["kind"] == "call":
            print("outputs", ", ".join(show(v) for v in outputs), "return", cursor.returnvalue)
    except pymssql.Error as error:
        print("error", error.args[0], str(error.args[1]).encode())
    finally:
        for line in said:
            print(line.replace("\n", "\\n"))
        cursor.close()


with pymssql.connect(server=host, port=port, user=user, password=password, database=database, autocommit=True, login_timeout=20) as c:
    for request in json.load(sys.stdin):
        print("==", request["name"])
        run(c, request)
