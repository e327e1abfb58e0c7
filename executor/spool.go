package executor

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"

	"golang.org/x/sys/unix"

	"tds-launchpad/tds"
)

// spoolChunk is the size of the pieces in which a result is kept and written:
// large enough that the cost per piece vanishes, small enough that a result just
// above a boundary wastes little.
const spoolChunk = 256 << 10

// spool holds a result as ROW tokens until it is known that the script has ended
// well (plans.md, "Input and output at once"): in memory up to a bound, then in a
// file without a name, which vanishes with its descriptor whatever happens.
type spool struct {
	dir           string
	memory, limit int64

	current []byte   // being filled
	chunks  [][]byte // filled, in memory
	size    int64    // of everything but current
	file    *os.File // everything but current and chunks; nil while memory suffices
	filed   []int    // the lengths of the chunks in file
}

func newSpool(dir string, l *Limits) *spool {
	return &spool{dir: dir, memory: l.SpoolMemory, limit: l.SpoolTotal}
}

// appendRow adds a row of raw values.
func (s *spool) appendRow(cols []tds.Column, values [][]byte) error {
	var err error
	if s.current, err = tds.AppendRow(s.current, cols, values); err != nil {
		return err
	}
	if len(s.current) >= spoolChunk {
		return s.seal()
	}
	return nil
}

// seal puts the current chunk away.
func (s *spool) seal() error {
	s.size += int64(len(s.current))
	if s.size > s.limit {
		return fmt.Errorf("%w (%d MB)", ErrSpoolFull, s.limit>>20)
	}
	s.chunks = append(s.chunks, s.current)
	s.current = nil
	if s.file == nil && s.size <= s.memory {
		s.current = make([]byte, 0, spoolChunk+spoolChunk/8)
		return nil
	}
	if s.file == nil {
		f, err := UnnamedFile(s.dir)
		if err != nil {
			return fmt.Errorf("making the spool file of a result: %w", err)
		}
		s.file = f
	}
	for _, c := range s.chunks {
		if _, err := s.file.Write(c); err != nil {
			return fmt.Errorf("writing the spool file of a result: %w", err)
		}
		s.filed = append(s.filed, len(c))
	}
	s.current = s.chunks[len(s.chunks)-1][:0]
	clear(s.chunks)
	s.chunks = s.chunks[:0]
	return nil
}

// WriteTo writes everything to w, each time whole tokens, and forgets it.
func (s *spool) WriteTo(w io.Writer) (int64, error) {
	n, err := s.writeFile(w)
	if err != nil {
		return n, err
	}
	for _, c := range append(s.chunks, s.current) {
		if len(c) == 0 {
			continue
		}
		written, err := w.Write(c)
		n += int64(written)
		if err != nil {
			return n, fmt.Errorf("sending a result: %w", err)
		}
	}
	return n, s.Close()
}

// Close frees memory and file. It may be called several times.
func (s *spool) Close() error {
	s.chunks, s.current, s.filed = nil, nil, nil
	if s.file == nil {
		return nil
	}
	f := s.file
	s.file = nil
	return f.Close()
}

// writeFile writes what is in the file.
func (s *spool) writeFile(w io.Writer) (n int64, err error) {
	if s.file == nil {
		return 0, nil
	}
	var buf []byte
	for _, size := range s.filed {
		if cap(buf) < size {
			buf = make([]byte, size)
		}
		if _, err := s.file.ReadAt(buf[:size], n); err != nil {
			return n, fmt.Errorf("reading the spool file of a result: %w", err)
		}
		written, err := w.Write(buf[:size])
		n += int64(written)
		if err != nil {
			return n, fmt.Errorf("sending a spooled result: %w", err)
		}
	}
	return n, nil
}

// UnnamedFile makes a file in dir (default: the system's directory for temporary files) that no name
// leads to, so that nothing is left behind whatever happens. Its errors don't tell clients where.
func UnnamedFile(dir string) (*os.File, error) {
	if dir == "" {
		dir = os.TempDir()
	}
	fd, err := unix.Open(dir, unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err == nil {
		return os.NewFile(uintptr(fd), "the spool"), nil
	}
	// Some file systems (overlay, NFS, FUSE) don't have it.
	if !errors.Is(err, unix.EOPNOTSUPP) && !errors.Is(err, unix.EISDIR) && !errors.Is(err, unix.EINVAL) {
		return nil, err
	}
	return unlinkedFile(dir)
}

// unlinkedFile is UnnamedFile for the others: the name is there for a moment.
func unlinkedFile(dir string) (*os.File, error) {
	name := fmt.Sprintf("%s/result-%d-%x", dir, os.Getpid(), rand.Uint64())
	fd, err := unix.Open(name, unix.O_CREAT|unix.O_EXCL|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), "the spool")
	if err := unix.Unlink(name); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// RowSpool is a spool for others that have to keep rows until they can be sent: an INSERT ... EXEC,
// whose rows the engine takes only when it has stopped sending.
type RowSpool struct{ spool }

// NewRowSpool makes a spool that keeps memory bytes in memory and the rest, up to limit bytes in all, in an
// unnamed file in dir.
func NewRowSpool(dir string, memory, limit int64) *RowSpool {
	return &RowSpool{spool{dir: dir, memory: memory, limit: limit}}
}

// AppendRow adds a row of raw values. Errors: ErrSpoolFull, those of encoding and of the file.
func (s *RowSpool) AppendRow(cols []tds.Column, values [][]byte) error {
	return s.appendRow(cols, values)
}

// Write adds whole ROW tokens.
func (s *RowSpool) Write(tokens []byte) (int, error) {
	s.current = append(s.current, tokens...)
	if len(s.current) >= spoolChunk {
		if err := s.seal(); err != nil {
			return 0, err
		}
	}
	return len(tokens), nil
}
