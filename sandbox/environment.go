package sandbox

import (
	"slices"
	"strings"
)

// environment is a process's variables, "NAME=value".
type environment []string

// environment is what the language's own variables are completed to. Those that
// tell who a satellite is come with the hand-over.
func (l *language) environment() environment {
	return append(slices.Clone(environment(l.Env)), environment(l.Env).without([][2]string{
		{"TMPDIR", "/tmp"}, {"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"LANG", "C.UTF-8"},
	})...)
}

// identity are the variables to add at the hand-over.
func (e environment) identity(account, folder string) environment {
	return e.without([][2]string{{"HOME", folder}, {"USER", account}, {"LOGNAME", account}})
}

// without are those of the variables that e lacks: what is configured is kept.
func (e environment) without(variables [][2]string) (more environment) {
	for _, v := range variables {
		if !slices.ContainsFunc(e, func(s string) bool { return strings.HasPrefix(s, v[0]+"=") }) {
			more = append(more, v[0]+"="+v[1])
		}
	}
	return more
}
