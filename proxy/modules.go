package proxy

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// moduleNames are the names of the script modules of all databases seen. A name in it means no more
// than that a request in which it stands is worth a closer look.
type moduleNames struct {
	mu      sync.Mutex
	never   bool                 // don't ask engines
	names   map[string]bool      // lower case
	read    map[string]time.Time // when a database's were read
	scanner atomic.Pointer[tsql.Scanner]
}

// scan is the cheap answer to whether a text concerns us.
func (m *moduleNames) scan(text []byte) tsql.Hit {
	if s := m.scanner.Load(); s != nil {
		return s.ScanUTF16(text)
	}
	return tsql.ScanUTF16(text)
}

// concerns is scan for text that is UTF-8 already.
func (m *moduleNames) concerns(text string) bool {
	return m.scan(tds.AppendUTF16(nil, text))&(tsql.HitScript|tsql.HitModule) != 0
}

// has tells whether a script module of this name is known in any database.
func (m *moduleNames) has(name string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.names[strings.ToLower(name)]
}

// maxModuleNames bounds what is remembered, since whoever may send a CREATE PROCEDURE adds to it. A name beyond
// is not looked for, so that its procedure reaches the engine.
const maxModuleNames = 50000

// maxNameBytes is what an identifier of 128 characters can take; whoever sends a longer one gets no procedure.
const maxNameBytes = 4 * 128

// add makes names known.
func (m *moduleNames) add(names ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	changed := false
	for _, n := range names {
		key := strings.ToLower(n)
		if m.names[key] || key == "" || len(key) > maxNameBytes || len(m.names) >= maxModuleNames {
			continue
		}
		if m.names == nil {
			m.names = map[string]bool{}
		}
		m.names[key], changed = true, true
	}
	if !changed {
		return
	}
	all := make([]string, 0, len(m.names))
	for n := range m.names {
		all = append(all, n)
	}
	m.scanner.Store(tsql.NewScanner(all...))
}

// created makes the name of a procedure known that is being created. Procedures that call it may be there
// already, so the next session of each database looks for them.
func (m *moduleNames) created(name string) {
	if m.has(name) {
		return
	}
	m.add(name)
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.read)
}
