package tds

// FixedTokenSize returns the length of the body, without the type byte, of tokens
// whose Prefix is PrefixFixed; 0 for all others.
func FixedTokenSize(t TokenType, v Version) int {
	switch t {
	case TokenDone, TokenDoneProc, TokenDoneInProc:
		if v.AtLeast(V72) {
			return 12
		}
		return 8 // the row count has 32 bits
	case TokenReturnStatus, TokenOffset:
		return 4
	}
	return 0
}
