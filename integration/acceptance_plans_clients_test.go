package integration

import (
	"context"
	"database/sql"
	"testing"

	mssql "github.com/microsoft/go-mssqldb"
)

// The acceptance list, section F: wrapper procedures as clients call them.

func TestAcceptance60ProcedureByRPC(t *testing.T) {
	conn := planConn(t)
	create(t, conn, predictTip)
	var code mssql.ReturnStatus
	rows, err := conn.QueryContext(context.Background(), "[dbo].[PredictTip]", sql.Named("model", "SciKit"), sql.Named("passenger_count", 1), sql.Named("trip_distance", 2.5), &code)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var score float64
	n := 0
	for ; rows.Next(); n++ {
		if err := rows.Scan(&score); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil || n != 1 || score != 0.26 {
		t.Errorf("%d rows, score %v, %v", n, score, err)
	}
	if code != 42 {
		t.Errorf("return code %d, want 42", code)
	}
}

func TestAcceptance61ProcedureAsText(t *testing.T) {
	conn := planConn(t)
	create(t, conn, "CREATE PROCEDURE dbo.get_rental_predictions (@year int) AS\nBEGIN\n"+
		py("OutputDataSet = InputDataSet", "@input_data_1 = N'SELECT @y AS y, 40.5 AS predicted'", "@params = N'@y int'", "@y = @year", `WITH RESULT SETS (("Year" int, "RentalCount_Predicted" float))`)+"\nEND")
	wantSet(t, query(t, conn, "EXEC get_rental_predictions 2015").one(t), []string{"Year int", "RentalCount_Predicted float"}, []any{int64(2015), 40.5})
	wantSet(t, query(t, conn, "get_rental_predictions 2016").one(t), []string{"Year int", "RentalCount_Predicted float"}, []any{int64(2016), 40.5})
}

func TestAcceptance62WrapperWithOutputByRPC(t *testing.T) {
	conn := planConn(t)
	create(t, conn, "CREATE PROCEDURE dbo.wrapper62 @code nvarchar(max), @n int OUTPUT, @s nvarchar(50) = N'dflt' OUTPUT AS\nSET NOCOUNT ON\n"+
		"EXEC sp_execute_external_script @language = N'Python', @script = @code, @params = N'@n int OUTPUT, @s nvarchar(50) OUTPUT', @n = @n OUTPUT, @s = @s OUTPUT\nSET @n = @n * 2\nRETURN -3")
	n, s := int64(20), ""
	var code mssql.ReturnStatus
	_, err := conn.ExecContext(context.Background(), "dbo.wrapper62", sql.Named("code", "n = n + 1\ns = s + '!'"), sql.Named("n", sql.Out{Dest: &n, In: true}), sql.Named("s", sql.Out{Dest: &s}), &code)
	if err != nil {
		t.Fatal(err)
	}
	if n != 42 || code != -3 {
		t.Errorf("n = %d, s = %q, code %d", n, s, code)
	}
	// What fails in it reaches the client as an error, and the connection works on.
	_, err = conn.ExecContext(context.Background(), "dbo.wrapper62", sql.Named("code", "1/0"), sql.Named("n", sql.Out{Dest: &n, In: true}))
	if err == nil {
		t.Error("a failing script gave no error")
	}
	if _, err = conn.ExecContext(context.Background(), "dbo.wrapper62", sql.Named("code", "pass")); err == nil {
		t.Error("a missing parameter gave no error")
	}
	usable(t, conn)
}
