package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/sys/unix"

	"tds-launchpad/sandbox"
)

// probeTimeout bounds the doctor's whole visit: cold interpreters with large
// packages take seconds each on a slow disk.
const probeTimeout = 2 * time.Minute

type doctorCommand struct {
	scriptOptions
	JSON bool `name:"json" help:"Print the findings as JSON."`
}

// findings is what doctor prints; its JSON form is for machines.
type findings struct {
	Version     string                   `json:"version"`
	Kernel      string                   `json:"kernel"`
	User        int                      `json:"uid"`
	Confinement []confinementItem        `json:"confinement"`
	Scripts     string                   `json:"scripts"`
	Languages   []sandbox.LanguageReport `json:"languages"`
}

type confinementItem struct {
	Name     string        `json:"name"`
	Title    string        `json:"title"`
	State    sandbox.State `json:"state"`
	Detail   string        `json:"detail,omitempty"`
	Why      string        `json:"why,omitempty"`
	Remedy   string        `json:"remedy,omitempty"`
	Required bool          `json:"required"`
	Waived   bool          `json:"waived,omitempty"`
}

func (c *doctorCommand) Run() error {
	ctx, cancel := context.WithTimeout(context.Background(), probeTimeout)
	defer cancel()
	f, err := c.examine(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		encoder := json.NewEncoder(os.Stdout)
		encoder.SetIndent("", "  ")
		return encoder.Encode(f)
	}
	f.print(os.Stdout)
	return nil
}

func (c *doctorCommand) examine(ctx context.Context) (findings, error) {
	f := findings{Version: version, Kernel: kernelRelease(), User: os.Getuid()}
	cfg, removeDir, err := c.temporarySandbox()
	if err != nil {
		return f, err
	}
	defer removeDir()
	for _, item := range sandbox.Probe(ctx, cfg) {
		if item.Name == "serving-process" && f.User == 0 {
			// That is about this process. serve leaves root before it serves.
			item.State, item.Why, item.Remedy = sandbox.Active, "", ""
			item.Detail = "serve goes on as an unprivileged uid"
		}
		f.Confinement = append(f.Confinement, confinementItem(item))
	}
	launcher, err := sandbox.Start(ctx, cfg)
	if err != nil {
		f.Scripts = err.Error()
		return f, nil
	}
	defer launcher.Close()
	f.Scripts = "can run"
	f.Languages = launcher.ProbeLanguages(ctx)
	zygotes, err := launcher.Zygotes(ctx)
	for _, item := range zygotes {
		f.Confinement = append(f.Confinement, confinementItem(item))
	}
	if err != nil {
		return f, err
	}
	return f, nil
}

// temporarySandbox is the configured one with a data directory for this visit only.
func (c *doctorCommand) temporarySandbox() (sandbox.Config, func(), error) {
	dir, remove, err := scratchDir("doctor")
	if err != nil {
		return sandbox.Config{}, nil, err
	}
	cfg, err := c.sandboxConfig(dir)
	if err != nil {
		return cfg, nil, errors.Join(err, remove())
	}
	cfg.UIDs.First = 0                   // beside a running instance too
	return cfg, func() { remove() }, nil //nolint:errcheck // the next one sweeps
}

func kernelRelease() string {
	var name unix.Utsname
	if unix.Uname(&name) != nil {
		return "unknown"
	}
	return unix.ByteSliceToString(name.Release[:])
}

func (f findings) print(w io.Writer) {
	fmt.Fprintf(w, "tds-launchpad %s on Linux %s, uid %d\n\nConfinement\n", f.Version, f.Kernel, f.User)
	for _, item := range f.Confinement {
		item.print(w)
	}
	fmt.Fprintf(w, "\nScripts: %s\n", f.Scripts)
	for _, language := range f.Languages {
		if !language.Works {
			fmt.Fprintf(w, "  %-12s unavailable  %s\n", language.Name, language.Why)
			continue
		}
		fmt.Fprintf(w, "  %-12s active       %s\n", language.Name, language.Version)
		var packages []string
		for _, p := range language.Packages {
			packages = append(packages, p.Name+" "+p.Version)
		}
		if len(packages) > 0 {
			fmt.Fprintf(w, "  %-12s              %s\n", "", strings.Join(packages, ", "))
		}
	}
	printDifferences(w)
}

// printDifferences tells what would be otherwise if the instance were started in another way.
func printDifferences(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nWays of starting\troot\tuser with subuids\tuser without (1)\tcontainer (2)")
	for _, d := range sandbox.Differences {
		fmt.Fprintf(t, "  %s\t%s\t%s\t%s\t%s\n", d.What, d.Root, d.User, d.SingleUID, d.Container)
	}
	t.Flush() //nolint:errcheck // as printing is
	fmt.Fprintln(w, "  (1) refused unless worker-uids is waived; (2) root, Docker's default capabilities, unmasked /proc, seccomp profile that allows namespaces")
}

func (item confinementItem) print(w io.Writer) {
	need := "optional"
	switch {
	case item.Waived:
		need = "waived"
	case item.Required:
		need = "required"
	}
	fmt.Fprintf(w, "  %-16s %-12s %-9s %s", item.Name, item.State, need, item.Title)
	if item.Detail != "" {
		fmt.Fprintf(w, ": %s", item.Detail)
	}
	fmt.Fprintln(w)
	if item.Why != "" {
		fmt.Fprintf(w, "  %-16s   why: %s\n", "", item.Why)
	}
	if item.Remedy != "" {
		fmt.Fprintf(w, "  %-16s   what to do: %s\n", "", item.Remedy)
	}
}
