package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"

	"tds-launchpad/executor"
	"tds-launchpad/sandbox"
)

// scriptOptions are what says how scripts are confined; serve, demo and doctor share them.
type scriptOptions struct {
	Config           configFlag    `placeholder:"FILE.toml" help:"Read options from this file; its keys are the names of these flags."`
	WorkerAccounts   int           `default:"20" help:"Worker accounts: how many logins can run scripts at the same time."`
	CallsPerLogin    int           `default:"100" help:"Parallel script calls of one login."`
	MaxSatellites    int           `default:"100" help:"Script calls running at the same time."`
	AccountWait      time.Duration `default:"30s" help:"How long a script call waits for a free worker account before it fails."`
	ScriptMemory     int64         `default:"2048" help:"Memory of one script call in MiB, files in its folders included."`
	ScriptProcesses  int           `default:"256" help:"Processes and threads of one script call."`
	ScriptCPUs       float64       `name:"script-cpus" default:"0" help:"Processors' worth of time of one script call; 0 sets no limit."`
	ScriptDisk       int64         `default:"512" help:"Size of a script's folder, /tmp and /dev/shm in MiB, each."`
	Zygote           bool          `default:"true" negatable:"" help:"Fork satellites from an interpreter that has imported the packages of --preload already. Without, each call starts one."`
	ReadySatellites  int           `default:"8" help:"Forked satellites that at most wait for calls, per language; how many do follows from the demand. 0: none."`
	Preload          []string      `placeholder:"MODULE" default:"numpy,pandas" help:"Python modules that the zygote imports, such as sklearn; default ${default}."`
	ReadableDirs     []string      `placeholder:"DIR" help:"Host directories that scripts may read, at the same path."`
	FirstUID         uint32        `name:"first-uid" placeholder:"UID" help:"First of the host uids that a start as root uses; default the first range from 1879100000 on that no other instance on this host has claimed."`
	WaiveConfinement []string      `placeholder:"ITEM" help:"Confinement items, by doctor's names, that may be missing; seccomp and worker-uids can be waived."`
}

func (o *scriptOptions) sandboxConfig(dataDir string) (sandbox.Config, error) {
	for flag, n := range map[string]int64{"worker-accounts": int64(o.WorkerAccounts), "calls-per-login": int64(o.CallsPerLogin),
		"max-satellites": int64(o.MaxSatellites), "script-memory": o.ScriptMemory,
		"script-processes": int64(o.ScriptProcesses), "script-disk": o.ScriptDisk} {
		if n <= 0 {
			return sandbox.Config{}, fmt.Errorf("--%s must be positive, not %d", flag, n)
		}
	}
	languages := executor.Languages()
	for i := range languages {
		if !o.Zygote {
			languages[i].Zygote = nil
		} else if z := languages[i].Zygote; z != nil {
			z.Preload = o.Preload
			z.Ready = cmp.Or(o.ReadySatellites, -1) // the sandbox takes 0 for its default
		}
		languages[i].ReadOnlyDirs = append(languages[i].ReadOnlyDirs, o.ReadableDirs...)
	}
	return sandbox.Config{
		DataDir:       dataDir,
		Languages:     languages,
		Accounts:      o.WorkerAccounts,
		CallsPerLogin: o.CallsPerLogin,
		MaxSatellites: o.MaxSatellites,
		Waive:         o.WaiveConfinement,
		// The sandbox takes 0 for its default.
		AcquireTimeout: cmp.Or(o.AccountWait, -1),
		UIDs:           sandbox.Range{First: o.FirstUID},
		Limits: sandbox.Limits{
			Memory:    o.ScriptMemory << 20,
			CPUs:      o.ScriptCPUs,
			Processes: o.ScriptProcesses,
			Disk:      o.ScriptDisk << 20,
		},
	}, nil
}

// logOptions say where and how the log goes: standard error, so that standard output is for the user.
type logOptions struct {
	LogFormat string `default:"text" enum:"text,json" help:"Format of the log on standard error: ${enum}."`
	LogLevel  string `default:"info" enum:"debug,info,warn,error" help:"Least level that is logged: ${enum}."`
}

func (o *logOptions) logger() zerolog.Logger {
	zerolog.TimeFieldFormat = "2006-01-02T15:04:05.000Z07:00"
	level, _ := zerolog.ParseLevel(o.LogLevel) // kong has checked the word
	if o.LogFormat == "json" {
		return zerolog.New(os.Stderr).Level(level).With().Timestamp().Logger()
	}
	text := zerolog.ConsoleWriter{Out: os.Stderr, NoColor: true, TimeFormat: "2006-01-02 15:04:05.000"}
	return zerolog.New(text).Level(level).With().Timestamp().Logger()
}

// defaultDataDir is where an instance keeps its certificate and spools.
func defaultDataDir() (string, error) {
	if os.Getuid() == 0 {
		return "/var/lib/tds-launchpad", nil
	}
	if dir := os.Getenv("XDG_STATE_HOME"); dir != "" {
		return filepath.Join(dir, "tds-launchpad"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("give --data-dir: %w", err)
	}
	return filepath.Join(home, ".local", "state", "tds-launchpad"), nil
}
