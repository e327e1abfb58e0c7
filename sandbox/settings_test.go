package sandbox

import (
	"strings"
	"testing"
)

func TestSettings(t *testing.T) {
	ok := Language{Name: "Python", Command: []string{"/usr/bin/python3"}}
	change := func(f func(*Language)) Config {
		l := ok
		f(&l)
		return Config{Languages: []Language{l}}
	}
	for name, c := range map[string]struct {
		cfg  Config
		want string // in the error; "" for none
	}{
		"empty":            {Config{}, ""},
		"usual":            {Config{Languages: []Language{ok}}, ""},
		"accounts":         {Config{Accounts: -1}, "accounts"},
		"satellites":       {Config{MaxSatellites: 1 << 20}, "satellites"},
		"calls":            {Config{CallsPerLogin: -3}, "calls per login"},
		"twice":            {Config{Languages: []Language{ok, ok}}, "twice"},
		"waived":           {Config{Waive: []string{"seccomp", "worker-uids"}}, ""},
		"waived wrongly":   {Config{Waive: []string{"root"}}, "can't be waived|can be waived"},
		"uids overflow":    {Config{UIDs: Range{1<<32 - 10, 100}}, "uid range"},
		"one uid":          {Config{UIDs: Range{100000, 1}}, "uid range"},
		"no name":          {change(func(l *Language) { l.Name = "" }), "language name"},
		"long name":        {change(func(l *Language) { l.Name = strings.Repeat("x", 65) }), "language name"},
		"probe's name":     {change(func(l *Language) { l.Name = "x" + probeSuffix }), "language name"},
		"no command":       {change(func(l *Language) { l.Command = nil }), "absolute path"},
		"relative command": {change(func(l *Language) { l.Command = []string{"python3"} }), "absolute path"},
		"writable":         {change(func(l *Language) { l.ReadWriteDirs = []string{"/data"} }), "idmapped"},
		"missing dir":      {change(func(l *Language) { l.ReadOnlyDirs = []string{"/no/such"} }), "no such file"},
		"optional dir":     {change(func(l *Language) { l.ReadOnlyDirs = []string{"?/no/such"} }), ""},
		"relative dir":     {change(func(l *Language) { l.ReadOnlyDirs = []string{"usr"} }), "absolute"},
		"root":             {change(func(l *Language) { l.ReadOnlyDirs = []string{"/"} }), "other than /"},
		"unclean dir":      {change(func(l *Language) { l.ReadOnlyDirs = []string{"/usr/../root"} }), "clean"},
		"data in usr":      {Config{DataDir: "/usr/share/x", Languages: []Language{ok}}, "data directory"},
		"data above a dir": {Config{DataDir: "/opt", Languages: []Language{{Name: "R", Command: []string{"/x"}, ReadOnlyDirs: []string{"?/opt/R"}}}}, "data directory"},
		"data elsewhere":   {Config{DataDir: "/var/lib/x", Languages: []Language{ok}}, ""},
		"proc":             {change(func(l *Language) { l.ReadOnlyDirs = []string{"/proc/sys"} }), "belongs to the box"},
		"all of etc":       {change(func(l *Language) { l.ReadOnlyDirs = []string{"/etc"} }), "/etc/passwd"},
		"files in usr":     {change(func(l *Language) { l.FilesDir = "/usr/x" }), "outside /usr"},
		"little memory":    {Config{Limits: Limits{Memory: 1}, Languages: []Language{ok}}, "memory"},
		"little disk":      {change(func(l *Language) { l.Limits.Disk = 1 }), "disk"},
		"few processes":    {change(func(l *Language) { l.Limits.Processes = 1 }), "process"},
		"negative CPUs":    {change(func(l *Language) { l.Limits.CPUs = -1 }), "CPU"},
	} {
		_, err := newSettings(c.cfg)
		found := false
		for want := range strings.SplitSeq(c.want, "|") {
			found = found || err != nil && want != "" && strings.Contains(err.Error(), want)
		}
		if c.want == "" && err != nil || c.want != "" && !found {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestLimitsOver(t *testing.T) {
	got := Limits{Memory: 1, Inodes: 9}.over(Limits{Memory: 2, CPUs: 0.5}).over(defaultLimits)
	want := defaultLimits
	want.Memory, want.Inodes, want.CPUs = 1, 9, 0.5
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestSubIDs(t *testing.T) {
	const file = `
# a comment
other:100000:65536
me:200000:10
me:300000:65536
1234:500000:65537
me:bad:1
me:4294967290:100
me:0:100
`
	for _, c := range []struct {
		name, id string
		want     Range
	}{
		{"me", "1", Range{300000, 65536}},
		{"other", "1", Range{100000, 65536}},
		{"me", "1234", Range{500000, 65537}},
		{"", "1234", Range{500000, 65537}},
		{"nobody", "7", Range{}},
		{"", "7", Range{}},
	} {
		got, err := parseSubIDs(strings.NewReader(file), c.name, c.id)
		if got != c.want || (err == nil) != (c.want.Count > 0) {
			t.Errorf("%s (%s): %+v, %v", c.name, c.id, got, err)
		}
	}
}
