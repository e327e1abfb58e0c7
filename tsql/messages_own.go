package tsql

// ownMessages are the product's own errors. They use the numbers 59000 to 59099 and begin with the product's name.
var ownMessages = map[int32]message{
	59010: {16, 1, "tds-launchpad: @input_data_1 must be a single SELECT statement, but a second statement begins at line %d with '%s'. Put everything but the SELECT into the batch before the call."},
	59011: {16, 1, "tds-launchpad: sp_execute_external_script was found %s (line %d of the batch). So far it can be called as the only statement of a batch, by RPC, and in sp_executesql, sp_prepare and sp_prepexec. Send the call in a batch of its own."},
}
