package sandbox

import (
	"fmt"
	"os"
	"os/user"
	"strings"
	"testing"
)

// attackListVariable names a file to which each attempt from inside a box is
// added: who started the instance, how satellites start, test, attempt, outcome.
// scripts/test.sh prints a list of it.
const attackListVariable = "TDS_LAUNCHPAD_ATTACK_LIST"

func listAttempt(t *testing.T, attempt, outcome string, good bool) {
	name := os.Getenv(attackListVariable)
	if name == "" {
		return
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Errorf("list of attacks: %v", err)
		return
	}
	defer f.Close()
	verdict := "held"
	if !good {
		verdict = "BROKEN"
	}
	who := "root"
	if u, err := user.Current(); err == nil && u.Uid != "0" {
		who = "user"
	}
	test, _, _ := strings.Cut(t.Name(), "/")
	fields := []string{who, mode.String(), strings.TrimPrefix(test, "Test"), attempt, outcome, verdict}
	for i := range fields {
		fields[i] = strings.NewReplacer("\t", " ", "\n", " ").Replace(fields[i])
	}
	fmt.Fprintln(f, strings.Join(fields, "\t"))
}
