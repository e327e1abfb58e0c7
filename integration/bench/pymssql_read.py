"""Reads queries from standard input, one a line, and prints for each how many rows
pandas.read_sql made of it by pymssql, and in how many nanoseconds."""

import sys
import time
import warnings

import pandas
import pymssql

warnings.simplefilter("ignore")  # pandas would rather have SQLAlchemy, which makes it slower
connection = pymssql.connect(server=sys.argv[1], port=sys.argv[2], user="bench", password="bench")
for query in sys.stdin:
    began = time.monotonic_ns()
    frame = pandas.read_sql(query.strip(), connection)
    print(len(frame), time.monotonic_ns() - began, flush=True)
    del frame
