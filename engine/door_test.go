package engine

import (
	"bytes"
	"context"
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tds-launchpad/engine/store"
	"tds-launchpad/tds"
)

func want(t *testing.T, got reply, tokens string) {
	t.Helper()
	if got.tokens != tokens {
		t.Errorf("answer\n %s\nwant\n %s", got.tokens, tokens)
	}
}

func TestLoginReplyIsInSQLServersOrder(t *testing.T) {
	_, address := open(t)
	for _, v := range []tds.Version{tds.V71, tds.V72, tds.V73A, tds.V73B, tds.V74} {
		_, r := dialIn(t, address, v)
		want(t, r, "env 1, info 5701, env 7, env 2, info 5703, loginack "+v.String()+", env 4, done")
	}
}

func TestRefusedLoginEndsTheConnection(t *testing.T) {
	_, address := open(t)
	for name, tt := range map[string]struct {
		login  tds.Login7
		tokens string
	}{
		"wrong password":   {tds.Login7{UserName: "sa", Password: "wrong"}, "error 18456, done error"},
		"no such login":    {tds.Login7{UserName: "nobody"}, "error 18456, done error"},
		"integrated":       {tds.Login7{OptionFlags2: tds.FlagIntSecurity}, "error 18452, done error"},
		"no such database": {tds.Login7{UserName: "sa", Password: testPassword, Database: "nowhere"}, "error 4060, done error"},
	} {
		t.Run(name, func(t *testing.T) {
			c := dial(t, address)
			c.prelogin()
			c.login(tt.login)
			want(t, c.reply(), tt.tokens)
			c.closed()
		})
	}
}

func TestTokensOfBatches(t *testing.T) {
	_, address := open(t)
	c, _ := dialIn(t, address, tds.V74)
	for _, tt := range []struct{ text, tokens string }{
		{"SELECT 1 AS a", "columns, row, done count=1"},
		{"SELECT 1 AS a; SELECT 2 AS b WHERE 1 = 0", "columns, row, done more count=1, columns, done count=0"},
		{"CREATE TABLE #t (a int)", "done"},
		{"INSERT #t VALUES (1), (2)", "done count=2"},
		{"UPDATE #t SET a = 3 OUTPUT inserted.a WHERE a = 1", "columns, row, done count=1"},
		{"SET NOCOUNT ON; INSERT #t VALUES (4); SELECT 1 AS a; SET NOCOUNT OFF", "done more, columns, row, done"},
		{"PRINT 'x'", "info 0, done"},
		{"SELECT 1 / 0 AS a", "columns, error 8134, done error"},
		{"SELECT nothing FROM #t", "error 207, done error"},
		{"SELECT FROM WHERE", "error 156, done error"},
		{"", "done"},
		{"/* nothing */", "done"},
		{"EXEC sp_executesql N'SELECT 1 AS a'", "columns, row, doneinproc more count=1, status 0, doneproc"},
		{"RAISERROR('a', 16, 1); SELECT 1 AS a", "error 50000, done more error, columns, row, done count=1"},
		{"BEGIN TRY SELECT 1 / 0 AS a END TRY BEGIN CATCH PRINT 'caught' END CATCH", "columns, done more count=0, info 0, done"},
	} {
		t.Run(tt.text, func(t *testing.T) {
			c.t = t
			want(t, c.batch(tt.text), tt.tokens)
		})
	}
}

func param(name, value string) tds.RPCParam {
	p := tds.RPCParam{Name: name, Type: tds.NVarChar(4000, tds.DefaultCollation)}
	p.Value = tds.AppendUTF16([]byte{}, value)
	return p
}

func intParam(name string, value int32, status tds.ParamStatus) tds.RPCParam {
	return tds.RPCParam{Name: name, Status: status, Type: tds.Int(4), Value: binary.LittleEndian.AppendUint32(nil, uint32(value))}
}

func TestTokensOfRPCs(t *testing.T) {
	_, address := open(t)
	c, _ := dialIn(t, address, tds.V74)
	output := tds.RPCCall{Name: "sp_executesql", Params: []tds.RPCParam{param("", "SELECT @x AS x; SET @x = @x + 1"), param("", "@x int OUTPUT"), intParam("@x", 41, tds.ParamByRef)}}
	r := c.rpc(output)
	want(t, r, "columns, row, doneinproc more count=1, status 0, value @x, doneproc")
	if len(r.returns) != 1 || !bytes.Equal(r.returns[0].Value, []byte{42, 0, 0, 0}) {
		t.Errorf("output %+v", r.returns)
	}
	missing := tds.RPCCall{Name: "no_such_procedure"}
	want(t, c.rpc(missing), "error 2812, doneproc error")
	want(t, c.rpc(tds.RPCCall{ProcID: 2}), "error 16937, doneproc error") // sp_cursoropen
	want(t, c.rpc(tds.RPCCall{ProcID: 99}), "error 2812, doneproc error")

	// A failing call does not keep the others of its request from being made.
	one := tds.RPCCall{ProcID: 10, Params: []tds.RPCParam{param("", "SELECT 1 AS a")}}
	const answer = "columns, row, doneinproc more count=1, status 0, doneproc"
	want(t, c.rpc(one, missing, one), answer+" more in-batch, error 2812, doneproc more error in-batch, "+answer)

	notNow := one
	notNow.NoExec = true
	want(t, c.rpc(notNow, one), "error 4002, doneproc more error in-batch, "+answer)
}

func TestPreparedStatements(t *testing.T) {
	_, address := open(t)
	c, _ := dialIn(t, address, tds.V74)
	handle := func(r reply) int32 {
		t.Helper()
		if len(r.returns) == 0 || len(r.returns[0].Value) != 4 {
			t.Fatalf("no handle: %s", r.tokens)
		}
		return int32(binary.LittleEndian.Uint32(r.returns[0].Value))
	}
	null := tds.RPCParam{Status: tds.ParamByRef, Type: tds.Int(4)}
	text, declared := param("", "SELECT @a + 1 AS b"), param("", "@a int")
	for _, name := range []string{"sp_prepare", "[sys].[SP_Prepare]", "master..sp_prepare"} {
		r := c.rpc(tds.RPCCall{Name: name, Params: []tds.RPCParam{null, declared, text}})
		want(t, r, "columns, doneinproc more, status 0, value , doneproc")
		h := handle(r)
		for range 2 {
			r := c.rpc(tds.RPCCall{ProcID: 12, Params: []tds.RPCParam{intParam("", h, 0), intParam("", 6, 0)}})
			want(t, r, "columns, row, doneinproc more count=1, status 0, doneproc")
		}
		want(t, c.rpc(tds.RPCCall{Name: "sp_unprepare", Params: []tds.RPCParam{intParam("", h, 0)}}), "status 0, doneproc")
		want(t, c.rpc(tds.RPCCall{Name: "sp_execute", Params: []tds.RPCParam{intParam("", h, 0)}}), "error 8179, doneproc error")
	}
	r := c.rpc(tds.RPCCall{ProcID: 13, Params: []tds.RPCParam{null, declared, text, intParam("@a", 1, 0)}})
	want(t, r, "columns, row, doneinproc more count=1, status 0, value , doneproc")
	want(t, c.rpc(tds.RPCCall{ProcID: 11, Params: []tds.RPCParam{null, declared, param("", "SELECT x FROM nowhere")}}), "error 208, error 8180, doneproc error")
	want(t, c.rpc(tds.RPCCall{ProcID: 11}), "error 201, doneproc error")
	want(t, c.rpc(tds.RPCCall{ProcID: 12}), "error 201, doneproc error")
}

func TestTransactionManagerRequests(t *testing.T) {
	_, address := open(t)
	c, _ := dialIn(t, address, tds.V74)
	want(t, c.batch("CREATE TABLE t (a int)"), "done")
	begin := func() {
		t.Helper()
		r := c.manage(tds.TransMgr{Type: tds.TMBeginXact})
		want(t, r, "env 8, done")
		c.tran = binary.LittleEndian.Uint64(r.envs[0].NewData)
		if c.tran == 0 {
			t.Fatal("descriptor 0")
		}
	}
	end := func(typ tds.TransMgr, tokens string) {
		t.Helper()
		r := c.manage(typ)
		want(t, r, tokens)
		if got := binary.LittleEndian.Uint64(r.envs[0].OldData); got != c.tran {
			t.Errorf("end of transaction %x, want %x", got, c.tran)
		}
		c.tran = 0
	}
	count := func(n byte) {
		t.Helper()
		if r := c.batch("SELECT COUNT(*) FROM t"); len(r.rows) != 1 || r.rows[0][0][0] != n {
			t.Errorf("%d rows wanted: %v %s", n, r.rows, r.tokens)
		}
	}
	begin()
	want(t, c.batch("INSERT t VALUES (1)"), "done count=1")
	right := c.tran
	c.tran++
	want(t, c.batch("INSERT t VALUES (2)"), "error 3989, done error")
	c.tran = right
	end(tds.TransMgr{Type: tds.TMCommitXact}, "env 9, done")
	count(1)
	begin()
	want(t, c.batch("INSERT t VALUES (2)"), "done count=1")
	want(t, c.manage(tds.TransMgr{Type: tds.TMSaveXact, Name: "here"}), "done")
	want(t, c.batch("INSERT t VALUES (3)"), "done count=1")
	want(t, c.manage(tds.TransMgr{Type: tds.TMRollbackXact, Name: "here"}), "done")
	count(2)
	end(tds.TransMgr{Type: tds.TMRollbackXact}, "env 10, done")
	count(1)
	want(t, c.manage(tds.TransMgr{Type: tds.TMCommitXact}), "error 3902, done error")
}

func TestResetConnection(t *testing.T) {
	_, address := open(t)
	c, _ := dialIn(t, address, tds.V74)
	want(t, c.batch("CREATE DATABASE other; CREATE TABLE t (a int)"), "done more, done")
	want(t, c.batch("USE other"), "env 1, info 5701, done")
	want(t, c.batch("CREATE TABLE #temp (a int)"), "done")
	want(t, c.batch("BEGIN TRANSACTION; INSERT master.dbo.t VALUES (1)"), "env 8, done more, done count=1")
	want(t, c.batchStatus("SELECT 1 AS a WHERE OBJECT_ID('tempdb..#temp') IS NULL", tds.StatusResetConnection),
		"env 10, env 1, env 18, columns, row, done count=1")
	want(t, c.batch("SELECT a FROM t"), "columns, done count=0")

	want(t, c.batch("BEGIN TRANSACTION; INSERT t VALUES (1)"), "env 8, done more, done count=1")
	want(t, c.batchStatus("SELECT a FROM t", tds.StatusResetConnectionSkipTran), "env 18, columns, row, done count=1")
	want(t, c.batch("ROLLBACK"), "env 10, done")
}

// Clients of older versions get types that they know.
func TestOlderVersionsGetTheirTypes(t *testing.T) {
	_, address := open(t)
	const text = `SELECT CAST(N'Δ' AS nvarchar(max)) AS a, CAST('b' AS varchar(max)) AS b, CAST(0xC0 AS varbinary(max)) AS c,
		CAST('2024-02-29' AS date) AS d, CAST('23:59:59.12' AS time(2)) AS e, CAST('2024-02-29T23:59:59.1234567' AS datetime2) AS f, 7 AS g`
	for v, types := range map[tds.Version][]string{
		tds.V71:  {"ntext", "text", "image", "nvarchar(10)", "nvarchar(11)", "nvarchar(27)", "int"},
		tds.V72:  {"nvarchar(max)", "varchar(max)", "varbinary(max)", "nvarchar(10)", "nvarchar(11)", "nvarchar(27)", "int"},
		tds.V73B: {"nvarchar(max)", "varchar(max)", "varbinary(max)", "date", "time(2)", "datetime2(7)", "int"},
	} {
		c, _ := dialIn(t, address, v)
		r := c.batch(text)
		want(t, r, "columns, row, done count=1")
		var got []string
		for _, column := range r.columns {
			got = append(got, column.Type.String())
		}
		if diff := cmp.Diff(types, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", v, diff)
		}
		if v == tds.V73B {
			continue
		}
		for i, text := range map[int]string{0: "Δ", 3: "2024-02-29", 4: "23:59:59.12", 5: "2024-02-29 23:59:59.1234567"} {
			if s := tds.DecodeUTF16(r.rows[0][i]); s != text {
				t.Errorf("%v: column %d is %q, want %q", v, i, s, text)
			}
		}
	}
}

// A defect ends the connection that met it, with an error, and no other.
func TestPanicEndsOneConnection(t *testing.T) {
	_, address := open(t)
	connectionProcedures["sp_test_defect"] = func(*connection, context.Context, []store.Arg, *response) error { panic("defect") }
	t.Cleanup(func() { delete(connectionProcedures, "sp_test_defect") })
	bystander, _ := dialIn(t, address, tds.V74)
	c, _ := dialIn(t, address, tds.V74)
	want(t, c.rpc(tds.RPCCall{Name: "sp_test_defect"}), "error 59041, done error severe")
	c.closed()
	want(t, bystander.batch("SELECT 1 AS a"), "columns, row, done count=1")
}
