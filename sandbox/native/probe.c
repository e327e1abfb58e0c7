/* Tries, each in a process of its own, what boxes are made of. Reports one
 * record per attempt; Go knows what the names mean (items.go, item.go). Runs as
 * uid 0 of U. */
#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* An attempt returns 0, or -1 with errno; it may also give a number. */
struct attempt {
    const char *name;
    int (*run)(uint32_t *number);
};

static int ns(int flag) { return unshare(flag); }
static int ns_mnt(uint32_t *n) { (void)n; return ns(CLONE_NEWNS); }
static int ns_pid(uint32_t *n) { (void)n; return ns(CLONE_NEWPID); }
static int ns_net(uint32_t *n) { (void)n; return ns(CLONE_NEWNET); }
static int ns_ipc(uint32_t *n) { (void)n; return ns(CLONE_NEWIPC); }
static int ns_uts(uint32_t *n) { (void)n; return ns(CLONE_NEWUTS); }
static int ns_cgroup(uint32_t *n) { (void)n; return ns(CLONE_NEWCGROUP); }

static int own_mounts(void)
{
    return unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ? -1 : 0;
}

/* A read-only clone of /usr, attached to a tmpfs. */
static int root(uint32_t *n)
{
    struct mnt_attr a = {.set = 1 /* RDONLY */};
    (void)n;

    if (own_mounts())
        return -1;
    int tree = sys_open_tree(AT_FDCWD, "/usr", TREE_CLONE | 0x8000 /* AT_RECURSIVE */);
    if (tree < 0 || sys_mount_setattr(tree, "", AT_EMPTY_PATH | 0x8000, &a) != 0)
        return -1;
    if (mount("tmpfs", "/tmp", "tmpfs", 0, "size=64k,nr_inodes=8") != 0 || mkdir("/tmp/usr", 0755) != 0)
        return -1;
    if (sys_move_mount(tree, AT_FDCWD, "/tmp/usr") != 0)
        return -1;
    if (mkdir("/tmp/usr/.tds-launchpad-probe", 0700) == 0 || (errno != EROFS && errno != EACCES)) {
        errno = ENOTRECOVERABLE;
        return -1;
    }
    if (chdir("/tmp") != 0 || syscall(SYS_pivot_root, ".", ".") != 0)
        return -1;
    return umount2(".", MNT_DETACH);
}

/* A tmpfs must keep to its size and inodes. */
static int tmpfs(uint32_t *n)
{
    (void)n;
    if (own_mounts() || mount("tmpfs", "/tmp", "tmpfs", 0, "size=4k,nr_inodes=2") != 0 || chdir("/tmp"))
        return -1;
    if (mkdir("a", 0700) != 0)
        return -1;
    if (mkdir("b", 0700) == 0 || errno != ENOSPC) {
        errno = ENOTRECOVERABLE;
        return -1;
    }
    return 0;
}

static int proc(uint32_t *n)
{
    (void)n;
    if (own_mounts() || unshare(CLONE_NEWPID) != 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0)
        _exit(mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "hidepid=2") ? errno : 0);
    int status;
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        return -1;
    errno = WEXITSTATUS(status);
    return errno ? -1 : 0;
}

static int capabilities(uint32_t *n)
{
    (void)n;
    drop_capabilities();
    if (sethostname("x", 1) == 0) {
        errno = ENOTRECOVERABLE;
        return -1;
    }
    return 0;
}

static int no_new_privs(uint32_t *n)
{
    (void)n;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -1;
    return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : -1;
}

/* A filter that answers getppid with a number of its own. */
static int seccomp(uint32_t *n)
{
    struct sock_filter f[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOTTY),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog p = {4, f};
    (void)n;

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &p) != 0)
        return -1;
    if (syscall(SYS_getppid) != -1 || errno != ENOTTY) {
        errno = ENOTRECOVERABLE;
        return -1;
    }
    return 0;
}

/* The ABI's number, after a ruleset has forbidden opening a file. */
static int landlock(uint32_t *n)
{
    uint64_t handled = 1 << 2 /* READ_FILE */;
    long abi = syscall(444, NULL, 0, 1 /* VERSION */);

    if (abi < 0)
        return -1;
    *n = abi;
    int set = syscall(444, &handled, sizeof handled, 0);
    if (set < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(446, set, 0) != 0)
        return -1;
    if (open("/proc/self/status", O_RDONLY) >= 0 || errno != EACCES) {
        errno = ENOTRECOVERABLE;
        return -1;
    }
    return 0;
}

static int rlimits(uint32_t *n)
{
    struct rlimit l = {4, 4};
    (void)n;

    if (setrlimit(RLIMIT_NOFILE, &l) != 0)
        return -1;
    int fd = 0;
    for (int i = 0; i < 5 && fd >= 0; i++)
        fd = dup(0);
    if (fd >= 0 || errno != EMFILE) {
        errno = ENOTRECOVERABLE;
        return -1;
    }
    return 0;
}

/* Kills through a descriptor and waits for it. */
static int pidfd(uint32_t *n)
{
    (void)n;
    pid_t pid = fork();
    if (pid == 0) {
        pause();
        _exit(0);
    }
    int fd = syscall(434 /* pidfd_open */, pid, 0);
    if (fd < 0 || syscall(424 /* pidfd_send_signal */, fd, SIGKILL, NULL, 0) != 0) {
        int e = errno;
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        errno = e;
        return -1;
    }
    siginfo_t info;
    return waitid((idtype_t)3 /* P_PIDFD */, fd, &info, WEXITED);
}

static const struct attempt attempts[] = {
    {"mount-namespace", ns_mnt}, {"pid-namespace", ns_pid}, {"network-namespace", ns_net},
    {"ipc-namespace", ns_ipc},   {"uts-namespace", ns_uts}, {"cgroup-namespace", ns_cgroup},
    {"root", root},              {"tmpfs", tmpfs},          {"proc", proc},
    {"capabilities", capabilities}, {"no-new-privs", no_new_privs}, {"seccomp", seccomp},
    {"landlock", landlock},      {"rlimits", rlimits},      {"pidfd", pidfd},
};

int probe_main(void)
{
    for (unsigned i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        uint32_t out[2] = {0, 0};
        int p[2], status;

        if (pipe2(p, O_CLOEXEC) != 0)
            fail("pipe", "");
        pid_t pid = fork();
        if (pid < 0)
            fail("fork", "");
        if (pid == 0) {
            if (attempts[i].run(&out[1]) != 0)
                out[0] = errno ? errno : EPERM;
            if (write(p[1], out, sizeof out) != sizeof out)
                _exit(1);
            _exit(0);
        }
        close(p[1]);
        if (read(p[0], out, sizeof out) != sizeof out)
            out[0] = EPROTO;
        close(p[0]);
        waitpid(pid, &status, 0);
        report(REPORT_FD, REC_PROBE, out[0], out[1], attempts[i].name);
    }
    return 0;
}
