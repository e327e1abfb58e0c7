package plans

import (
	"fmt"
	"regexp"
	"strings"
)

// The text of a case holds script calls as {{name arguments}}, or {{@r = name arguments}} with a return
// code, and literals as ‹text›, which may hold both.

var (
	callPattern    = regexp.MustCompile(`\{\{(?:(@\w+) = )?(\w+)([^{}]*)\}\}`)
	literalPattern = regexp.MustCompile(`‹([^‹›]*)›`)
)

// expand writes a text for the proxy, with script calls, or for the engine alone.
func expand(text string, scripts bool) string {
	text = callPattern.ReplaceAllStringFunc(text, func(s string) string {
		m := callPattern.FindStringSubmatch(s)
		return expandCall(m[1], m[2], strings.TrimSpace(m[3]), scripts)
	})
	for strings.Contains(text, "‹") {
		text = literalPattern.ReplaceAllStringFunc(text, func(s string) string {
			return "N'" + strings.ReplaceAll(literalPattern.FindStringSubmatch(s)[1], "'", "''") + "'"
		})
	}
	return text
}

func expandCall(code, name, arguments string, scripts bool) string {
	exec := "EXEC "
	if code != "" {
		exec += code + " = "
	}
	if name == "query" { // the statement, and what sp_executesql takes behind it
		if !scripts {
			return exec + "sp_executesql " + strings.ReplaceAll(arguments, "; ", ", ")
		}
		statement, rest, more := strings.Cut(arguments, "; ")
		if more {
			rest = ", @params = " + rest
		}
		return exec + "sp_execute_external_script @language = N'Python', @script = N'query', @input_data_1 = " + statement + rest
	}
	if name == "insert" { // into a table the rows of rows
		target, n, _ := strings.Cut(arguments, "; ")
		if !scripts {
			return "INSERT INTO " + target + " SELECT n, s FROM " + madeRows + " WHERE n <= " + n + " ORDER BY n"
		}
		return "INSERT INTO " + target + " " + expandCall("", "rows", n, true)
	}
	kind := kindOf(name)
	var list []string
	if arguments != "" {
		given := strings.Split(arguments, "; ")
		for i, p := range strings.Split(kind.params, ", @") {
			if i < len(given) {
				list = append(list, "@"+strings.TrimPrefix(strings.Fields(p)[0], "@")+" = "+given[i])
			}
		}
	}
	if !scripts {
		return strings.TrimSuffix(exec+"dbo.native_"+name+" "+strings.Join(list, ", "), " ")
	}
	out := exec + "sp_execute_external_script @language = N'Python', @script = N'" + name + "'"
	if kind.params != "" {
		out += ", @params = N'" + kind.params + "'"
	}
	for _, a := range list {
		out += ", " + a
	}
	return out
}

func kindOf(name string) callKind {
	for _, k := range callKinds {
		if k.name == name {
			return k
		}
	}
	panic(fmt.Sprintf("no script %q", name))
}
