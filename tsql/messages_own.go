package tsql

// ownMessages are the product's own errors. They use the numbers 59000 to 59099 and begin with the product's name.
var ownMessages = map[int32]message{
	59010: {16, 1, "tds-launchpad: @input_data_1 must be a single SELECT statement, but a second statement begins at line %d with '%s'. Put everything but the SELECT into the batch before the call."},
	59011: {16, 1, "tds-launchpad: %s in line %d can't be carried out in one batch or procedure with a call of sp_execute_external_script on its way: the engine executes what stands before the call and what stands behind it separately. Put it on one side of the call, or into a procedure of its own."},
}
