/* The init of one box: started by the launcher as PID 1 of a new PID namespace,
 * still with the rights of uid 0 of U. It makes the other namespaces and the
 * box and passes out what the hand-over needs: a way to write to its root and to
 * the folders' place, and the listening sockets. Once the box is somebody's, it
 * forks the interpreter (PID 2), gives up its own rights and waits. It ends with
 * the interpreter, and the kernel kills whatever else is left in the box.
 *
 * A shell is a box into which a zygote's child comes instead (zygote.c), and is
 * what waits there for the hand-over; it is a child of this init's from then on,
 * and all else is as before.
 */
#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

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

static pid_t start_interpreter(const struct child *c, int oomfd, int numbers)
{
    int pipefd[2], n;
    char why[256];

    if (pipe2(pipefd, O_CLOEXEC) != 0)
        fail("pipe", "");
    pid_t pid = fork_with_score(oomfd, c->oom);
    if (pid < 0)
        fail("fork the interpreter", "");
    if (pid == 0)
        run_child(c, pipefd[1]);
    /* Without that file there is no zygote either (open_numbers). */
    if (numbers >= 0 && next_number(numbers, NUMBERS_LAST + 1) != 0)
        fail("set the next process's number", "");
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

/* Opens what the launcher gets of a box that is made. */
static int open_ways(int *files, const char *home, unsigned port)
{
    files[0] = writable_root();
    files[1] = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (files[1] < 0)
        fail("open", home);
    return 2 + loopback_listen(files + 2, port);
}

static void pass_out(const int *files, int n)
{
    report_files(REPORT_FD, REC_MADE, files, n);
    while (n > 0)
        close(files[--n]);
}

/* Waits for the launcher's word that the zygote's child has joined. */
static void await_child(void)
{
    char c;

    if (read(REPORT_FD, &c, 1) != 1)
        _exit(124); /* the launcher gave up on this box */
}

int box_main(int cgroups, int shell)
{
    sigset_t none;
    pid_t pid = 2; /* the first that this namespace gives out */

    fcntl(REPORT_FD, F_SETFD, FD_CLOEXEC);
    enter_cgroups(CGROUPS_FD, cgroups);
    /* The launcher was told not to leak, but a box is worth a second look. */
    if (syscall(SYS_close_range, REPORT_FD + 1, ~0u, 0) != 0)
        fail("close_range", "");
    int numbers = open_numbers();
    if (shell && (numbers < 0 || next_number(numbers, NUMBERS_LAST) != 0))
        fail("set the next process's number", "");
    report(REPORT_FD, REC_BORN, 0, 0, "");
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int s = 1; s < NSIG; s++)
        signal(s, SIG_DFL);
    umask(0);

    struct reader r = read_policy(REPORT_FD);
    const char *hostname = get_str(&r);
    const char *home = get_str(&r);
    unsigned port = get_u32(&r);
    struct child c = get_child(&r);

    /* Now that we are in our cgroups. */
    if (unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP) != 0)
        fail("unshare the box's namespaces", "");
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        fail("make mounts private", "");
    if (sethostname(hostname, strlen(hostname)) != 0 || setdomainname("", 0) != 0)
        fail("set the host name", hostname);
    loopback_up();
    int oomfd = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
    if (oomfd < 0)
        fail("open oom_score_adj", "");
    make_root(&r);
    int ways[REPORT_FILES_MAX], n = open_ways(ways, home, port);
    if (shell)
        drop_capabilities(); /* or the zygote's child could not come in */
    pass_out(ways, n);
    if (shell) {
        await_child();
    } else {
        await_handover(&c, REPORT_FD);
        pid = start_interpreter(&c, oomfd, numbers);
    }
    close(oomfd);
    close(numbers);
    if (!shell)
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
