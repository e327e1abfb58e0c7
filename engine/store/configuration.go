package store

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"strings"

	"tds-launchpad/tsql"
)

// option is an option of sp_configure. None of them changes what the engine does; they are kept for those who ask.
type option struct {
	id                int
	name, description string
	maximum           int
	advanced          bool
	Value, InUse      int
}

// options are those that exist, by name.
var options = []option{
	{id: 1586, name: "external scripts enabled", maximum: 1, description: "Allows execution of external scripts"},
	{id: 518, name: "show advanced options", maximum: 1, description: "show advanced options"},
	{id: 103, name: "user connections", maximum: 32767, advanced: true, description: "Number of user connections allowed"},
}

// kindOption is an option's kind in the catalog's table.
const kindOption = "option"

// configured lists the options with their present values.
func (s *Session) configured() ([]option, error) {
	out := append([]option(nil), options...)
	err := s.lite.query(context.Background(), "SELECT key, body FROM main._catalog WHERE kind = ?", []driver.Value{kindOption}, func(row []driver.Value) error {
		for at := range out {
			if body, ok := row[1].(string); ok && out[at].name == row[0] {
				return json.Unmarshal([]byte(body), &out[at])
			}
		}
		return nil
	})
	return out, err
}

func optionRows(s *Session, _ *database) (rows [][]any) {
	list, err := s.configured()
	if err != nil {
		return nil
	}
	for _, o := range list {
		rows = append(rows, []any{o.id, o.name, o.Value, 0, o.maximum, o.InUse, o.description, true, o.advanced})
	}
	return rows
}

// configure is sp_configure: without a value it shows one option or all of them, with one it changes an option at the
// next RECONFIGURE. Errors 574, 15123, 15129, 15247.
func (s *Session) configure(args []*Arg) (int32, error) {
	list, err := s.configured()
	if err != nil {
		return 1, err
	}
	advanced := false
	for _, o := range list {
		advanced = advanced || o.name == "show advanced options" && o.InUse == 1
	}
	name, named := pick(args, "@configname", 0).text()
	var found []option
	for _, o := range list {
		if o.advanced && !advanced {
			continue
		}
		if !named || strings.HasPrefix(o.name, fold(name)) {
			found = append(found, o)
		}
	}
	if named && len(found) != 1 {
		return 1, newError(15123, name)
	}
	value := pick(args, "@configvalue", 1)
	if value == nil || value.Value == nil || !named {
		return 0, s.showOptions(found)
	}
	if !s.as.login.inRole("sysadmin") && !s.as.login.inRole("serveradmin") {
		return 1, tsql.NewError(15247)
	}
	v, err := tsql.Convert(value.Value, value.Type, typeInt, 0)
	if err != nil {
		return 1, err
	}
	n, _ := v.(int64)
	o := found[0]
	if n < 0 || n > int64(o.maximum) {
		return 1, newError(15129, int(n), o.name)
	}
	was := o.Value
	o.Value = int(n)
	if err := s.saveOptions([]option{o}); err != nil {
		return 1, err
	}
	return 0, s.out.message(newError(15457, o.name, was, o.Value))
}

func (s *Session) showOptions(list []option) error {
	cols := []Column{{Name: "name", Type: nvarchar(35), Nullable: true}, {Name: "minimum", Type: typeInt, Nullable: true}, {Name: "maximum", Type: typeInt, Nullable: true},
		{Name: "config_value", Type: typeInt, Nullable: true}, {Name: "run_value", Type: typeInt, Nullable: true}}
	if err := s.out.sink.Columns(cols); err != nil {
		return err
	}
	for _, o := range list {
		if err := s.out.sink.Row([]any{o.name, int64(0), int64(o.maximum), int64(o.Value), int64(o.InUse)}); err != nil {
			return err
		}
	}
	return s.finishStatement(CommandSelect, int64(len(list)))
}

// saveOptions keeps options; it can't be undone. Error 574.
func (s *Session) saveOptions(list []option) error {
	if s.tran.count > 0 {
		return newError(574, "CONFIG")
	}
	return s.change(s.ctx, true, func() error {
		for _, o := range list {
			if err := s.lite.save(kindOption, 0, o.name, o); err != nil {
				return err
			}
		}
		return nil
	})
}

// reconfigure is RECONFIGURE. Errors 574, 5812.
func (s *Session) reconfigure() error {
	if !s.as.login.inRole("sysadmin") && !s.as.login.inRole("serveradmin") {
		return newError(5812)
	}
	list, err := s.configured()
	if err != nil {
		return err
	}
	for i := range list {
		list[i].InUse = list[i].Value
	}
	if err := s.saveOptions(list); err != nil {
		return err
	}
	return s.out.done(Done{Command: CommandNone})
}
