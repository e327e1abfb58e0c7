package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tds-launchpad/tsql"
)

// ownMessages are texts of SQL Server's that only the embedded engine reports; the others are in package tsql. Source: Microsoft's
// "Database engine events and errors" lists.
var ownMessages = map[int32]struct {
	class, state uint8
	format       string
}{
	191:   {15, 1, "Some part of your SQL statement is nested too deeply. Rewrite the query or break it up into smaller queries."},
	216:   {16, 1, "Parameters were not supplied for the function '%s'."},
	286:   {16, 1, "The logical tables INSERTED and DELETED cannot be updated."},
	289:   {16, 1, "Cannot construct data type %s, some of the arguments have values which are not valid."},
	331:   {16, 1, "The target table '%s' of the OUTPUT INTO clause cannot have any enabled triggers."},
	334:   {16, 1, "The target table '%s' of the DML statement cannot have any enabled triggers if the statement contains an OUTPUT clause without INTO clause."},
	408:   {16, 1, "A constant expression was encountered in the ORDER BY list, position %d."},
	154:   {15, 1, "a USE database statement is not allowed in a procedure, function or trigger."},
	443:   {16, 14, "Invalid use of a side-effecting operator '%s' within a function."},
	444:   {16, 2, "Select statements included within a function cannot return data to a client."},
	455:   {16, 2, "The last statement included within a function must be a return statement."},
	467:   {16, 1, "GROUP BY, HAVING, or aggregate functions are not allowed in the recursive part of a recursive common table expression '%s'."},
	628:   {16, 0, "Cannot issue SAVE TRANSACTION when there is no active transaction."},
	1023:  {15, 1, "Invalid parameter %d specified for %s."},
	1034:  {15, 1, "Syntax error: Duplicate specification of the action \"%s\" in the trigger declaration."},
	1087:  {15, 2, "Must declare the table variable \"%s\"."},
	1088:  {16, 12, "Cannot find the object \"%s\" because it does not exist or you do not have permissions."},
	1752:  {16, 0, "Column '%s' in table '%s' is invalid for creating a default constraint."},
	1781:  {16, 1, "Column already has a DEFAULT bound to it."},
	2010:  {16, 1, "Cannot perform alter on '%s' because it is an incompatible object type."},
	2103:  {15, 1, "Cannot create trigger '%s' because its schema is different from the schema of the target table or view."},
	1902:  {16, 3, "Cannot create more than one clustered index on table '%s'. Drop the existing clustered index '%s' before creating another."},
	2501:  {16, 45, "Cannot find a table or object with the name \"%s\". Check the system catalog."},
	7997:  {16, 1, "'%s' does not contain an identity column."},
	574:   {16, 0, "%s statement cannot be used inside a user transaction."},
	4606:  {16, 1, "Granted or revoked privilege %s is not compatible with object."},
	4624:  {16, 1, "Cannot grant, deny, or revoke permissions to sa, dbo, entity owner, information_schema, sys, or yourself."},
	5812:  {14, 1, "You do not have permission to run the RECONFIGURE statement."},
	15081: {16, 1, "Membership of the public role cannot be changed."},
	15138: {16, 1, "The database principal owns a schema in the database, and cannot be dropped."},
	15144: {16, 1, "The role has members. It must be empty before it can be dropped."},
	15413: {11, 1, "Cannot make a role a member of itself."},
	15123: {16, 1, "The configuration option '%s' does not exist, or it may be an advanced option."},
	15129: {16, 1, "'%d' is not a valid value for configuration option '%s'."},
	15457: {0, 1, "Configuration option '%s' changed from %d to %d. Run the RECONFIGURE statement to install."},
	2741:  {16, 1, "SET DATEFORMAT date order '%s' is invalid."},
	2742:  {16, 1, "SET DATEFIRST %d is out of range."},
	3609:  {16, 1, "The transaction ended in the trigger. The batch has been aborted."},
	3616:  {16, 1, "An error was raised during trigger execution. The batch has been aborted and the user transaction, if any, has been rolled back."},
	3704:  {16, 1, "User does not have permission to perform this operation on %s '%s'."},
	3723:  {16, 4, "An explicit DROP INDEX is not allowed on index '%s'. It is being used for constraint enforcement."},
	3725:  {16, 0, "The constraint '%s' is being referenced by table '%s', foreign key constraint '%s'."},
	4127:  {16, 1, "At least one of the arguments to COALESCE must be an expression that is not the NULL constant."},
	4151:  {16, 1, "The type of the first argument to NULLIF cannot be the NULL constant because the type of the first argument has to be known."},
	4199:  {16, 1, "Argument value %s is invalid for argument %s of %s function."},
	5308:  {16, 1, "Windowed functions, aggregates and NEXT VALUE FOR functions do not support integer indices as ORDER BY clause expressions."},
	8197:  {16, 6, "The object '%s' does not exist or is invalid for this operation."},
	9812:  {16, 0, "The timezone provided to builtin function %s is invalid."},
	9828:  {16, 1, "The second and third arguments of the %s built-in function must contain an equal number of characters."},
	10704: {15, 1, "To rethrow an error, a THROW statement must be used inside a CATCH block. Insert the THROW statement inside a CATCH block, or add error parameters to the THROW statement."},
	10741: {15, 2, "A TOP can not be used in the same query or sub-query as a OFFSET."},
	10759: {15, 1, "Use of DISTINCT is not allowed with the OVER clause."},
	15009: {16, 1, "The object '%s' does not exist in database '%s' or is invalid for this operation."},
	15199: {16, 1, "The current security context cannot be reverted. Please switch to the original database where 'Execute As' was called and try it again."},
	15197: {16, 1, "There is no text for object '%s'."},
	15405: {16, 1, "Cannot use the special principal '%s'."},
	15471: {10, 1, "The text for object '%s' is encrypted."},
	18054: {16, 1, "Error %d, severity %d, state %d was raised, but no message with that error number was found in sys.messages. If error is larger than 50000, make sure the user-defined message is added using sp_addmessage."},
}

// severalTexts are the messages whose text has lengths for its arguments.
var severalTexts = map[int32]bool{39005: true, 39019: true, 39022: true, 39049: true}

// systemMessage is the text of a message with T-SQL's placeholders, as sys.messages has it, and its severity.
func systemMessage(number int32) (string, uint8, bool) {
	if m, ok := ownMessages[number]; ok {
		return strings.ReplaceAll(m.format, "%s", "%ls"), m.class, true
	}
	if number >= 50000 {
		return "", 0, false
	}
	format, class, ok := tsql.MessageFormat(number)
	if severalTexts[number] {
		return strings.ReplaceAll(format, "%s", "%.*ls"), class, ok
	}
	return format, class, ok
}

func messageRows(*Session, *database) (rows [][]any) {
	numbers := append(tsql.MessageNumbers(), slices.Collect(maps.Keys(ownMessages))...)
	slices.Sort(numbers)
	for _, n := range slices.Compact(numbers) {
		format, class, _ := systemMessage(n)
		rows = append(rows, []any{int(n), 1033, int(class), false, format})
	}
	return rows
}

// newError is tsql.NewError with the engine's own texts besides.
func newError(number int32, args ...any) *tsql.Error {
	if m, ok := ownMessages[number]; ok {
		return &tsql.Error{Number: number, Class: m.class, State: m.state, Message: fmt.Sprintf(m.format, args...)}
	}
	return tsql.NewError(number, args...)
}
