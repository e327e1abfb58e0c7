package tds

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"
	mssql "github.com/microsoft/go-mssqldb"
)

// The tests here hold the codec against a real driver, go-mssqldb: it reads what we
// append, and we read what it sends.

// puppet is a server of one login that answers requests with answer.
type puppet struct {
	answer func(m Message) ([]byte, error)
	failed chan error
}

// DialContext and HostName make puppet the driver's way to the server.
func (s *puppet) DialContext(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	go func() {
		if err := s.serve(server); err != nil {
			s.failed <- err
		}
		server.Close()
	}()
	return client, nil
}

func (s *puppet) HostName() string { return "puppet" }

func (s *puppet) serve(conn net.Conn) error {
	pr := NewPacketReader(conn, MaxPacketSize)
	for {
		m, err := pr.ReadMessage(1<<24, nil)
		if err != nil {
			return nil // the client has gone
		}
		var reply []byte
		switch m.Type {
		case PacketPrelogin:
			p, err := ParsePrelogin(m.Data)
			if err != nil {
				return err
			}
			p.SetEncryption(EncryptNotSup)
			reply, err = p.Append(nil)
			if err != nil {
				return err
			}
		case PacketLogin7:
			ack := LoginAck{Interface: 1, TDSVersion: V74, ProgName: "puppet"}
			reply = (&Done{Token: TokenDone}).Append(ack.Append(nil), V74)
		default:
			if reply, err = s.answer(m); err != nil {
				return err
			}
		}
		pw := NewPacketWriter(conn, DefaultPacketSize)
		pw.Begin(PacketReply, 0)
		if _, err := pw.Write(reply); err != nil {
			return err
		}
		if err := pw.End(); err != nil {
			return err
		}
	}
}

// open returns a connection of the driver to a server that answers so.
func open(t *testing.T, answer func(Message) ([]byte, error)) *sql.Conn {
	t.Helper()
	c, err := mssql.NewConnector("sqlserver://sa:secret@puppet:1433?encrypt=disable")
	if err != nil {
		t.Fatal(err)
	}
	s := &puppet{answer: answer, failed: make(chan error, 10)}
	c.Dialer = s
	db := sql.OpenDB(c)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	conn, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		conn.Close()
		db.Close()
		select {
		case err := <-s.failed:
			t.Error(err)
		default:
		}
	})
	return conn
}

func done(rows int) []byte {
	return (&Done{Token: TokenDone, Status: DoneCount, CurCmd: CurCmdSelect, RowCount: uint64(rows)}).Append(nil, V74)
}

// driverValues are values of each type with what the driver makes of them.
func driverValues(t *testing.T) []struct {
	typeValue
	want any
} {
	at := time.Date(2024, 2, 29, 23, 59, 58, 123456700, time.UTC)
	zoned := at.In(time.FixedZone("", -5*3600))
	dec := func(s string) *apd.Decimal {
		d, _, err := apd.NewFromString(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	id := uuid.MustParse("00112233-4455-6677-8899-aabbccddeeff")
	wireID := []byte{0x33, 0x22, 0x11, 0, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF}
	long := string(bytes.Repeat([]byte("long text "), 5000))
	return []struct {
		typeValue
		want any
	}{
		{typeValue{Bit(), true}, true},
		{typeValue{Int(1), int64(255)}, int64(255)},
		{typeValue{Int(2), int64(-32768)}, int64(-32768)},
		{typeValue{Int(4), int64(-2147483648)}, int64(-2147483648)},
		{typeValue{Int(8), int64(-9223372036854775808)}, int64(-9223372036854775808)},
		{typeValue{Float(4), float32(1.5)}, float64(1.5)},
		{typeValue{Float(8), -1e300}, -1e300},
		{typeValue{Decimal(38, 10), dec("-1234567890123456789012345678.0123456789")}, []byte("-1234567890123456789012345678.0123456789")},
		{typeValue{Numeric(5, 2), dec("0.05")}, []byte("0.05")},
		{typeValue{Money(8), dec("-922337203685477.5808")}, []byte("-922337203685477.5808")},
		{typeValue{Money(4), dec("214748.3647")}, []byte("214748.3647")},
		{typeValue{Date(), at}, time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)},
		{typeValue{Time(7), at}, time.Date(1, 1, 1, 23, 59, 58, 123456700, time.UTC)},
		{typeValue{Time(2), at}, time.Date(1, 1, 1, 23, 59, 58, 120000000, time.UTC)},
		{typeValue{DateTime2(7), at}, at},
		{typeValue{DateTime2(3), at}, time.Date(2024, 2, 29, 23, 59, 58, 123000000, time.UTC)},
		{typeValue{DateTimeOffset(7), zoned}, zoned},
		{typeValue{DateTime(8), at}, time.Date(2024, 2, 29, 23, 59, 58, 123000000, time.UTC)},
		{typeValue{DateTime(4), at}, time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)},
		{typeValue{UniqueIdentifier(), id}, wireID},
		{typeValue{NVarChar(20, DefaultCollation), "a漢😀"}, "a漢😀"},
		{typeValue{NChar(3, DefaultCollation), "a"}, "a  "},
		{typeValue{NVarChar(SizeMax, DefaultCollation), long}, long},
		{typeValue{NText(DefaultCollation), "ntext ä"}, "ntext ä"},
		{typeValue{VarChar(20, DefaultCollation), "Straße €"}, "Straße €"},
		{typeValue{VarChar(20, mustCollation("Japanese_CI_AS")), "漢字"}, "漢字"},
		{typeValue{VarChar(20, mustCollation("Greek_CI_AS")), "αβγ"}, "αβγ"},
		{typeValue{VarChar(20, mustCollation("SQL_Latin1_General_CP850_CI_AS")), "é█"}, "é█"},
		{typeValue{VarChar(SizeMax, DefaultCollation), ""}, ""},
		{typeValue{Char(3, DefaultCollation), "x"}, "x  "},
		{typeValue{Text(DefaultCollation), "text ä"}, "text ä"},
		{typeValue{Binary(4), []byte{1, 2}}, []byte{1, 2, 0, 0}},
		{typeValue{VarBinary(4), []byte{}}, []byte{}},
		{typeValue{VarBinary(SizeMax), []byte(long)}, []byte(long)},
		{typeValue{Image(), []byte{0, 255}}, []byte{0, 255}},
		{typeValue{XML(), "<a>漢</a>"}, "<a>漢</a>"},
		{typeValue{SQLVariant(), Variant{Int(4), int64(7)}}, int64(7)},
		{typeValue{SQLVariant(), Variant{NVarChar(10, DefaultCollation), "v"}}, "v"},
		{typeValue{SQLVariant(), Variant{Decimal(9, 2), dec("1.25")}}, []byte("1.25")},
		{typeValue{SQLVariant(), Variant{DateTime2(7), at}}, at},
		{typeValue{systemCLR(892, "hierarchyid", "SqlHierarchyId"), []byte{0x58}}, []byte{0x58}},
	}
}

// sameAsDriver compares a value with the driver's.
func sameAsDriver(want, got any) bool {
	if w, ok := want.(time.Time); ok {
		g, ok := got.(time.Time)
		_, a := w.Zone()
		_, b := g.Zone()
		return ok && w.Equal(g) && a == b
	}
	if w, ok := want.([]byte); ok {
		g, ok := got.([]byte)
		return ok && bytes.Equal(w, g)
	}
	return want == got
}

// The driver reads every type from our COLMETADATA, ROW and NBCROW.
func TestDriverReadsRows(t *testing.T) {
	values := driverValues(t)
	for name, form := range map[string]struct {
		notNull bool
		append  func([]byte, []Column, [][]byte) ([]byte, error)
	}{
		"ROW": {false, AppendRow}, "NBCROW": {false, AppendNBCRow}, "NOT NULL": {true, AppendRow},
	} {
		t.Run(name, func(t *testing.T) {
			var cols []Column
			var full [][]byte
			for i, v := range values {
				col := Column{Name: fmt.Sprintf("c%d ä", i), Type: v.Type, Flags: ColumnNullable}
				if form.notNull {
					col.Type, col.Flags = v.Type.NotNull(), 0
				}
				if col.Type.layout() == layoutText {
					col.Table = []string{"dbo", "t"}
				}
				raw, err := col.Type.Encode([]byte{}, v.Value)
				if err != nil {
					t.Fatal(err)
				}
				cols, full = append(cols, col), append(full, raw)
			}
			conn := open(t, func(Message) ([]byte, error) {
				b, err := (&ColMetadata{Columns: cols}).Append(nil, TokenFormat{})
				if err == nil {
					b, err = form.append(b, cols, full)
				}
				if err == nil && !form.notNull {
					b, err = form.append(b, cols, make([][]byte, len(cols)))
				}
				return append(b, done(2)...), err
			})
			rows, err := conn.QueryContext(t.Context(), "select")
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			n := 0
			for ; rows.Next(); n++ {
				got := make([]any, len(cols))
				ptrs := make([]any, len(cols))
				for i := range got {
					ptrs[i] = &got[i]
				}
				if err := rows.Scan(ptrs...); err != nil {
					t.Fatal(err)
				}
				for i, v := range values {
					if want := v.want; n == 0 && !sameAsDriver(want, got[i]) {
						t.Errorf("%s: driver reads %v (%T), want %v (%T)", v.Type, got[i], got[i], want, want)
					} else if n == 1 && got[i] != nil {
						t.Errorf("%s: driver reads %v for NULL", v.Type, got[i])
					}
				}
			}
			if err := rows.Err(); err != nil {
				t.Fatal(err)
			}
			if want := 2; n != want && !(form.notNull && n == 1) {
				t.Errorf("%d rows", n)
			}
		})
	}
}

// We read the parameters that the driver sends, and it our return values.
func TestDriverParameters(t *testing.T) {
	at := time.Date(2024, 2, 29, 23, 59, 58, 123456700, time.FixedZone("", 3600))
	id := uuid.MustParse("00112233-4455-6677-8899-aabbccddeeff")
	long := string(bytes.Repeat([]byte("漢"), 5000))
	args := []any{int64(7), true, 1.5, "a漢😀", long, []byte{1, 2}, at, nil,
		mssql.VarChar("latin"), mssql.DateTime1(at), mssql.UniqueIdentifier(id)}
	want := []any{int64(7), true, 1.5, "a漢😀", long, []byte{1, 2}, at, nil,
		"latin", time.Date(2024, 2, 29, 23, 59, 58, 123000000, time.UTC), id}
	var out int64
	var text string
	args = append(args, sql.Named("n", sql.Out{Dest: &out}), sql.Named("s", sql.Out{Dest: &text}))
	var got []any
	conn := open(t, func(m Message) ([]byte, error) {
		r, err := ParseRPC(m.Data, RequestFormat{Version: V74})
		if err != nil {
			return nil, err
		}
		for _, p := range r.Calls[0].Params[2:] { // behind statement and declarations
			v, err := p.Type.Decode(p.Value)
			if err != nil {
				return nil, err
			}
			got = append(got, v)
		}
		n, s := Int(8), NVarChar(20, DefaultCollation)
		rawN, err := n.Encode(nil, int64(42))
		if err != nil {
			return nil, err
		}
		rawS, err := s.Encode(nil, "out ä")
		if err != nil {
			return nil, err
		}
		b, err := (&ReturnValue{Ordinal: 12, Name: "@n", Status: ReturnOutput, Type: n, Value: rawN}).Append(nil, TokenFormat{})
		if err == nil {
			b, err = (&ReturnValue{Ordinal: 13, Name: "@s", Status: ReturnOutput, Type: s, Value: rawS}).Append(b, TokenFormat{})
		}
		return append(b, done(0)...), err
	})
	if _, err := conn.ExecContext(t.Context(), "select @p1", args...); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(args) {
		t.Fatalf("%d parameters of %d", len(got), len(args))
	}
	for i, w := range want {
		if !sameAsDriver(w, got[i]) {
			t.Errorf("parameter %d: %v (%T), want %v (%T)", i+1, got[i], got[i], w, w)
		}
	}
	if out != 42 || text != "out ä" {
		t.Errorf("output parameters are %d and %q", out, text)
	}
}

// We read the rows that the driver loads in bulk, of every type it can load.
func TestDriverBulkLoad(t *testing.T) {
	var cols []Column
	var row []any
	var want []any
	for i, v := range driverValues(t) {
		switch v.Type.ID {
		case TypeXML, TypeVariant, TypeUDT, TypeImage, TypeMoneyN, TypeNText, TypeText:
			continue // the driver doesn't load these, or not as themselves
		case TypeChar, TypeNChar, TypeBigChar, TypeBigBinary:
			continue // it leaves the padding to the server
		}
		if v.Type.IsChar() && !isASCII(v.Value.(string)) {
			continue // it sends UTF-8 whatever the code page
		}
		if v.Type.ID == TypeDateTimeN && v.Type.Size == 4 {
			continue // it cuts seconds off, where the server rounds
		}
		cols = append(cols, Column{Name: fmt.Sprint("c", i), Type: v.Type, Flags: ColumnNullable | ColumnUpdatable})
		arg := v.Value
		switch x := arg.(type) {
		case *apd.Decimal:
			arg = x.Text('f')
		case uuid.UUID:
			w := swapGUID(x)
			arg = w[:]
		case float32:
			arg = float64(x)
		}
		row = append(row, arg)
		raw, err := v.Type.Encode([]byte{}, v.Value)
		if err != nil {
			t.Fatal(err)
		}
		w, err := v.Type.Decode(raw)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, w)
	}
	var loaded [][]any
	conn := open(t, func(m Message) ([]byte, error) {
		if m.Type != PacketBulkLoad {
			b, err := (&ColMetadata{Columns: cols}).Append(nil, TokenFormat{})
			return append(b, done(0)...), err
		}
		r := NewTokenReader(bytes.NewReader(m.Data), TokenReaderOptions{TokenFormat: TokenFormat{BulkLoad: true}})
		for {
			token, err := r.Next()
			if err == io.EOF {
				return done(len(loaded)), nil
			}
			if err != nil {
				return nil, err
			}
			if row, ok := token.(*Row); ok {
				var values []any
				for i, raw := range row.Values {
					v, err := r.Columns()[i].Type.Decode(raw)
					if err != nil {
						return nil, err
					}
					values = append(values, v)
				}
				loaded = append(loaded, values)
			}
		}
	})
	names := make([]string, len(cols))
	for i, c := range cols {
		names[i] = c.Name
	}
	stmt, err := conn.PrepareContext(t.Context(), mssql.CopyIn("t", mssql.BulkOptions{}, names...))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := stmt.Exec(row...); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := stmt.Exec(make([]any, len(cols))...); err != nil {
		t.Fatal(err)
	}
	if _, err := stmt.Exec(); err != nil {
		t.Fatal(err)
	}
	if len(loaded) != 4 {
		t.Fatalf("%d rows", len(loaded))
	}
	for i, w := range want {
		if got := loaded[2][i]; fmt.Sprint(got) != fmt.Sprint(w) || fmt.Sprintf("%T", got) != fmt.Sprintf("%T", w) {
			t.Errorf("%s: %v (%T), want %v (%T)", cols[i].Type, got, got, w, w)
		}
		if got := loaded[3][i]; got != nil {
			t.Errorf("%s: %v for NULL", cols[i].Type, got)
		}
	}
}
