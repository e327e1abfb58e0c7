RAISERROR(39004, 16, 20, N'Python', 5, N'0000-11'); SELECT @@ERROR AS e
--> Msg 39004, Level 16, State 20, Line 1: A 'Python' script error occurred during execution of 'sp_execute_external_script' with HRESULT 0x5. External script request id is 0000-11.
--> columns: e int not null
--> 39004
--> (1 rows)
GO
RAISERROR(39019, -1, -1, 3, N'Traceback', 100, N'!')
--> Msg 39019, Level 16, State 1, Line 1: An external script error occurred: Tra!
GO
RAISERROR(39020, 14, 3)
--> Msg 39020, Level 14, State 3, Line 1: Feature 'Advanced Analytics Extensions' is not installed. Please consult Books Online for more information on this feature.
GO
RAISERROR(39003, -1, 1); SELECT @@ERROR AS e
--> info 39003: SQL successfully boots extensibility.
--> columns: e int not null
--> 0
--> (1 rows)
GO
RAISERROR(39005, 10, 1, 5, N'hello world', 0, N'')
--> info 39005: STDOUT message(s) from external script: hello
GO
BEGIN TRY RAISERROR(39019, 16, 2, 20, N'text', 0, NULL) END TRY BEGIN CATCH SELECT ERROR_NUMBER() AS n, ERROR_MESSAGE() AS m, ERROR_STATE() AS s, ERROR_SEVERITY() AS v; THROW END CATCH
--> columns: n int, m nvarchar(4000), s int, v int
--> 39019 | 'An external script error occurred: text' | 2 | 16
--> (1 rows)
--> Msg 39019, Level 16, State 2, Line 1: An external script error occurred: text
GO
RAISERROR('%.*ls|%5.*s|%-6s|', 16, 1, 2, N'abcdef', 3, 'xyzw', 'q')
--> Msg 50000, Level 16, State 1, Line 1: ab|  xyz|q     |
GO
RAISERROR(12999, 16, 1); RAISERROR(50000, 16, 1); RAISERROR(-1, 16, 1); RAISERROR(49998, 16, 1); RAISERROR(60000, 16, 1)
--> Msg 2732, Level 16, State 1, Line 1: Error number 12999 is invalid. The number must be from 13000 through 2147483647 and it cannot be 50000.
--> Msg 2732, Level 16, State 1, Line 1: Error number 50000 is invalid. The number must be from 13000 through 2147483647 and it cannot be 50000.
--> Msg 2732, Level 16, State 1, Line 1: Error number -1 is invalid. The number must be from 13000 through 2147483647 and it cannot be 50000.
--> Msg 18054, Level 16, State 1, Line 1: Error 49998, severity 16, state 1 was raised, but no message with that error number was found in sys.messages. If error is larger than 50000, make sure the user-defined message is added using sp_addmessage.
--> Msg 18054, Level 16, State 1, Line 1: Error 60000, severity 16, state 1 was raised, but no message with that error number was found in sys.messages. If error is larger than 50000, make sure the user-defined message is added using sp_addmessage.
GO
SELECT message_id, language_id, severity, text FROM sys.messages WHERE message_id IN (39004, 39019, 39020, 8134) ORDER BY message_id
--> columns: message_id int not null, language_id smallint not null, severity tinyint, text nvarchar(2048) not null
--> 8134 | 1033 | 16 | 'Divide by zero error encountered.'
--> 39004 | 1033 | 16 | 'A '%s' script error occurred during execution of 'sp_execute_external_script' with HRESULT 0x%x. External script request id is %s.'
--> 39019 | 1033 | 16 | 'An external script error occurred: %.*ls%.*ls'
--> 39020 | 1033 | 16 | 'Feature 'Advanced Analytics Extensions' is not installed. Please consult Books Online for more information on this feature.'
--> (4 rows)
GO
SELECT FORMATMESSAGE(39020) AS a, FORMATMESSAGE('%s %d', 'x', 5) AS b, FORMATMESSAGE(12) AS c
--> columns: a nvarchar(2047), b nvarchar(2047), c nvarchar(2047)
--> 'Feature 'Advanced Analytics Extensions' is not installed. Please consult Books Online for more information on this feature.' | 'x 5' | NULL
--> (1 rows)
GO
DECLARE @m nvarchar(100) = N'variable', @n int = 50005, @s tinyint = 9; THROW @n, @m, @s
--> Msg 50005, Level 16, State 9, Line 1: variable
GO
THROW 49999, 'too low', 1
--> Msg 35100, Level 16, State 10, Line 1: Error number 49999 in the THROW statement is outside the valid range. Specify an error number in the valid range of 50000 to 2147483647.
GO
THROW
--> Msg 10704, Level 15, State 1, Line 1: To rethrow an error, a THROW statement must be used inside a CATCH block. Insert the THROW statement inside a CATCH block, or add error parameters to the THROW statement.
GO
CREATE PROCEDURE inner_one AS
  SELECT 1 AS ok

  RAISERROR('in the middle', 16, 5)
  SELECT 1 / 0 AS never
GO
CREATE PROCEDURE outer_one AS
  BEGIN TRY
    EXEC inner_one
  END TRY
  BEGIN CATCH
    SELECT ERROR_PROCEDURE() AS p, ERROR_LINE() AS l, ERROR_STATE() AS s;
    THROW
  END CATCH
GO
BEGIN TRY

  EXEC outer_one
END TRY
BEGIN CATCH SELECT ERROR_PROCEDURE() AS p, ERROR_LINE() AS l, ERROR_NUMBER() AS n END CATCH
--> columns: ok int not null
--> 1
--> (1 rows)
--> columns: p nvarchar(128), l int, s int
--> 'inner_one' | 4 | 5
--> (1 rows)
--> columns: p nvarchar(128), l int, n int
--> 'inner_one' | 4 | 50000
--> (1 rows)
GO
EXEC outer_one
--> columns: ok int not null
--> 1
--> (1 rows)
--> columns: p nvarchar(128), l int, s int
--> 'inner_one' | 4 | 5
--> (1 rows)
--> Msg 50000, Level 16, State 5, Procedure inner_one, Line 4: in the middle
GO
EXEC sp_executesql N'

SELECT 1 / 0 AS z'
--> columns: z int not null
--> Msg 8134, Level 16, State 1, Line 3: Divide by zero error encountered.
--> status 8134
GO
BEGIN TRY EXEC('

SELECT 1 / 0 AS z') END TRY BEGIN CATCH SELECT ERROR_PROCEDURE() AS p, ERROR_LINE() AS l END CATCH
--> columns: z int not null
--> (0 rows)
--> columns: p nvarchar(128), l int
--> NULL | 3
--> (1 rows)
GO
EXEC outer_one; EXEC inner_one; PRINT 'after'
--> columns: ok int not null
--> 1
--> (1 rows)
--> columns: p nvarchar(128), l int, s int
--> 'inner_one' | 4 | 5
--> (1 rows)
--> Msg 50000, Level 16, State 5, Procedure inner_one, Line 4: in the middle
GO
