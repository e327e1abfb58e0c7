package integration

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
)

// Each script call of a batch has its record: who, from where, what, and what it took.
func TestEachScriptCallIsRecorded(t *testing.T) {
	s := ownServer(t, "--log-format=json")
	conn := s.connect(t)
	s.warm(t)
	busy := "import time\nend = time.process_time() + 0.05\nwhile time.process_time() < end: pass\nOutputDataSet = InputDataSet"
	fails := "raise ValueError('meant')"
	o := query(t, conn, "BEGIN TRY\n"+py(fails)+"\nEND TRY\nBEGIN CATCH\nPRINT 'caught'\nEND CATCH\n"+
		py(busy, "@input_data_1 = N'SELECT 1 AS a UNION ALL SELECT 2'"))
	o.noErrors(t)
	var records []map[string]any
	waitFor(t, "two records", func() bool { records = s.records(t); return len(records) == 2 })
	if records[0]["outcome"] != "failed" {
		records[0], records[1] = records[1], records[0] // each is written when its satellite has gone
	}
	for i, want := range []struct {
		script, outcome string
		rows            float64
	}{{fails, "failed", 0}, {busy, "ok", 2}} {
		r := records[i]
		sum := sha256.Sum256([]byte(want.script))
		for key, value := range map[string]any{"outcome": want.outcome, "script_sha256": hex.EncodeToString(sum[:]),
			"rows_in": want.rows, "rows_out": want.rows, "login": s.user, "database": "master", "language": "Python"} {
			if r[key] != value {
				t.Errorf("record %d: %s is %v, want %v", i, key, r[key], value)
			}
		}
		for _, key := range []string{"client", "call", "launchpad", "account", "user", "satellite", "host_uid"} {
			if r[key] == nil || r[key] == "" {
				t.Errorf("record %d: no %s", i, key)
			}
		}
		phases := 0.0
		for _, key := range []string{"facts", "query", "start", "hello", "input", "script", "result"} {
			took, ok := r[key+"_duration"].(float64)
			if !ok {
				t.Errorf("record %d: no %s_duration", i, key)
			}
			phases += took
		}
		if total, _ := r["duration"].(float64); phases <= 0 || phases > total {
			t.Errorf("record %d: phases of %v ms in %v ms", i, phases, r["duration"])
		}
	}
	// The satellite's own figures, in milliseconds and bytes.
	if cpu, _ := records[1]["cpu"].(float64); cpu < 50 {
		t.Errorf("50 ms of processor time are recorded as %v ms", records[1]["cpu"])
	}
	if records[0]["error"] != 39019.0 {
		t.Errorf("error %v", records[0]["error"])
	}
}

// records are the audit records in the server's log, which is JSON.
func (s *server) records(t *testing.T) (records []map[string]any) {
	t.Helper()
	for line := range strings.Lines(s.log.String()) {
		var r map[string]any
		if json.Unmarshal([]byte(line), &r) == nil && r["message"] == "script call" {
			records = append(records, r)
		}
	}
	return records
}
