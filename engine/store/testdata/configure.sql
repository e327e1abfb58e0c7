EXEC sp_configure 'external scripts enabled'
--> columns: name nvarchar(35), minimum int, maximum int, config_value int, run_value int
--> 'external scripts enabled' | 0 | 1 | 0 | 0
--> (1 rows)
--> status 0
GO
EXEC sp_configure 'external scripts enabled', 1
--> info 15457: Configuration option 'external scripts enabled' changed from 0 to 1. Run the RECONFIGURE statement to install.
--> status 0
GO
SELECT name, value, value_in_use FROM sys.configurations ORDER BY configuration_id
--> columns: name nvarchar(35) not null, value int, value_in_use int
--> 'user connections' | 0 | 0
--> 'show advanced options' | 0 | 0
--> 'external scripts enabled' | 1 | 0
--> (3 rows)
GO
EXEC sp_configure 'external scripts enabled', 1; RECONFIGURE WITH OVERRIDE
--> info 15457: Configuration option 'external scripts enabled' changed from 1 to 1. Run the RECONFIGURE statement to install.
--> status 0
GO
EXEC sp_configure 'external scripts enabled'; EXEC sp_configure
--> columns: name nvarchar(35), minimum int, maximum int, config_value int, run_value int
--> 'external scripts enabled' | 0 | 1 | 1 | 1
--> (1 rows)
--> status 0
--> columns: name nvarchar(35), minimum int, maximum int, config_value int, run_value int
--> 'external scripts enabled' | 0 | 1 | 1 | 1
--> 'show advanced options' | 0 | 1 | 0 | 0
--> (2 rows)
--> status 0
GO
EXEC sp_configure 'external scripts enabled', 2; EXEC sp_configure 'nothing'; EXEC sp_configure 'user connections'
--> Msg 15129, Level 16, State 1, Line 1: '2' is not a valid value for configuration option 'external scripts enabled'.
--> Msg 15123, Level 16, State 1, Line 1: The configuration option 'nothing' does not exist, or it may be an advanced option.
--> Msg 15123, Level 16, State 1, Line 1: The configuration option 'user connections' does not exist, or it may be an advanced option.
GO
EXEC sp_configure 'show advanced options', 1; RECONFIGURE; EXEC sp_configure @configname = 'user connections'
--> info 15457: Configuration option 'show advanced options' changed from 0 to 1. Run the RECONFIGURE statement to install.
--> status 0
--> columns: name nvarchar(35), minimum int, maximum int, config_value int, run_value int
--> 'user connections' | 0 | 32767 | 0 | 0
--> (1 rows)
--> status 0
GO
BEGIN TRAN; EXEC sp_configure 'external scripts enabled', 0; RECONFIGURE; ROLLBACK
--> Msg 574, Level 16, State 0, Line 1: CONFIG statement cannot be used inside a user transaction.
--> Msg 574, Level 16, State 0, Line 1: CONFIG statement cannot be used inside a user transaction.
GO
CREATE PROCEDURE tells AS SELECT OBJECT_NAME(@@PROCID) AS p, @@NESTLEVEL AS l; EXEC('SELECT @@NESTLEVEL AS one_greater'); EXEC sp_executesql N'SELECT @@NESTLEVEL AS two_greater'
GO
EXEC tells; SELECT @@PROCID AS p, @@NESTLEVEL AS l
--> columns: p nvarchar(128), l int not null
--> 'tells' | 1
--> (1 rows)
--> columns: one_greater int not null
--> 2
--> (1 rows)
--> columns: two_greater int not null
--> 3
--> (1 rows)
--> status 0
--> columns: p int not null, l int not null
--> 0 | 0
--> (1 rows)
GO
