package sandbox

import (
	"embed"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// nativeFiles holds bin/confine if native/build.sh has been run, else only a
// note about that.
//
//go:embed native/bin
var nativeFiles embed.FS

// nativeHelper gives the helper as an executable in memory that nobody can
// change any more, so that it needs no place on disk that must be trusted.
func nativeHelper() (*os.File, error) {
	b, err := nativeFiles.ReadFile("native/bin/confine")
	if err != nil {
		return nil, ErrNotBuilt
	}
	return sealedFile("confine", b, true)
}

// sealedFile makes a memfd with content that stays as it is.
func sealedFile(name string, content []byte, executable bool) (*os.File, error) {
	flags := unix.MFD_CLOEXEC | unix.MFD_ALLOW_SEALING
	exec := unix.MFD_NOEXEC_SEAL
	if executable {
		exec = unix.MFD_EXEC
	}
	fd, err := unix.MemfdCreate(name, flags|exec)
	if err == unix.EINVAL { // before Linux 6.3
		fd, err = unix.MemfdCreate(name, flags)
	}
	if err != nil {
		return nil, fmt.Errorf("memfd %s: %w", name, err)
	}
	f := os.NewFile(uintptr(fd), name)
	if _, err := f.Write(content); err != nil {
		f.Close()
		return nil, fmt.Errorf("memfd %s: %w", name, err)
	}
	const seals = unix.F_SEAL_SEAL | unix.F_SEAL_SHRINK | unix.F_SEAL_GROW | unix.F_SEAL_WRITE
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, seals); err != nil {
		f.Close()
		return nil, fmt.Errorf("seal memfd %s: %w", name, err)
	}
	return f, nil
}
