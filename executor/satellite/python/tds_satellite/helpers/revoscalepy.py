"""Of Microsoft's revoscalepy only what a script needs to reach the database engine that has
called it: rx_get_sql_loopback_connection_string."""

__all__ = ["rx_get_sql_loopback_connection_string"]


def rx_get_sql_loopback_connection_string(odbc_driver=None, name_of_database=None):
    """An ODBC connection string for the engine, as the user who called the script.

    The connection is authenticated by the certificate of the script's launchpad, which takes
    Microsoft's ODBC driver 17.4 or newer. Other drivers: tds_launchpad.connect.

    odbc_driver: the driver's name or file. Default: the newest that is found.
    name_of_database: default is the database that the call is in.
    """
    from tds_satellite import loopback
    import tds_launchpad

    call = loopback.call()
    driver = odbc_driver or tds_launchpad.find_odbc_driver() or "ODBC Driver 18 for SQL Server"
    return tds_launchpad.odbc_string(
        Driver=driver,
        Server=f"{call.host},{call.port}",
        Database=name_of_database or call.database,
        ClientCertificate="file:" + call.certificate,
        ClientKey="file:" + call.key,
        TrustServerCertificate="Yes",
        Trusted_Connection="no",
        Encrypt="Yes",
    )
