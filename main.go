// Command tds-launchpad is a TDS proxy that executes sp_execute_external_script
// in isolated satellites, for engines that don't have it.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/alecthomas/kong"

	"tds-launchpad/sandbox"
)

// version is set by the build.
var version = "development"

type cli struct {
	Serve   serveCommand   `cmd:"" help:"Run the proxy."`
	Demo    demoCommand    `cmd:"" help:"Show the main job on real data: embedded engine, proxy, Python."`
	Query   queryCommand   `cmd:"" help:"Run T-SQL against any TDS server, with sqlcmd's habits."`
	Doctor  doctorCommand  `cmd:"" help:"Tell what this machine offers for confinement and languages."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

type versionCommand struct{}

func (versionCommand) Run() error {
	fmt.Printf("tds-launchpad %s (%s, %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

func main() {
	sandbox.Init() // does not return in the processes that confine
	if err := run(os.Args[1:]); err != nil {
		if !errors.Is(err, errQueryFailed) {
			fmt.Fprintln(os.Stderr, "tds-launchpad:", err)
		}
		os.Exit(1)
	}
}

func run(args []string) error {
	var c cli
	parser, err := kong.New(&c,
		kong.Name("tds-launchpad"),
		kong.Description("A TDS proxy that runs external scripts for engines that don't."),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(sqlcmdArgs(args))
	var wrong *kong.ParseError
	if errors.As(err, &wrong) {
		return fmt.Errorf("%w; see %s --help", err, wrong.Context.Model.Name+commandName(wrong.Context))
	}
	if err != nil {
		return err
	}
	return command.Run()
}

// commandName is the command that was meant, with a blank before it, if that is known.
func commandName(ctx *kong.Context) string {
	if selected := ctx.Selected(); selected != nil {
		return " " + selected.Name
	}
	return ""
}
