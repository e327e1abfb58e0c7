"""Runs one script call and moves its data; see executor/doc.go for the protocol.

session  the sequence of one call
script   compiling and running the user's script, tracebacks
wire     messages over the socket
values   single values: the script parameters
exact    datetime and time with the seventh digit that SQL Server has
inputs   column frames to a DataFrame
outputs  a DataFrame to column frames
loopback what the helper modules for scripts (helpers/) know of their call
warm     what a zygote does before it is forked
objects  columns of Python objects: finding their SQL type
"""
