package store

import (
	"context"
	"database/sql/driver"
	"sync"
)

// identityState is the last value given out for a table's identity column. As in T-SQL it does not follow transactions: values of
// a rolled back insert are lost.
type identityState struct {
	sync.Mutex
	last int64
	any  bool // a value was given out; otherwise the seed comes next
}

// identityOf finds a table's state, reading the largest value in use the first time.
func (i *Instance) identityOf(l *lite, t *table) (*identityState, error) {
	i.mu.Lock()
	st := i.identities[t.ID]
	i.mu.Unlock()
	if st != nil {
		return st, nil
	}
	st = &identityState{}
	c := t.identity()
	fn := "max"
	if c.Identity.Increment < 0 {
		fn = "min"
	}
	err := l.query(context.Background(), "SELECT "+fn+"("+c.sqlName()+") FROM "+t.sqlName(), nil, func(row []driver.Value) error {
		if n, ok := row[0].(int64); ok {
			st.last, st.any = n, true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if other := i.identities[t.ID]; other != nil {
		return other, nil
	}
	i.identities[t.ID] = st
	return st, nil
}

// next gives out a value.
func (s *identityState) next(d *identity) int64 {
	s.Lock()
	defer s.Unlock()
	if s.any {
		s.last += d.Increment
	} else {
		s.last, s.any = d.Seed, true
	}
	return s.last
}

// saw takes note of an explicit value (IDENTITY_INSERT).
func (s *identityState) saw(d *identity, v int64) {
	s.Lock()
	defer s.Unlock()
	if !s.any || (d.Increment > 0 && v > s.last) || (d.Increment < 0 && v < s.last) {
		s.last, s.any = v, true
	}
}

func (s *identityState) reset() {
	s.Lock()
	defer s.Unlock()
	s.last, s.any = 0, false
}

func (i *Instance) dropIdentity(id int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.identities, id)
}
