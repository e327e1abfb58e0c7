package plans

// Values and conditions in made-up cases.

// shown is a variable in a SELECT list; Babelfish forgets the length of one that is a parameter of sp_executesql.
func (g *generator) shown(v string) string {
	if g.babelfish && v == "@s" {
		return "CAST(@s AS varchar(20))"
	}
	return v
}

// errorText is an ERROR_ function of a type that all engines agree on.
func (g *generator) errorText(f string) string {
	switch {
	case g.texts && f == "ERROR_PROCEDURE()":
		return "NULL" // engines differ about errors of dynamic SQL in procedures
	case g.babelfish && g.rethrows && f == "ERROR_PROCEDURE()":
		return "NULL" // it forgets the procedure
	case g.babelfish && f == "ERROR_LINE()":
		return "0" // it miscounts lines
	case g.babelfish:
		return "CAST(" + f + " AS nvarchar(500))"
	}
	return f
}

func (g *generator) assignment(sc *scope) string {
	switch g.IntN(10) {
	case 0:
		wide := "LEFT(@u, 5)"
		if g.babelfish { // whose varchar variables keep what no code page has, until they are sent
			wide = "LEFT(REPLACE(@u, NCHAR(1078), N'?'), 5)"
		}
		return "@s = " + g.pick("CONCAT(@s, @i)", "'it''s'", wide, "NULL", "'a' + @s")
	case 1:
		return "@u = " + g.pick("REPLICATE(CAST(N'ab' AS nvarchar(max)), 5)", "NCHAR(1078) + @u", "REPLICATE(CAST(N'long' AS nvarchar(max)), 3000)", "CONCAT(@u, @s)", "NULL")
	case 2:
		return "@d = " + g.pick("12.34", "@d * 2", "@i", "NULL")
	case 3:
		return "@b = " + g.pick("0x0102", "CAST('xyz' AS varbinary(max))", "0x")
	case 4:
		return g.pick("@x = 1", "@x = 0", "@m = '2020-02-29 12:34:56.789'", "@f = 1.5", "@f = @f * 3", "@m = NULL")
	}
	return g.numberAssignment(sc)
}

func (g *generator) numberAssignment(sc *scope) string {
	return g.pick("@i", "@j", "@k") + " = " + g.integer(sc, 1)
}

func (g *generator) literal(tag string) string {
	switch tag {
	case "int":
		return g.pick("0", "1", "2", "3", "-1")
	case "vc":
		return g.pick("'abc'", "''", "'it''s'")
	case "nvm":
		return g.pick("N'wide'", "NCHAR(1078)")
	case "dec":
		return g.pick("1.25", "-3")
	case "vbm":
		return "0xABCD"
	case "bit":
		return g.pick("0", "1")
	case "dt":
		return "'2024-05-06 07:08:09.123'"
	}
	return g.pick("0.1", "1e10")
}

func (g *generator) integer(sc *scope, depth int) string {
	if depth == 0 {
		return g.pick("0", "1", "2", "@i", "@j", "@k")
	}
	switch g.IntN(8) {
	case 0:
		return g.integer(sc, 0) + g.pick(" + ", " - ", " * ") + g.integer(sc, 0)
	case 1:
		return "(SELECT COUNT(*) FROM " + g.pick(sc.tables...) + ")"
	case 2:
		return g.pick("@@ROWCOUNT", "@@ERROR", "@@TRANCOUNT", "ISNULL(@i, 0)", "LEN(@s)", "DATALENGTH(@u)")
	}
	return g.integer(sc, 0)
}

func (g *generator) condition(sc *scope) string {
	switch g.IntN(9) {
	case 0:
		return "@@ROWCOUNT " + g.pick("=", ">", "<>") + " " + g.pick("0", "1")
	case 1:
		return "@@ERROR <> 0"
	case 2:
		return g.pick("@s IS NULL", "@u LIKE N'%a%'", "@x = 1", "@d > 2", "@b IS NOT NULL")
	case 3:
		return "EXISTS (SELECT 1 FROM " + g.pick(sc.tables...) + " WHERE n > " + g.integer(sc, 0) + ")"
	case 4:
		return g.pick("XACT_STATE() = 1", "@@TRANCOUNT > 0", "1 = 1", "1 = 0")
	}
	return g.integer(sc, 1) + g.pick(" = ", " > ", " < ", " <> ") + g.integer(sc, 0)
}
