package tsql

// AbortsScope tells whether an error is one of binding: names, columns, types. SQL Server finds them when it compiles a
// statement, which for a procedure is when it is reached. Such an error ends the batch, procedure or dynamic SQL that the statement
// stands in, not what called that, and it does not reach a CATCH block of the same scope.
func AbortsScope(number int32) bool {
	switch number {
	case 102, 103, 104, 105, 107, 108, 109, 110, 111, 113, 116, 119, 120, 121, 128, 134, 135, 136, 137, 139, 141, 144, 145, 147, 153, 155, 156, 164, 168, 169, 174,
		189, 195, 205, 206, 207, 208, 209, 213, 239, 240, 252, 257, 263, 264, 271, 272, 286, 305, 306, 331, 334, 402, 403, 421, 447, 448, 468, 529, 1011, 1013, 1033, 1060, 1062, 1087, 2715, 2716, 2717,
		4104, 4145, 8117, 8120, 8121, 8127, 8133, 8155, 8156, 8158, 8159, 10709, 4127, 4151, 408, 8116, 59040:
		return true
	}
	return false
}
