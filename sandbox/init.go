package sandbox

import (
	"fmt"
	"os"
)

// The environment variable that tells a process of this program what it is.
// Set by an outsider it gains nothing: the role needs descriptors that only
// its proper parent gives.
const (
	roleVariable   = "TDS_LAUNCHPAD_ROLE"
	roleLauncher   = "launcher"
	roleSupervisor = "supervisor" // see Supervise
	roleServing    = "serving"    // see Supervise
)

// Init must be the first call in main and in TestMain of every test that uses
// this package: if this process was started to be the launcher, it runs as
// such and never returns. In the processes that Supervise makes it returns.
func Init() {
	role := os.Getenv(roleVariable)
	if role == "" {
		return
	}
	os.Unsetenv(roleVariable)
	// These processes are executed through descriptors, whose numbers would be
	// their names in ps and top.
	os.WriteFile("/proc/self/comm", []byte("tds-launchpad"), 0) //nolint:errcheck // only a name
	switch role {
	case roleLauncher:
		err := launcherMain()
		if err != nil {
			fmt.Fprintln(os.Stderr, "launcher:", err)
			os.Exit(1)
		}
		os.Exit(0)
	case roleSupervisor:
		supervising = true
	case roleServing:
		if err := adoptSupervisor(); err != nil {
			fmt.Fprintln(os.Stderr, "serving process:", err)
			os.Exit(1)
		}
	default:
		fmt.Fprintf(os.Stderr, "%s=%s: no such role\n", roleVariable, role)
		os.Exit(2)
	}
}
