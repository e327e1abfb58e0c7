package store

import (
	"strings"
	"sync"

	"modernc.org/sqlite"

	"tds-launchpad/tsql"
)

// offsetCollation compares stored datetimeoffsets: by their instant, whatever their offset.
const offsetCollation = "dto"

// SQLite gives collations only to connections opened after their registration, so one per way of comparing is
// registered at start; a T-SQL collation's name says which it is.
var collationClasses = map[string]string{
	"ci_as": "Latin1_General_CI_AS",
	"ci_ai": "Latin1_General_CI_AI",
	"cs_as": "Latin1_General_CS_AS",
	"cs_ai": "Latin1_General_CS_AI",
	"bin":   "Latin1_General_BIN2",
}

func registerCollations() error {
	err := sqlite.RegisterCollationUtf8(offsetCollation, func(a, b string) int {
		return strings.Compare(a[:min(19, len(a))], b[:min(19, len(b))])
	})
	if err != nil {
		return err
	}
	for class, name := range collationClasses {
		c, err := tsql.LookupCollation(name)
		if err != nil {
			return err
		}
		if err := sqlite.RegisterCollationUtf8(class, c.Compare); err != nil {
			return err
		}
	}
	return nil
}

var collationClassCache sync.Map // collation name -> class

// collationClass is the SQLite collation for a T-SQL collation ("" is the default).
func collationClass(name string) string {
	if name == "" {
		return "ci_as"
	}
	if c, ok := collationClassCache.Load(name); ok {
		return c.(string)
	}
	class := "ci_as"
	upper := strings.ToUpper(name)
	switch {
	case strings.Contains(upper, "_BIN"):
		class = "bin"
	case strings.Contains(upper, "_CS_AI"):
		class = "cs_ai"
	case strings.Contains(upper, "_CS"):
		class = "cs_as"
	case strings.Contains(upper, "_CI_AI"):
		class = "ci_ai"
	}
	collationClassCache.Store(name, class)
	return class
}

// collate gives the COLLATE clause with which values of type t are compared; empty where SQLite's own order will do.
func collate(t tsql.Type) string {
	switch repOf(t) {
	case repText:
		return " COLLATE " + collationClass(t.Collation)
	case repOffset:
		return " COLLATE " + offsetCollation
	}
	return ""
}
