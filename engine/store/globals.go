package store

import (
	"fmt"
	"strings"

	"tds-launchpad/tsql"
)

// The server that the engine says it is. The product is named in @@VERSION; the numbers are those of the SQL Server whose
// behaviour it follows.
const (
	ProductVersion = "16.0.1000.6"
	versionText    = "tds-launchpad embedded development engine - " + ProductVersion + " (X64)\n\tT-SQL of Microsoft SQL Server 2022, as far as it goes\n\tDeveloper Edition on SQLite"
)

// globalVariable binds @@NAME. Error 137.
func (b *binder) globalVariable(name string) (*expr, error) {
	text := func(n int, fn func(*Session) string) (*expr, error) {
		return b.session(fold(name), nvarchar(n), false, func(s *Session) any { return fn(s) }), nil
	}
	number := func(t tsql.Type, fn func(*Session) int64) (*expr, error) {
		return b.session(fold(name), t, false, func(s *Session) any { return fn(s) }), nil
	}
	fixed := func(n int64) (*expr, error) { return number(typeInt, func(*Session) int64 { return n }) }
	switch strings.ToUpper(name) {
	case "@@VERSION":
		return text(300, func(*Session) string { return versionText })
	case "@@SPID":
		return number(typeSmall, func(s *Session) int64 { return int64(s.opt.SPID) })
	case "@@ROWCOUNT":
		return number(typeInt, func(s *Session) int64 { return s.rowCount })
	case "@@ERROR":
		return number(typeInt, func(s *Session) int64 { return int64(s.lastError) })
	case "@@TRANCOUNT":
		return number(typeInt, func(s *Session) int64 { return int64(s.tran.count) })
	case "@@IDENTITY":
		return b.session("@@identity", numericType(38, 0), true, func(s *Session) any { return asDecimal(s.identity) }), nil
	case "@@OPTIONS":
		return number(typeInt, func(s *Session) int64 { return s.set.bits() })
	case "@@SERVERNAME", "@@SERVICENAME":
		if strings.EqualFold(name, "@@SERVICENAME") {
			return text(128, func(*Session) string { return "MSSQLSERVER" })
		}
		return text(128, func(s *Session) string { return s.inst.cfg.ServerName })
	case "@@LANGUAGE":
		return text(128, func(s *Session) string { return s.set.language })
	case "@@LANGID":
		return number(typeSmall, func(*Session) int64 { return 0 })
	case "@@MAX_PRECISION":
		return number(tsql.TypeTinyInt, func(*Session) int64 { return 38 })
	case "@@MAX_CONNECTIONS":
		return fixed(32767)
	case "@@DATEFIRST":
		return number(tsql.TypeTinyInt, func(s *Session) int64 { return s.set.dateFirst })
	case "@@TEXTSIZE":
		return number(typeInt, func(s *Session) int64 { return s.set.textSize })
	case "@@LOCK_TIMEOUT":
		return number(typeInt, func(s *Session) int64 { return s.set.lockTimeout })
	case "@@NESTLEVEL":
		return number(typeInt, func(s *Session) int64 { return int64(s.nest) })
	case "@@FETCH_STATUS":
		return fixed(0)
	case "@@CURSOR_ROWS":
		return fixed(0)
	case "@@PROCID":
		id := int64(0)
		if b.f != nil && b.f.proc != nil {
			id = int64(b.f.proc.ID)
		}
		return fixed(id)
	case "@@MICROSOFTVERSION":
		return fixed(0x100003E8)
	case "@@DBTS":
		return b.session("@@dbts", tsql.VarBinary(8), false, func(s *Session) any {
			return []byte(fmt.Appendf(nil, "%s", rowVersionBytes(s.inst.rowVersion.Load())))
		}), nil
	}
	return nil, tsql.NewError(137, name).WithState(2)
}

func rowVersionBytes(n uint64) []byte {
	b := make([]byte, 8)
	for i := range b {
		b[7-i] = byte(n >> (8 * i))
	}
	return b
}

// bits is @@OPTIONS.
func (o *settings) bits() int64 {
	var n int64
	for _, x := range []struct {
		on  bool
		bit int64
	}{{o.implicit, 2}, {o.cursorClose, 4}, {o.warnings, 8}, {o.ansiPadding, 16}, {o.ansiNulls, 32}, {o.arithAbort, 64}, {o.arithIgnore, 128},
		{o.quotedID, 256}, {o.noCount, 512}, {o.ansiNullDflt, 1024}, {!o.ansiNullDflt, 2048}, {o.concatNull, 4096}, {o.numericRoundAbort, 8192}, {o.xactAbort, 16384}} {
		if x.on {
			n |= x.bit
		}
	}
	return n
}
