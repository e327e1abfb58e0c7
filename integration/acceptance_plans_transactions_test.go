package integration

import (
	"fmt"
	"testing"
)

// The acceptance list, number 47: transactions around and inside of calls. Its trigger is refused at CREATE.

func TestAcceptance47Transactions(t *testing.T) {
	conn := planConn(t)
	insert := func(n int) string {
		return "INSERT dbo.t47 EXEC sp_execute_external_script @language = N'Python', @script = N'OutputDataSet = pandas.DataFrame([" + fmt.Sprint(n) + "])'"
	}
	ok, failing := py("print('ok')"), py("1/0")
	for name, c := range map[string]struct {
		text string
		want string // rows of t47, @@TRANCOUNT
		on   []int32
	}{
		"commit":             {"BEGIN TRAN\n" + insert(1) + "\n" + ok + "\nCOMMIT\n" + insert(2), "1 2 / 0", nil},
		"rollback":           {"BEGIN TRAN\n" + insert(1) + "\n" + ok + "\nROLLBACK\n" + insert(2), "2 / 0", nil},
		"left open":          {"BEGIN TRAN\n" + ok + "\n" + insert(1), "1 / 1", nil},
		"failing call":       {"BEGIN TRAN\n" + insert(1) + "\n" + failing + "\n" + insert(2) + "\nCOMMIT", "1 2 / 0", []int32{39004, 39019}},
		"XACT_ABORT":         {"SET XACT_ABORT ON\nBEGIN TRAN\n" + insert(1) + "\n" + failing + "\n" + insert(2) + "\nCOMMIT", " / 0", []int32{39004, 39019}},
		"XACT_ABORT, engine": {"SET XACT_ABORT ON\nBEGIN TRAN\n" + insert(1) + "\nSELECT 1/0\n" + insert(2) + "\nCOMMIT", " / 0", []int32{8134}},
		"caught":             {"BEGIN TRAN\nBEGIN TRY\n" + insert(1) + "\n" + failing + "\nEND TRY\nBEGIN CATCH\nIF XACT_STATE() = 1 INSERT dbo.t47 VALUES (10)\nEND CATCH\nCOMMIT", "1 10 / 0", nil},
		"caught, rollback":   {"BEGIN TRY\nBEGIN TRAN\n" + insert(1) + "\n" + failing + "\nCOMMIT\nEND TRY\nBEGIN CATCH\nIF @@TRANCOUNT > 0 ROLLBACK\nINSERT dbo.t47 VALUES (10)\nEND CATCH\n" + insert(2), "2 10 / 0", nil},
		"doomed": {"SET XACT_ABORT ON\nBEGIN TRY\nBEGIN TRAN\n" + insert(1) + "\n" + failing + "\nCOMMIT\nEND TRY\nBEGIN CATCH\nDECLARE @x int = XACT_STATE()\nIF @@TRANCOUNT > 0 ROLLBACK\nINSERT dbo.t47 VALUES (@x)\nEND CATCH",
			"-1 / 0", nil},
		"doomed by the engine": {"SET XACT_ABORT ON\nBEGIN TRY\nBEGIN TRAN\n" + insert(1) + "\nSELECT 1/0\nCOMMIT\nEND TRY\nBEGIN CATCH\nDECLARE @x int = XACT_STATE()\nROLLBACK\nINSERT dbo.t47 VALUES (@x)\nEND CATCH\n" + insert(3),
			"-1 3 / 0", nil},
		"savepoint": {"BEGIN TRAN\n" + insert(1) + "\nSAVE TRAN s\n" + insert(2) + "\nROLLBACK TRAN s\n" + ok + "\nCOMMIT", "1 / 0", nil},
		"nested":    {"BEGIN TRAN\nBEGIN TRAN\n" + insert(1) + "\nCOMMIT\n" + ok + "\nIF @@TRANCOUNT = 1 COMMIT", "1 / 0", nil},
	} {
		t.Run(name, func(t *testing.T) {
			create(t, conn, "CREATE TABLE dbo.t47 (n int)")
			defer query(t, conn, "IF @@TRANCOUNT > 0 ROLLBACK\nSET XACT_ABORT OFF")
			wantErrors(t, query(t, conn, c.text), c.on...)
			o := query(t, conn, "SELECT n FROM dbo.t47 ORDER BY CASE WHEN n < 0 THEN n ELSE n END\nSELECT @@TRANCOUNT")
			o.noErrors(t)
			rows := ""
			for i, row := range o.Sets[0].Rows {
				if i > 0 {
					rows += " "
				}
				rows += fmt.Sprint(row[0])
			}
			if got := rows + " / " + fmt.Sprint(o.Sets[1].Rows[0][0]); got != c.want {
				t.Errorf("the table holds %s, want %s", got, c.want)
			}
		})
	}
}

func TestAcceptance47ADoomedTransactionTakesNoCall(t *testing.T) {
	conn := planConn(t)
	defer query(t, conn, "IF @@TRANCOUNT > 0 ROLLBACK\nSET XACT_ABORT OFF")
	o := query(t, conn, "SET XACT_ABORT ON\nBEGIN TRAN\nBEGIN TRY\n"+py("1/0")+"\nEND TRY\nBEGIN CATCH\nPRINT XACT_STATE()\n"+py("print('not reached')")+"\nROLLBACK\nEND CATCH")
	if len(o.Errors) == 0 {
		t.Errorf("%+v", o)
	}
	for _, n := range o.Notices {
		if n == stdoutHeader+"not reached\n" {
			t.Error("the call ran")
		}
	}
	usable(t, conn)
}

func TestAcceptance47TriggersAreRefused(t *testing.T) {
	conn := planConn(t)
	create(t, conn, "CREATE TABLE dbo.triggered (n int)")
	o := query(t, conn, "CREATE TRIGGER dbo.calls ON dbo.triggered AFTER INSERT AS\n"+py("print(1)"))
	if len(o.Errors) != 1 || o.Errors[0].Number < 59000 || o.Errors[0].Number > 59099 {
		t.Errorf("%+v", o.Errors)
	}
	query(t, conn, "INSERT dbo.triggered VALUES (1)").noErrors(t)
}
