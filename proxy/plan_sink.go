package proxy

import (
	"bytes"
	"io"
	"reflect"
	"strconv"
	"strings"

	"tds-launchpad/executor"
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// rowSink holds the result sets of what an INSERT ... EXEC executes. The engine can't send rows and
// take them at once, so they are kept until it has stopped sending.
type rowSink struct {
	sets      []*rowSet
	tranCount int64                // @@TRANCOUNT at its beginning
	narrow    map[int]tds.TypeInfo // of the latest result set: what columns were that are kept as Unicode
}

// rowSet is one result set.
type rowSet struct {
	*executor.RowSpool
	columns []tds.Column
	table   string // that the rows are loaded into
}

// Rows of an INSERT ... EXEC in memory, and in all, for one session at a time.
const (
	sinkMemory = 8 << 20
	sinkTotal  = 8 << 30
)

// maxSets bounds the result sets of different types: each may need a file, and is a part of one INSERT.
const maxSets = 32

// begin takes a result set. One with the types of the one before goes on with that.
func (s *rowSink) begin(p *plan, columns []tds.Column) error {
	if len(s.sets) == maxSets {
		return newError(errNotSupported, "INSERT ... EXEC can't take more than %d changes of types between result sets.", maxSets)
	}
	set := &rowSet{columns: make([]tds.Column, len(columns))}
	s.narrow = map[int]tds.TypeInfo{}
	for i, col := range columns {
		if col.Crypto != nil {
			return newError(errNotSupported, "an encrypted column (Always Encrypted) can't be inserted by INSERT ... EXEC with a script call.")
		}
		// The shape that every engine takes in a bulk load: nullable, with a name of ours.
		set.columns[i] = tds.Column{Type: col.Type.AsNullable(), Flags: tds.ColumnNullable, Name: "c" + strconv.Itoa(i+1)}
		if t := &set.columns[i].Type; isDecimal(t) {
			t.Size = decimalLength
		} else if wide, ok := widened(*t, p.facts.collation); ok {
			s.narrow[i], *t = *t, wide
		}
	}
	if len(s.sets) > 0 && reflect.DeepEqual(s.last().columns, set.columns) {
		return nil
	}
	shift := min(len(s.sets), 5) // so that all sets together take little more than one may
	set.RowSpool = executor.NewRowSpool(p.cfg.DataDir, sinkMemory>>shift, sinkTotal>>shift)
	s.sets = append(s.sets, set)
	return nil
}

func (s *rowSink) last() *rowSet { return s.sets[len(s.sets)-1] }

// row takes a row of the latest result set.
func (s *rowSink) row(values [][]byte) error {
	set := s.last()
	copied := false
	change := func(i int, v []byte) {
		if !copied {
			values, copied = append([][]byte{}, values...), true
		}
		values[i] = v
	}
	for i := range set.columns {
		v := values[i]
		if v == nil {
			continue
		}
		if isDecimal(&set.columns[i].Type) && len(v) < decimalLength {
			change(i, append(append(make([]byte, 0, decimalLength), v...), make([]byte, decimalLength-len(v))...))
		} else if narrow, ok := s.narrow[i]; ok {
			text, err := narrow.Decode(v)
			if err != nil {
				return newError(errEngineProtocol, "a value of column %d can't be read: %v.", i+1, err)
			}
			wide, err := encode(&set.columns[i].Type, text)
			if err != nil {
				return err
			}
			change(i, wide)
		}
	}
	return set.AppendRow(set.columns, values)
}

// decimalLength is how long drivers write decimals in a bulk load, whatever their precision. Babelfish reads
// that much and takes what follows a shorter value for a part of it.
const decimalLength = 17

func isDecimal(t *tds.TypeInfo) bool { return t.ID == tds.TypeDecimalN || t.ID == tds.TypeNumericN }

// takeResult takes the rows of a script, whose description is meta. A type that can't be NULL comes in
// another encoding than the one it is kept in.
func (p *plan) takeResult(meta []byte, result ScriptResult) error {
	_, err := result.WriteTo(writerFunc(func(rows []byte) (int, error) {
		tokens := tds.NewTokenReader(io.MultiReader(bytes.NewReader(meta), bytes.NewReader(rows)), tds.TokenReaderOptions{TokenFormat: p.format})
		for {
			switch token, err := tokens.Next(); {
			case err == io.EOF:
				return len(rows), nil
			case err != nil:
				return 0, newError(errInternal, "the result's rows can't be read: %v.", err)
			default:
				if row, ok := token.(*tds.Row); ok {
					if err := p.sink.row(row.Values); err != nil {
						return 0, err
					}
				}
			}
		}
	}))
	return err
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func (s *rowSink) close() {
	for _, set := range s.sets {
		_ = set.Close()
	}
}

// load puts the rows into a temporary table, in their order.
func (p *plan) load(set *rowSet) error {
	set.table = p.tableName("rows")
	list := make([]string, len(set.columns))
	made := make([]string, len(set.columns))
	for i := range set.columns {
		t, err := typeOf(set.columns[i].Type)
		if err != nil {
			return err
		}
		list[i] = set.columns[i].Name + " " + t.String()
		made[i] = list[i]
		if t.IsString() {
			made[i] += " COLLATE DATABASE_DEFAULT"
		}
		made[i] += " NULL"
	}
	name := tsql.QuoteName(set.table)
	if err := p.helper("CREATE TABLE " + name + " (tl_n bigint IDENTITY(1, 1) NOT NULL, " + strings.Join(made, ", ") + ")"); err != nil {
		return err
	}
	if err := p.helper("INSERT BULK " + name + " (" + strings.Join(list, ", ") + ")"); err != nil {
		return err
	}
	return p.bulkLoad(set)
}

// bulkLoad sends the rows.
func (p *plan) bulkLoad(set *rowSet) error {
	format := p.format
	format.BulkLoad = true
	meta := tds.ColMetadata{Columns: set.columns}
	head, err := meta.Append(nil, format)
	if err != nil {
		return newError(errInternal, "the rows can't be loaded: %v.", err)
	}
	reply, err := p.askStream(tds.PacketBulkLoad, func() error {
		if _, err := p.engine.out.Write(head); err != nil {
			return err
		}
		if _, err := set.WriteTo(p.engine.out); err != nil {
			return err
		}
		done := tds.Done{Token: tds.TokenDone}
		_, err := p.engine.out.Write(done.Append(nil, format.Version))
		return err
	})
	if err != nil {
		return err
	}
	return reply.finish()
}

// helper runs a statement of ours on the session.
func (p *plan) helper(text string) error {
	batch := tds.SQLBatch{Headers: p.headers(), Text: tds.AppendUTF16(nil, text)}
	payload, err := batch.Append(nil, p.requests)
	if err != nil {
		return newError(errInternal, "the helper statement can't be written: %v.", err)
	}
	reply, err := p.ask(tds.PacketSQLBatch, payload, helperBuffer)
	if err != nil {
		return err
	}
	return reply.finish()
}
