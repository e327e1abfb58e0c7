package proxy

import (
	"context"
	"io"
	"strings"
	"time"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// moduleRefresh is how old what is known of a database may be when a session begins: so long DDL that
// has not passed through the proxy goes unnoticed, and so seldom a session waits for the catalog.
const moduleRefresh = 30 * time.Second

// moduleSelect finds the procedures whose text has one of some names in it; moduleQuery does so in a
// session, where it neither waits for locks nor opens a transaction, and its settings end with it. On Babelfish these
// would stay, and a reader waits for nobody anyway.
const (
	moduleSelect = "SELECT o.name FROM sys.sql_modules AS m JOIN sys.objects AS o ON o.object_id = m.object_id WHERE o.type = N'P' AND ("
	moduleQuery  = "IF CHARINDEX(N'Babelfish', @@VERSION) = 0 SET LOCK_TIMEOUT 0; SET IMPLICIT_TRANSACTIONS OFF; " + moduleSelect
)

// noRows makes @@ROWCOUNT 0 again, as it is in a new session.
const noRows = "; SELECT N'' WHERE 1 = 0"

// learnModules reads which procedures of the session's database are script modules, before the
// session's first request. With a catalog login only the first session of a database waits for that.
// What can't be read is no reason to refuse the session: script modules then reach the engine,
// which says that it has no sp_execute_external_script.
func (s *session) learnModules() error {
	first, due := s.server.modules.due(s.who.database)
	if s.noPlans != "" || !due {
		return nil
	}
	catalog := s.server.catalog
	if catalog == nil {
		return s.server.modules.learn(func(words []string) ([]string, error) {
			return s.selectNames(moduleQuery + mentioning(words) + ")" + noRows)
		})
	}
	read := func() {
		ctx, cancel := context.WithTimeout(context.Background(), catalogTimeout)
		defer cancel()
		err := s.server.modules.learn(func(words []string) ([]string, error) { return catalog.names(ctx, s.who.database, words) })
		if err != nil {
			catalog.log(err)
		}
	}
	if first {
		read()
		return nil
	}
	s.server.running.Add(1)
	go func() {
		defer s.server.running.Done()
		read()
	}()
	return nil
}

// learn adds the procedures that call a script, those that call these, and so on.
func (m *moduleNames) learn(find func(words []string) ([]string, error)) error {
	known := map[string]bool{}
	for names := []string{"sp_execute_external_script"}; len(names) > 0; {
		found, err := find(names)
		if err != nil {
			return err
		}
		names = nil
		for _, n := range found {
			if key := strings.ToLower(n); !known[key] && len(known) < maxModules {
				known[key] = true
				names = append(names, n)
			}
		}
		m.add(names...)
	}
	return nil
}

// maxModules bounds the names learned from one database, whose contents strangers may have made.
const maxModules = 5000

// mentioning is the condition that a definition names one of names.
func mentioning(names []string) string {
	escape := strings.NewReplacer("\\", "\\\\", "%", "\\%", "_", "\\_", "[", "\\[")
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = "LOWER(m.definition) LIKE " + tsql.QuoteString("%"+escape.Replace(strings.ToLower(n))+"%") + " ESCAPE N'\\'"
	}
	return strings.Join(list, " OR ")
}

// due tells whether a database's modules should be read now, and notes that they are; first, whether
// they have never been.
func (m *moduleNames) due(database string) (first, due bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := strings.ToLower(database)
	before, known := m.read[key]
	if m.never || time.Since(before) < moduleRefresh {
		return false, false
	}
	if m.read == nil || len(m.read) > maxModules {
		m.read = map[string]time.Time{}
	}
	m.read[key] = time.Now()
	return !known, true
}

// selectNames runs a SELECT of one column of text on the engine, while no request is under way. Errors are those
// that end the session; what the engine refuses gives no rows.
func (s *session) selectNames(text string) ([]string, error) {
	call := tds.RPCCall{ProcID: tds.ProcExecuteSQL, Params: []tds.RPCParam{{Type: s.unicodeType(), Value: tds.AppendUTF16([]byte{}, text)}}}
	message := tds.RPCRequest{Headers: tds.TransactionHeaders(0), Calls: []tds.RPCCall{call}}
	payload, err := message.Append(nil, s.requests)
	if err != nil {
		return nil, newError(errInternal, "the helper statement can't be written: %v.", err)
	}
	if err := s.engine.out.WriteMessage(tds.PacketRPC, 0, payload); err != nil {
		return nil, &engineError{err}
	}
	reader := tds.NewMessageReader(s.engine.in)
	if _, err := reader.Next(); err != nil {
		return nil, &engineError{err}
	}
	tokens := tds.NewTokenReader(reader, tds.TokenReaderOptions{TokenFormat: s.format, BufferSize: helperBuffer})
	var names []string
	for {
		token, err := tokens.Next()
		if err == io.EOF {
			return names, nil
		}
		if err != nil {
			return nil, &engineError{err}
		}
		row, ok := token.(*tds.Row)
		if !ok || len(tokens.Columns()) != 1 || row.Values[0] == nil {
			continue
		}
		if v, err := tokens.Columns()[0].Type.Decode(row.Values[0]); err == nil {
			if name, ok := v.(string); ok {
				names = append(names, name)
			}
		}
	}
}
