package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// facts are what a Spec needs to know of the host, gathered once at the
// launcher's start, so that newSpec is pure.
type facts struct {
	// TopLinks are /bin, /lib64 and so on where they are links (merged /usr),
	// name to target; TopDirs where they are directories.
	TopLinks map[string]string
	TopDirs  []string
	// LocalTime is the content of /etc/localtime, "" if there is none.
	LocalTime string
	// LandlockABI is 0 where the kernel has none.
	LandlockABI int
	// MemoryCgroup tells that memory is limited by a cgroup.
	MemoryCgroup bool
}

// gatherFacts looks at the host's root directory.
func gatherFacts(root string) facts {
	f := facts{TopLinks: map[string]string{}}
	for _, name := range []string{"bin", "sbin", "lib", "lib32", "lib64", "libx32"} {
		p := filepath.Join(root, name)
		if to, err := os.Readlink(p); err == nil {
			f.TopLinks["/"+name] = to
		} else if st, err := os.Stat(p); err == nil && st.IsDir() {
			f.TopDirs = append(f.TopDirs, "/"+name)
		}
	}
	if b, err := os.ReadFile(filepath.Join(root, "etc/localtime")); err == nil {
		f.LocalTime = string(b)
	}
	return f
}

// boxFile is a file of a language's program.
type boxFile struct {
	Path string
	Data []byte
}

// readFiles reads a language's program, so that it can go to the launcher.
func readFiles(lang *Language) ([]boxFile, error) {
	if lang.Files == nil {
		return nil, nil
	}
	var files []boxFile
	err := fs.WalkDir(lang.Files, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(lang.Files, p)
		if err != nil {
			return err
		}
		files = append(files, boxFile{Path: path.Join(lang.FilesDir, p), Data: b})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("language %s: files: %w", lang.Name, err)
	}
	slices.SortFunc(files, func(a, b boxFile) int { return strings.Compare(a.Path, b.Path) })
	return files, nil
}

// checkDir tells whether a configured directory can be bound.
func checkDir(dir string) (p string, optional bool, err error) {
	p, optional = strings.CutPrefix(dir, "?")
	if !path.IsAbs(p) || path.Clean(p) != p || p == "/" {
		return "", false, fmt.Errorf("directory %q: must be an absolute, clean path other than /", dir)
	}
	for _, reserved := range []string{"/proc", "/dev", "/sys", "/tmp", "/run", dataRoot} {
		if p == reserved || strings.HasPrefix(p, reserved+"/") {
			return "", false, fmt.Errorf("directory %q: %s belongs to the box", dir, reserved)
		}
	}
	for _, made := range []string{"/etc/passwd", dataRoot} {
		if covered(made, p) {
			return "", false, fmt.Errorf("directory %q: the box makes its own %s below it", dir, made)
		}
	}
	if !optional {
		if _, err := os.Stat(p); err != nil {
			return "", false, fmt.Errorf("directory %q: %w", dir, errors.Unwrap(err))
		}
	}
	return p, optional, nil
}
