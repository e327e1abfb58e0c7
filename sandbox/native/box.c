/* The init of one box: started by the launcher as PID 1 of new PID, mount,
 * network, IPC and UTS namespaces, still with the rights of uid 0 of U. It
 * makes the box, forks the interpreter (PID 2), gives up its own rights and
 * waits. It ends with the interpreter, and the kernel kills whatever else is
 * left in the box.
 */
#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void loopback_up(void)
{
    struct ifreq ifr = {.ifr_flags = IFF_UP | IFF_RUNNING};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    strcpy(ifr.ifr_name, "lo");
    if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &ifr) != 0)
        fail("bring loopback up", "");
    close(fd);
}

/* Forks with another OOM score, so that the interpreter is killed before its
 * init, which can then tell how it ended. */
static pid_t fork_with_score(int fd, const char *score)
{
    char own[16] = "0";

    if (pread(fd, own, sizeof own - 1, 0) < 0 || pwrite(fd, score, strlen(score), 0) < 0)
        fail("set oom_score_adj", score);
    pid_t pid = fork();
    if (pid != 0) {
        /* Where going back is forbidden both have the same score. */
        ssize_t back = pwrite(fd, own, strlen(own), 0);
        (void)back;
    }
    return pid;
}

static pid_t start_interpreter(const struct child *c, int oomfd, const char *score)
{
    int pipefd[2], n;
    char why[256];

    if (pipe2(pipefd, O_CLOEXEC) != 0)
        fail("pipe", "");
    pid_t pid = fork_with_score(oomfd, score);
    if (pid < 0)
        fail("fork the interpreter", "");
    if (pid == 0)
        run_child(c, pipefd[1]);
    close(pipefd[1]);
    /* What belongs to the interpreter must close when it does. */
    for (int fd = 0; fd < REPORT_FD; fd++)
        close(fd);
    drop_capabilities();
    /* errno as 4 bytes, then the step; nothing if it was executed. */
    n = read(pipefd[0], why, sizeof why - 1);
    if (n >= 4) {
        why[n] = 0;
        memcpy(&errno, why, 4);
        fail(why + 4, "");
    }
    close(pipefd[0]);
    return pid;
}

int box_main(void)
{
    struct child c = {0};
    sigset_t none;

    fcntl(REPORT_FD, F_SETFD, FD_CLOEXEC);
    /* The launcher was told not to leak, but a box is worth a second look. */
    if (syscall(SYS_close_range, REPORT_FD + 1, ~0u, 0) != 0)
        fail("close_range", "");
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int s = 1; s < NSIG; s++)
        signal(s, SIG_DFL);
    umask(0);

    struct reader r = read_policy(REPORT_FD);
    const char *hostname = get_str(&r);
    const char *oom = get_str(&r);
    c.cwd = get_str(&r);
    c.uid = get_u32(&r);
    c.gid = get_u32(&r);
    c.keep_groups = get_u8(&r);
    c.argv = get_strs(&r);
    c.envp = get_strs(&r);
    uint32_t len;
    c.limits = (const uint8_t *)get_bytes(&r, &len);
    c.nlimits = len / 20;
    c.filter = get_bytes(&r, &c.filter_len);
    c.ll_handled = get_u64(&r);
    c.ll_scoped = get_u64(&r);
    c.ll_count = get_u32(&r);
    c.ll_rules = (struct reader){NULL, NULL};
    const uint8_t *rules = r.p;
    for (uint32_t i = 0; i < c.ll_count; i++) {
        get_u64(&r);
        get_str(&r);
    }
    c.ll_rules = (struct reader){rules, r.p};

    /* Now that the launcher has put us into our cgroups. */
    if (unshare(CLONE_NEWCGROUP) != 0)
        fail("unshare the cgroup namespace", "");
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        fail("make mounts private", "");
    if (sethostname(hostname, strlen(hostname)) != 0 || setdomainname("", 0) != 0)
        fail("set the host name", hostname);
    loopback_up();
    int oomfd = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
    if (oomfd < 0)
        fail("open oom_score_adj", "");
    make_root(&r);
    pid_t pid = start_interpreter(&c, oomfd, oom);
    close(oomfd);
    report(REPORT_FD, REC_RUNNING, pid, 0, "");

    for (;;) {
        int status;
        pid_t got = wait(&status);
        if (got < 0 && errno != EINTR)
            fail("wait", "");
        if (got != pid)
            continue;
        report(REPORT_FD, REC_EXIT, WIFEXITED(status) ? WEXITSTATUS(status) : 0,
               WIFSIGNALED(status) ? WTERMSIG(status) : 0, "");
        _exit(0);
    }
}
