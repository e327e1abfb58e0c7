import mmap
import os
import socket
import stat

from attempt import attempt, in_child, read, syscall, write

for path in ("/root", "/home", "/work", "/boot", "/mnt", "/media", "/srv", "/sys", "/old_root", "/lost+found",
             "/etc/shadow", "/etc/hostname", "/etc/ssh", "/etc/machine-id", "/etc/subuid", "/var/lib", "/var/log",
             "/run/systemd", "/dev/vda", "/dev/mem", "/dev/kmsg", "/dev/tty", "/dev/pts", "/dev/fuse", "/dev/kvm",
             "/dev/net/tun", "/dev/mapper", "/proc/self/root/root"):
    attempt("absent " + path, os.stat, path)
attempt("top", lambda: sorted(os.listdir("/")))
attempt("etc", lambda: sorted(os.listdir("/etc")))
attempt("dev", lambda: sorted(os.listdir("/dev")))
attempt("launchpads", lambda: len(os.listdir("/var/opt/mssql-extensibility/data")))
attempt("launchpad", lambda: os.listdir("..") == [os.path.basename(os.getcwd())])
attempt("other users known", lambda: [l.split(":")[0] for l in read("/etc/passwd").splitlines()
                                     if l[:8] not in ("root:x:0", "nobody:x", "INSTANCE")])

for path in ("/x", "/usr/x", "/usr/bin/python3", "/etc/x", "/etc/passwd", "/etc/alternatives/x", "/opt/x", "/var/x",
             "/run/x", "/dev/x", "../x", "/usr/lib/x", "/lib/x", "/opt/tds-launchpad/files/files.py"):
    attempt("write " + path, write, path)
attempt("remove /usr/bin/python3", os.remove, "/usr/bin/python3")
attempt("rename the program", os.rename, "/opt/tds-launchpad", "/opt/other")
attempt("chmod /usr", os.chmod, "/usr", 0o777)
attempt("map /usr/bin/python3 writable", lambda: mmap.mmap(os.open("/usr/bin/python3", os.O_RDWR), 100))
attempt("enter the empty cover", os.listdir, "/run/empty")

for d in (".", "/tmp", "/var/tmp", "/dev/shm"):
    attempt("own folder " + d, write, d + "/mine", "1")
attempt("folder's mode", lambda: oct(os.stat(".").st_mode & 0o7777))
attempt("folder's owner is me", lambda: os.stat(".").st_uid == os.getuid())
attempt("launchpad's owner is not me", lambda: os.stat("..").st_uid != os.getuid())


def flag(path, f):
    return bool(os.statvfs(path).f_flag & f)


for path in ("/", "/usr", "/etc/alternatives", "/proc"):
    attempt("read-only " + path, flag, path, os.ST_RDONLY)
for path in ("/", "/usr", "/tmp", "/dev/shm", ".", "/proc", "/dev/null"):
    attempt("nosuid " + path, flag, path, os.ST_NOSUID)
for path in ("/", "/usr", "/tmp", "/dev/shm", ".", "/proc"):
    attempt("nodev " + path, flag, path, os.ST_NODEV)
attempt("every mount is nosuid", lambda: all("nosuid" in l.split()[5].split(",") for l in read("/proc/self/mountinfo").splitlines()))

attempt("device file", os.mknod, "/tmp/disk", 0o666 | stat.S_IFBLK, os.makedev(254, 0))
attempt("Landlock's device file", os.mknod, "/tmp/whiteout", 0o666 | stat.S_IFCHR, 0)
attempt("pipe file", os.mkfifo, "/tmp/pipe")


def setuid_copy():
    with open("/tmp/sh", "wb") as f:
        f.write(open("/bin/sh", "rb").read())
    os.chmod("/tmp/sh", 0o6755)
    os.chown("/tmp/sh", 0, 0)


attempt("setuid file of root's", setuid_copy)
attempt("execute on /dev/shm", lambda: (os.symlink("/bin/true", "/dev/shm/l"), write("/dev/shm/p", "#!/bin/sh\n"),
                                         os.chmod("/dev/shm/p", 0o755), in_child(os.execv, "/dev/shm/p", ["p"]))[-1])

attempt("proc sys", write, "/proc/sys/kernel/core_pattern", "|/tmp/x")
attempt("sysrq", write, "/proc/sysrq-trigger", "c")
attempt("own oom score", write, "/proc/self/oom_score_adj", "-1000")
attempt("own uid map", write, "/proc/self/uid_map", "0 0 1")
attempt("kernel memory", read, "/proc/kcore")
attempt("kernel log", read, "/proc/kmsg")
for name in ("keys", "key-users", "cmdline", "kallsyms", "modules", "interrupts", "timer_list", "locks", "diskstats"):
    attempt("proc " + name, read, "/proc/" + name)
for name in ("fs", "bus", "irq", "tty", "driver"):
    attempt("proc " + name, os.listdir, "/proc/" + name)
for name in ("meminfo", "cpuinfo", "stat", "uptime", "self/maps"):
    attempt("useful proc " + name, lambda: len(read("/proc/" + name)) > 0)
attempt("escape by ..", lambda: os.stat("/../../..").st_ino == os.stat("/").st_ino)
attempt("lock a shared file", syscall, 73, os.open("/usr/bin/python3", os.O_RDONLY), 2)  # flock LOCK_EX
