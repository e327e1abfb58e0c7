package tsql

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// Every text must take the arguments its verbs ask for and none else, in both wordings.
func TestCatalogue(t *testing.T) {
	for name, table := range map[string]map[int32]message{"engine": engineMessages, "external": externalMessages, "own": ownMessages} {
		for number, m := range table {
			if m.class > 25 || m.format == "" {
				t.Errorf("%s %d: %+v", name, number, m)
			}
			for _, w := range []Wording{Wording2022, Wording2025} {
				format := m.format
				if f, ok := wording2025[number]; ok && w == Wording2025 {
					format = f
				}
				e := NewErrorIn(w, number, sampleArgs(format)...)
				if e.Number != number || e.Class != m.class || e.State != m.state || strings.Contains(e.Message, "%!") {
					t.Errorf("%d: %+v", number, e)
				}
			}
		}
	}
	for number := range wording2025 {
		if _, ok := externalMessages[number]; !ok {
			t.Errorf("%d has a wording of 2025 only", number)
		}
	}
	for number := range ownMessages {
		if m := ownMessages[number]; number < 59000 || number > 59099 || !strings.HasPrefix(m.format, "tds-launchpad: ") {
			t.Errorf("%d is no number or text of ours", number)
		}
	}
}

// sampleArgs makes an argument for each verb.
func sampleArgs(format string) (args []any) {
	for i := 0; i+1 < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		i++
		for format[i] >= '0' && format[i] <= '9' {
			i++
		}
		switch format[i] {
		case 's':
			args = append(args, "x")
		case 'd', 'x':
			args = append(args, 1)
		case 'f':
			args = append(args, 1.5)
		case '%':
		default:
			args = append(args, nil)
		}
	}
	return args
}

func TestNewError(t *testing.T) {
	e := NewError(39004, "Python", uint32(0x80004004), "ABC")
	if e.Message != "A 'Python' script error occurred during execution of 'sp_execute_external_script' with HRESULT 0x80004004. External script request id is ABC." || e.State != 20 || e.Class != 16 {
		t.Errorf("%+v", e)
	}
	if m := NewErrorIn(Wording2025, 39005, "", "x\n").Message; m != "STDOUT messages from external script: x\n" {
		t.Error(m)
	}
	if m := NewErrorIn(Wording2022, 39005, "\n", "x\n").Message; m != "STDOUT message(s) from external script: \nx\n" {
		t.Error(m)
	}
	if e := NewError(1, "a"); e.Number != 1 || !strings.Contains(e.Message, "no text") || Known(1) || !Known(39001) {
		t.Errorf("%+v", e)
	}
	wrapped := fmt.Errorf("call: %w", NewError(8134).At(3))
	if !errors.Is(wrapped, &Error{Number: 8134}) || errors.Is(wrapped, &Error{Number: 8115}) {
		t.Error("errors.Is")
	}
	if s := NewError(8134).At(3).At(4).WithState(9).Error(); s != "Msg 8134, Level 16, State 9, Line 3: Divide by zero error encountered." {
		t.Error(s)
	}
}
