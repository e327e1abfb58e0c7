/* Makes the user namespace U.
 *
 * The outer process enters U unmapped, has its map written by the serving
 * process (as root) or newuidmap (as an ordinary user), becomes uid 0 of U,
 * makes the other namespaces and forks U's init. It stays outside U's PID
 * namespace, as the child that the serving process waits for.
 *
 * Both watch the report socket: when the serving process ends, it closes, they
 * end, and the kernel kills everything in U. PR_SET_PDEATHSIG would be wrong
 * for the outer process: it fires when the *thread* that started it ends, and
 * Go's threads come and go.
 */
#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Waits for one of the orders in want. */
static char await_order(const char *want)
{
    char c;
    ssize_t n;

    do
        n = read(REPORT_FD, &c, 1);
    while (n < 0 && errno == EINTR);
    if (n != 1 || !strchr(want, c))
        _exit(124); /* the serving process gave up, and knows why */
    return c;
}

/* Forks the launcher; returns once it is executed. */
static pid_t start_launcher(int exe)
{
    char *argv[] = {"tds-launchpad: launcher", NULL};
    int pipefd[2], err = 0;

    if (pipe2(pipefd, O_CLOEXEC) != 0)
        fail("pipe", "");
    pid_t pid = fork();
    if (pid < 0)
        fail("fork the launcher", "");
    if (pid == 0) {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && fcntl(exe, F_SETFD, FD_CLOEXEC) == 0 &&
            fcntl(REPORT_FD, F_SETFD, FD_CLOEXEC) == 0)
            syscall(SYS_execveat, exe, "", argv, environ, 0x1000 /* AT_EMPTY_PATH */);
        err = errno;
        if (write(pipefd[1], &err, sizeof err) < 0)
            err = 0;
        _exit(125);
    }
    close(pipefd[1]);
    if (read(pipefd[0], &err, sizeof err) == sizeof err) {
        errno = err;
        fail("execute the launcher", "(is the program readable and executable for everybody?)");
    }
    close(pipefd[0]);
    return pid;
}

/* Ends this process, and with it what is below, when Go is gone or child ends. */
static void watch(pid_t child, int is_init)
{
    sigset_t set;
    struct timespec never = {3600, 0};
    struct pollfd p = {.fd = REPORT_FD, .events = POLLIN};

    sigemptyset(&set); /* SIGCHLD is blocked but for the wait in ppoll */
    for (;;) {
        int status;
        pid_t pid;
        while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
            if (pid != child)
                continue;
            if (is_init) {
                report(REPORT_FD, REC_EXIT, WIFEXITED(status) ? WEXITSTATUS(status) : 0,
                       WIFSIGNALED(status) ? WTERMSIG(status) : 0, "launcher");
            }
            _exit(0);
        }
        if (ppoll(&p, 1, &never, &set) > 0 && (p.revents & (POLLHUP | POLLERR | POLLIN)))
            break; /* nothing is ever sent here now: it is the end */
    }
    if (!is_init) {
        kill(child, SIGKILL);
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    _exit(0);
}

static void on_child(int sig) { (void)sig; }

static void init_of_u(int exe)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        fail("prctl PDEATHSIG", "");
    if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) != 0)
        fail("make mounts private", "");
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0)
        fail("mount /proc", "(in a container: unmask /proc, systempaths=unconfined)");
    pid_t launcher = start_launcher(exe);
    /* Only the launcher keeps what it inherited. */
    close(3);
    syscall(SYS_close_range, REPORT_FD + 1, ~0u, 0);
    report(REPORT_FD, REC_STARTED, 0, 0, "");
    watch(launcher, 1);
}

int outer_main(int argc, char **argv)
{
    struct sigaction sa = {.sa_handler = on_child};
    sigset_t chld;
    int exe = atoi(argv[2]);

    (void)argc;
    sigemptyset(&chld);
    sigaddset(&chld, SIGCHLD);
    sigprocmask(SIG_BLOCK, &chld, NULL);
    sigaction(SIGCHLD, &sa, NULL);

    if (unshare(CLONE_NEWUSER) != 0)
        fail("unshare the user namespace", "");
    report(REPORT_FD, REC_USERNS, getpid(), 0, "");
    /* With a single uid ('m') the kernel forbids setgroups. */
    if (await_order("Mm") == 'M' && setgroups(0, NULL) != 0)
        fail("setgroups", "");
    if (setresgid(0, 0, 0) != 0 || setresuid(0, 0, 0) != 0)
        fail("become uid 0 of the user namespace", "");
    if (unshare(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) != 0)
        fail("unshare the launcher's namespaces", "");
    pid_t init = fork();
    if (init < 0)
        fail("fork the init of U", "");
    if (init == 0)
        init_of_u(exe);
    close(3);
    syscall(SYS_close_range, REPORT_FD + 1, ~0u, 0);
    watch(init, 0);
    return 0;
}
