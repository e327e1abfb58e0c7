package proxy

import (
	"strings"
	"testing"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// offline is a plan for a text without an engine. Procedures named in modules are script modules.
func offline(text string, modules ...string) (*plan, *frame, error) {
	s := &session{server: &Server{}, cfg: &Config{}}
	s.setVersion(tds.V74)
	s.server.modules.add(modules...)
	p := &plan{scriptCall: &scriptCall{session: s, req: &request{}}, markerName: "m", facts: &facts{options: optionQuotedIdentifier, collation: tds.DefaultCollation}}
	f := &frame{text: text, mode: tsql.QuotedIdentifierOn}
	err := p.prepareFrame(f, tsql.Split(text, f.mode))
	return p, f, err
}

const call = "EXEC sp_execute_external_script N'Python', N''"

// walkedTexts are the statements of a frame, those that the plan carries out in < >, runs of the others in [ ].
func walkedTexts(f *frame, stmts []tsql.Statement) string {
	var out []string
	for i := 0; i < len(stmts); {
		s := &stmts[i]
		if f.walked[s] {
			inner := walkedTexts(f, s.Body)
			if len(s.Else) > 0 {
				inner += " | " + walkedTexts(f, s.Else)
			}
			if inner == "" {
				inner = f.text[s.Pos:s.End]
				if strings.HasPrefix(inner, "EXEC sp_execute_") {
					inner = "call"
				}
			}
			out = append(out, "<"+inner+">")
			i++
			continue
		}
		from := i
		for i < len(stmts) && !f.walked[&stmts[i]] {
			i++
		}
		out = append(out, "["+f.text[stmts[from].Pos:stmts[i-1].End]+"]")
	}
	return strings.Join(out, " ")
}

func TestPlanDividesABatch(t *testing.T) {
	for text, want := range map[string]string{
		"SELECT 1; SELECT 2; " + call + " SELECT 3":                              "[SELECT 1; SELECT 2] <call> [SELECT 3]",
		"IF 1 = 1 SELECT 1 ELSE SELECT 2; " + call:                               "[IF 1 = 1 SELECT 1 ELSE SELECT 2] <call>",
		"IF 1 = 1 " + call + " ELSE BEGIN SELECT 2; SELECT 3 END":                "<<call> | [BEGIN SELECT 2; SELECT 3 END]>",
		"WHILE 1 = 1 BEGIN BREAK END " + call:                                    "[WHILE 1 = 1 BEGIN BREAK END] <call>",
		"WHILE 1 = 1 BEGIN " + call + " IF 2 = 2 BREAK SELECT 4 END":             "<<<call> <<BREAK>> [SELECT 4]>>",
		"IF 1 = 1 RETURN; " + call:                                               "<<RETURN>> <call>",
		"BEGIN TRY SELECT 1 END TRY BEGIN CATCH SELECT 2 END CATCH " + call:      "[BEGIN TRY SELECT 1 END TRY BEGIN CATCH SELECT 2 END CATCH] <call>",
		"BEGIN TRY " + call + " END TRY BEGIN CATCH SELECT 2; THROW END CATCH":   "<<call> | [SELECT 2; THROW]>",
		"BEGIN TRY SELECT 1 END TRY BEGIN CATCH " + call + "; THROW END CATCH":   "<[SELECT 1] | <call> <THROW>>",
		"EXEC dbo.train; EXEC dbo.other":                                         "<EXEC dbo.train> [EXEC dbo.other]",
		"INSERT t EXEC train INSERT t EXEC other":                                "<INSERT t EXEC train> [INSERT t EXEC other]",
		"EXEC ('SELECT 1') EXEC ('" + strings.ReplaceAll(call, "'", "''") + "')": "[EXEC ('SELECT 1')] <EXEC ('" + strings.ReplaceAll(call, "'", "''") + "')>",
		"EXEC (@x) EXEC @p EXEC sp_executesql @x EXEC sp_executesql N'SELECT 1'": "<EXEC (@x)> <EXEC @p> <EXEC sp_executesql @x> [EXEC sp_executesql N'SELECT 1']",
	} {
		_, f, err := offline(text, "train")
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := walkedTexts(f, f.body); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestPlanSharesVariables(t *testing.T) {
	for text, want := range map[string]string{
		"DECLARE @a int = 1; SELECT @a; " + call:                                        "",
		"DECLARE @a int = 1; " + call + "; SELECT @a":                                   "@a",
		"DECLARE @a int; EXEC sp_execute_external_script N'Python', @a":                 "@a",
		"DECLARE @p int; EXEC train @p = 1; SELECT @p":                                  "@p",
		"WHILE 1 = 1 BEGIN DECLARE @a int = 1; SELECT @a; " + call + " END":             "@a",
		"DECLARE @a int, @b int = 2, @c int; SELECT @b, @c; EXEC train @A OUTPUT":       "@a",
		"DECLARE @t TABLE (a int); INSERT @t VALUES (1); " + call + " SELECT * FROM @t": "@t",
	} {
		_, f, err := offline(text, "train")
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		var shared []string
		for _, v := range f.order {
			if v.shared {
				shared = append(shared, v.name)
			}
		}
		if got := strings.Join(shared, " "); got != want {
			t.Errorf("%s: shared are %q, want %q", text, got, want)
		}
	}
}

func TestPlanRefuses(t *testing.T) {
	for text, line := range map[string]int32{
		"\nGOTO x; " + call + "; x: SELECT 1":                                 2,
		"DECLARE c CURSOR LOCAL FOR SELECT 1 OPEN c\n" + call + "\nFETCH c":   3,
		"DECLARE @c CURSOR SET @c = CURSOR FOR SELECT 1 " + call + " OPEN @c": 1,
	} {
		_, _, err := offline(text)
		if e, ok := err.(*tsql.Error); !ok || e.Number != 59011 || e.Line != line {
			t.Errorf("%s: %v, want 59011 in line %d", text, err, line)
		}
	}
	for _, text := range []string{
		"GOTO x; x: SELECT 1; " + call,
		"DECLARE c CURSOR FOR SELECT 1 OPEN c " + call + " FETCH c",
		"DECLARE c CURSOR LOCAL FOR SELECT 1 OPEN c FETCH c " + call,
	} {
		if _, _, err := offline(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// What stands in a request stands at its own line, whatever is put in front of it.
func TestPlanKeepsLines(t *testing.T) {
	text := "DECLARE @a int =\n 5,\n @b nvarchar(20)\n" + call + "\n\n/* x\n */ SELECT @a -- y\n, @b\nIF @a > 1\n " + call + "\nRETURN @a -\n 1"
	p, f, err := offline(text)
	if err != nil {
		t.Fatal(err)
	}
	f.lookup("@b").raw = tds.AppendUTF16(nil, "line\nbreak")
	for _, s := range []step{
		{frame: f, stmts: f.body[:1]}, {frame: f, stmts: f.body[2:3]}, {frame: f, stmts: f.body[2:3], cond: &f.body[3]},
		{frame: f, value: &f.body[4]}, {frame: f, stmts: f.body[2:3], value: &f.body[4]},
	} {
		c, err := p.compose(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"5", "SELECT @a", ", @b\n", "@a > 1", "-\n 1"} {
			at := strings.Index(text, word)
			got := strings.Index(c.text.text.String(), word)
			if got < 0 {
				continue
			}
			line := int32(1 + strings.Count(c.text.text.String()[:got], "\n"))
			want := int32(1 + strings.Count(text[:at], "\n"))
			if from := c.text.where(line); line != want || from.line != want || from.frame != f {
				t.Errorf("%q is in line %d (%v), want %d:\n%s", word, line, from.line, want, c.text.text.String())
			}
		}
	}
}

// Any text that can be planned gives requests with all of its statements in them.
func FuzzPlan(f *testing.F) {
	for _, text := range []string{
		"DECLARE @a int = 1, @t TABLE (a varchar(5)); WHILE @a < 3 BEGIN " + call + "; SET @a += 1 INSERT @t VALUES (@@ROWCOUNT) END",
		"BEGIN TRY DECLARE @x decimal(5,2); BEGIN TRY " + call + " END TRY BEGIN CATCH SELECT ERROR_NUMBER(); THROW END CATCH END TRY BEGIN CATCH DECLARE @y int = @x; RETURN @y END CATCH SELECT @x",
		"IF 1=1 DECLARE @a int ELSE DECLARE @b int = 2\r\n" + call + "\r\nSELECT @a, @b INTO #t",
		"insert into [t] (a, b) exec train @p = @p out return (select 1 -- x\n)",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 20000 {
			return
		}
		p, fr, err := offline(text, "train")
		if err != nil {
			return
		}
		for _, v := range fr.order {
			v.made = true // there is no engine to make a table
		}
		composeAll(t, p, fr, fr.body)
	})
}

// composeAll composes what the plan would send for a list, in every branch.
func composeAll(t *testing.T, p *plan, f *frame, stmts []tsql.Statement) {
	check := func(s step) {
		c, err := p.compose(s)
		if err != nil {
			return
		}
		text := c.text.text.String()
		if int(c.text.line) != len(c.text.lines) || strings.Count(text, "\n")+1 != len(c.text.lines) {
			t.Fatalf("%d lines are known of %q", len(c.text.lines), text)
		}
	}
	for i := 0; i < len(stmts); i++ {
		if n := p.run(f, stmts[i:]); n > 0 {
			check(step{frame: f, stmts: stmts[i : i+n], substitute: true})
			i += n - 1
			continue
		}
		s := &stmts[i]
		switch s.Kind {
		case tsql.StatementIf, tsql.StatementWhile:
			check(step{frame: f, cond: s})
		case tsql.StatementReturn:
			check(step{frame: f, value: s})
		case tsql.StatementTry:
			rest := stmts[i+1:]
			lead := p.run(f, s.Else)
			p.tries = append(p.tries, &openTry{frame: f, stmt: s, rest: rest[:p.run(f, rest)], walked: lead < len(s.Else), lead: s.Else[:lead]})
			composeAll(t, p, f, s.Body)
			p.tries = p.tries[:len(p.tries)-1]
			composeAll(t, p, f, s.Else)
			continue
		}
		composeAll(t, p, f, s.Body)
		composeAll(t, p, f, s.Else)
	}
}

func TestPlanSendsWhatALiteralWouldChangeAsAParameter(t *testing.T) {
	_, f, err := offline("DECLARE @n nvarchar(10); " + call + " SELECT @n")
	if err != nil {
		t.Fatal(err)
	}
	v := f.order[0]
	if v.raw = []byte{'a', 0}; v.long() {
		t.Error("a text is long")
	}
	if v.raw = []byte{0x3D, 0xD8}; !v.long() { // half a surrogate pair
		text, _ := v.literal()
		t.Errorf("%x would go as %s", v.raw, text)
	}
}

func TestPlanRestoresOptions(t *testing.T) {
	p, f, err := offline("SET NOCOUNT, XACT_ABORT ON; SET ANSI_WARNINGS OFF; " + call)
	if err != nil {
		t.Fatal(err)
	}
	f.options = optionNoCount
	if got, want := p.restoreOptions(f), "SET ANSI_WARNINGS OFF; SET NOCOUNT ON; SET XACT_ABORT OFF; "; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// What EXECUTE AS does would stay behind the procedure, and REVERT undo what its caller has done.
func TestPlanRefusesExecuteAsInAProcedure(t *testing.T) {
	for _, text := range []string{"EXECUTE AS USER = 'x'; " + call, "IF 1 = 1 REVERT " + call} {
		p, f, err := offline(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		f.dynamic = true
		if err := p.analyse(f); err == nil {
			t.Errorf("%s is not refused in dynamic SQL", text)
		}
	}
}

// What an INSERT ... EXEC says of its target stands in the INSERT that brings the rows there.
func TestPlanInsertKeepsItsTarget(t *testing.T) {
	for text, want := range map[string]string{
		"INSERT t " + call: "INSERT INTO [t] SELECT ",
		"INSERT INTO dbo.t WITH (TABLOCK,\n HOLDLOCK) (a, [b c]) " + call: "INSERT INTO [dbo].[t] WITH ( TABLOCK , HOLDLOCK ) ([a], [b c]) SELECT ",
	} {
		p, f, err := offline(text)
		if err != nil {
			t.Fatal(err)
		}
		got := p.insertText(f, f.body[0].Insert, &rowSink{sets: []*rowSet{{table: "#rows"}}})
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

// No engine at hand tells what ANSI_NULLS a procedure was made under.
func TestPlanSettingsOfAModule(t *testing.T) {
	on, off := true, false
	for _, c := range []struct {
		module  *scriptModule
		options int64
		want    string
	}{
		{nil, 0, ""}, {&scriptModule{}, 0, ""},
		{&scriptModule{ansiNulls: &on}, optionAnsiNulls, ""}, {&scriptModule{ansiNulls: &off}, 0, ""},
		{&scriptModule{ansiNulls: &on}, 0, "SET ANSI_NULLS ON; "}, {&scriptModule{ansiNulls: &off}, optionAnsiNulls, "SET ANSI_NULLS OFF; "},
	} {
		f := &frame{module: c.module, options: c.options}
		if got := f.settings(c.options); got != c.want {
			t.Errorf("%+v: got %q, want %q", c, got, c.want)
		}
		f.switched = c.want != ""
		back := strings.NewReplacer(" ON", " OFF", " OFF", " ON").Replace(c.want)
		if got := (&plan{}).restoreOptions(f); got != back {
			t.Errorf("%+v: got %q back, want %q", c, got, back)
		}
	}
}
