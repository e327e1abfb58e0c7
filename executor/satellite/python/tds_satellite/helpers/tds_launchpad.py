"""Connections from a script to the database engine that has called it, as the calling user.

    import tds_launchpad
    with tds_launchpad.connect() as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT SUSER_SNAME()")

Which driver is used depends on what can be imported; no password is needed. A connection ends
with the script call at the latest, and what it has not committed is rolled back then.
"""

import importlib
import os
import re

__all__ = ["connect", "find_odbc_driver", "odbc_string"]

# Any name would do: who is meant follows from the call.
_USER = "script"


def connect(database=None, driver=None, **options):
    """Opens a DB-API connection.

    database: default is the database that the call is in.
    driver: one of mssql_python, pyodbc, pymssql, pytds. Default: the first that can be imported.
    options: handed to the driver's own connect.
    """
    from tds_satellite import loopback

    call = loopback.call()
    if driver is not None and driver not in _OPEN:
        raise ValueError(f"driver {driver!r} is not one of {', '.join(_OPEN)}")
    reasons = []
    for name in (driver,) if driver else _OPEN:
        try:
            module = importlib.import_module(name)
        except Exception as error:  # some fail with errors of their own if a library is missing
            reasons.append(f"{name}: {error}")
            continue
        if name == "pyodbc" and not driver and find_odbc_driver() is None:
            reasons.append("pyodbc: no ODBC driver for SQL Server was found")
            continue
        return _OPEN[name](module, call, database or call.database, options)
    raise ImportError("no driver for the database engine can be used here:\n  " + "\n  ".join(reasons))


def _mssql_python(module, call, database, options):
    return module.connect(_token_string(call, database), **options)


def _pyodbc(module, call, database, options):
    driver = find_odbc_driver() or "ODBC Driver 18 for SQL Server"
    return module.connect(odbc_string(Driver=driver) + ";" + _token_string(call, database), **options)


def _token_string(call, database):
    return odbc_string(
        Server=f"{call.host},{call.port}",
        Database=database,
        UID=_USER,
        PWD=call.token,
        Encrypt="Yes",
        TrustServerCertificate="Yes",
    )


def _pymssql(module, call, database, options):
    return module.connect(
        server=call.host, port=str(call.port), user=_USER, password=call.token, database=database, **options
    )


def _pytds(module, call, database, options):
    return module.connect(
        dsn=call.host, port=call.port, user=_USER, password=call.token, database=database, **options
    )


_OPEN = {"mssql_python": _mssql_python, "pyodbc": _pyodbc, "pymssql": _pymssql, "pytds": _pytds}


def odbc_string(**keywords):
    """An ODBC connection string."""
    return ";".join(f"{name}={_quoted(value)}" for name, value in keywords.items())


def _quoted(value):
    if re.fullmatch(r"[^\[\]{}(),;?*=!@\s]*", value) or re.fullmatch(r"[\w.:%]+,\d+|[\w ]+", value):
        return value
    return "{" + value.replace("}", "}}") + "}"


def find_odbc_driver():
    """The newest of Microsoft's ODBC drivers: the name of an installed one, or the file of the one
    that comes with the package mssql-python; None without one."""
    try:
        with open(os.environ.get("ODBCSYSINI", "/etc") + "/odbcinst.ini", encoding="utf-8") as file:
            found = re.findall(r"^\s*\[(ODBC Driver (\d+) for SQL Server)\]", file.read(), re.MULTILINE)
    except (OSError, ValueError):
        found = []
    if found:
        return max(found, key=lambda driver: int(driver[1]))[0]
    import importlib.util
    import platform

    spec = importlib.util.find_spec("mssql_python_odbc")
    for package in spec.submodule_search_locations or () if spec else ():
        linux = package + "/libs/linux"
        # The host's distribution is Debian if nothing says otherwise: it is what comes first.
        for distribution in sorted(os.listdir(linux)) if os.path.isdir(linux) else ():
            directory = f"{linux}/{distribution}/{platform.machine()}/lib"
            for name in sorted(os.listdir(directory), reverse=True) if os.path.isdir(directory) else ():
                if name.startswith("libmsodbcsql-"):
                    return f"{directory}/{name}"
    return None
