package engine

import (
	"fmt"

	"tds-launchpad/engine/store"
	"tds-launchpad/tds"
)

// Env tells the client what changed in its session.
func (r *response) Env(e store.EnvChange) error {
	change := tds.EnvChange{New: e.New, Old: e.Old}
	descriptor := tds.DescriptorBytes(e.Transaction)
	switch e.Kind {
	case store.EnvDatabase:
		change.Type = tds.EnvDatabase
	case store.EnvLanguage:
		change.Type = tds.EnvLanguage
	case store.EnvBegin:
		change.Type, change.NewData = tds.EnvBeginTran, descriptor
	case store.EnvCommit:
		change.Type, change.OldData = tds.EnvCommitTran, descriptor
	case store.EnvRollback:
		change.Type, change.OldData = tds.EnvRollbackTran, descriptor
	default:
		return fmt.Errorf("environment change of kind %d", e.Kind)
	}
	return r.env(&change)
}

func (r *response) env(change *tds.EnvChange) error {
	err := r.release(true)
	if err != nil {
		return err
	}
	if r.buf, err = change.Append(r.buf); err != nil {
		return err
	}
	return r.flow()
}
