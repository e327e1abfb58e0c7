"""Drives a server with pymssql and prints "ok NAME" for each thing that works.

usage: main.py HOST PORT USER PASSWORD (the encryption is set in FREETDSCONF)
"""

import decimal
import os
import sys
import traceback

import pymssql

host, port, user, password = sys.argv[1:5]


def connect(**options):
    return pymssql.connect(server=host, port=port, user=user, password=password, login_timeout=20, **options)


def call(script, rest=""):
    return "EXEC sp_execute_external_script @language = N'Python', @script = N'%s'%s" % (script.replace("'", "''"), rest)


def rows(connection, text, params=None):
    with connection.cursor() as cursor:
        cursor.execute(text, params) if params else cursor.execute(text)
        return cursor.fetchall()


def query(c):
    got = rows(c, "SELECT 1 AS one, N'Zürich 東京' AS text, CAST(NULL AS int) AS nothing, CAST(1.50 AS decimal(9,2)) AS d")
    assert got == [(1, "Zürich 東京", None, decimal.Decimal("1.50"))], got


def parameters(c):
    got = rows(c, "SELECT %s + 1 AS n, %s AS s", (41, "it's é"))
    assert got == [(42, "it's é")], got


def transaction(c):
    rows_before = "SELECT n FROM #t"
    with c.cursor() as cursor:
        cursor.execute("CREATE TABLE #t (n int)")
        c.commit()
        cursor.execute("INSERT #t VALUES (1)")
        c.rollback()
        cursor.execute("INSERT #t VALUES (2)")
        c.commit()
    assert rows(c, rows_before) == [(2,)]


def procedure(c):
    with c.cursor() as cursor:
        cursor.callproc("sp_executesql", ("SELECT 5 AS n",))
        cursor.nextset()
        assert cursor.fetchall() == [(5,)]


def errors(c):
    try:
        rows(c, "SELECT 1 / 0 AS x")
    except pymssql.Error as e:
        assert e.args[0] == 8134, e
    else:
        raise AssertionError("no error")
    query(c)


def script_batch(c):
    got = rows(c, call("print(1)\nOutputDataSet = InputDataSet",
                       ", @input_data_1 = N'SELECT 1 AS a, N''x'' AS b' WITH RESULT SETS ((a int, b nvarchar(5)))"))
    assert got == [(1, "x")], got


def script_error(c):
    try:
        rows(c, call("raise ValueError('mine')"))
    except pymssql.Error as e:
        # This version of pymssql keeps the first of several errors only.
        assert e.args[0] == 39004, e
    else:
        raise AssertionError("no error")
    query(c)


def frames(c):
    import pandas
    import warnings
    warnings.simplefilter("ignore")
    frame = pandas.read_sql(call("OutputDataSet = InputDataSet.describe().reset_index()",
                                 ", @input_data_1 = N'SELECT CAST(v AS float) AS v FROM (VALUES (1), (2), (3)) AS t(v)'"
                                 " WITH RESULT SETS ((what nvarchar(10), v float))"), c)
    assert frame.set_index("what").v["mean"] == 2.0, frame


def bulk(c):
    with c.cursor() as cursor:
        cursor.execute("CREATE TABLE bulk_pymssql (id int NOT NULL, v float NULL, s varchar(20) NULL)")
    c.commit()
    try:
        c.bulk_copy("bulk_pymssql", [(i, i / 2, "row %d" % i) for i in range(2000)])
        c.commit()
        got = rows(c, "SELECT COUNT(*) AS n, SUM(v) AS v, MAX(s) AS s FROM bulk_pymssql")
        assert got == [(2000, 999500.0, "row 999")], got
    finally:
        with c.cursor() as cursor:
            cursor.execute("DROP TABLE bulk_pymssql")
        c.commit()


failed = 0
connection = connect()
print("ok connect")
for step in (query, parameters, transaction, procedure, errors, script_batch, script_error, frames, bulk):
    if os.environ.get("STEPS") and step.__name__ not in os.environ["STEPS"].split(","):
        continue
    try:
        step(connection)
        print("ok", step.__name__)
    except Exception:
        failed += 1
        print("FAILED", step.__name__)
        traceback.print_exc(file=sys.stdout)
        connection = connect()
sys.exit(1 if failed else 0)
