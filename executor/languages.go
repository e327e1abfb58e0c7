package executor

import (
	"embed"
	"io/fs"

	"tds-launchpad/sandbox"
)

//go:embed satellite/python/main.py satellite/python/tds_satellite/*.py satellite/python/tds_satellite/helpers/*.py
var pythonFiles embed.FS

// PythonPath is the interpreter that Python scripts run in: Debian's, which has
// numpy and pandas as packages of the distribution.
const PythonPath = "/usr/bin/python3"

// pythonDir is where the satellite program appears in a box.
const pythonDir = "/opt/tds-launchpad/Python"

// Languages are the runtimes that the executor has satellite programs for, as
// sandbox.Config.Languages takes them.
func Languages() []sandbox.Language {
	files, err := fs.Sub(pythonFiles, "satellite/python")
	if err != nil {
		panic(err) // the path is a constant
	}
	return []sandbox.Language{{
		Name: "Python",
		// Isolated from the environment, without writing byte code, UTF-8 everywhere.
		Command:  []string{PythonPath, "-I", "-B", "-X", "utf8", pythonDir + "/main.py"},
		Files:    files,
		FilesDir: pythonDir,
		Env: []string{
			// One thread: calls run beside each other on the same processors, and
			// every further thread costs start time and memory.
			"OPENBLAS_NUM_THREADS=1",
			"OMP_NUM_THREADS=1",
		},
		Zygote: &sandbox.Zygote{Preload: Preload()},
		// Debian's packages look for their own settings here.
		ReadOnlyDirs: []string{"?/etc/matplotlibrc", "?/etc/fonts"},
		Probe:        []string{PythonPath, "-I", "-B", "-c", pythonProbe},
	}}
}

// Preload are the modules that Python's zygote imports if nothing else is said: what input and
// output data sets are made of. Each further one costs every call a little (its pages are copied
// when touched, its page tables with each fork) and is worth it if most scripts use it.
func Preload() []string { return []string{"numpy", "pandas"} }

// pythonProbe prints the versions for doctor.
const pythonProbe = `import platform
print("python", platform.python_version())
from importlib import metadata
for name in ("numpy", "pandas", "scikit-learn", "scipy"):
    try:
        print(name, metadata.version(name))
    except metadata.PackageNotFoundError:
        pass
`
