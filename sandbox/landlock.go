package sandbox

import "golang.org/x/sys/unix"

// landlockABI is what each version of Landlock added to the file rights it
// handles; later ones are included only up to what has been thought about.
var landlockABI = []struct {
	abi int
	fs  uint64
}{
	{1, unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_READ_FILE |
		unix.LANDLOCK_ACCESS_FS_READ_DIR | unix.LANDLOCK_ACCESS_FS_REMOVE_DIR | unix.LANDLOCK_ACCESS_FS_REMOVE_FILE |
		unix.LANDLOCK_ACCESS_FS_MAKE_CHAR | unix.LANDLOCK_ACCESS_FS_MAKE_DIR | unix.LANDLOCK_ACCESS_FS_MAKE_REG |
		unix.LANDLOCK_ACCESS_FS_MAKE_SOCK | unix.LANDLOCK_ACCESS_FS_MAKE_FIFO | unix.LANDLOCK_ACCESS_FS_MAKE_BLOCK |
		unix.LANDLOCK_ACCESS_FS_MAKE_SYM},
	{2, unix.LANDLOCK_ACCESS_FS_REFER},
	{3, unix.LANDLOCK_ACCESS_FS_TRUNCATE},
	{5, unix.LANDLOCK_ACCESS_FS_IOCTL_DEV},
}

const (
	// landlockRead is for everything below the root.
	landlockRead = unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_READ_DIR
	// landlockNever is what not even a satellite's own directories allow.
	landlockNever = unix.LANDLOCK_ACCESS_FS_MAKE_CHAR | unix.LANDLOCK_ACCESS_FS_MAKE_BLOCK |
		unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	// landlockDevice is for the few device files.
	landlockDevice = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE |
		unix.LANDLOCK_ACCESS_FS_TRUNCATE | unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	// landlockScopes (ABI 6) keeps signals and abstract sockets inside.
	landlockScopes   = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
	landlockScopeABI = 6
)

// newLandlock makes the ruleset for a kernel with this ABI (0: none): what is
// below readable (all of the root) may be read, writable alone be written. It repeats what the
// read-only mounts say, so that one mistake is not enough.
func newLandlock(abi int, readable, writable, devices []string) Landlock {
	var l Landlock
	for _, v := range landlockABI {
		if v.abi <= abi {
			l.Handled |= v.fs
		}
	}
	if l.Handled == 0 {
		return l
	}
	if abi >= landlockScopeABI {
		l.Scoped = landlockScopes
	}
	for _, p := range readable {
		l.Rules = append(l.Rules, LandlockRule{Path: p, Access: landlockRead & l.Handled})
	}
	for _, p := range writable {
		l.Rules = append(l.Rules, LandlockRule{Path: p, Access: l.Handled &^ landlockNever})
	}
	for _, p := range devices {
		l.Rules = append(l.Rules, LandlockRule{Path: p, Access: landlockDevice & l.Handled})
	}
	return l
}
