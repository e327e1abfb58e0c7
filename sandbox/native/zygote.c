/* What a zygote's interpreter calls: built as a shared library, loaded before
 * anything of a call is known. The zygote keeps nothing of a call: it gets
 * descriptors only, and the policy goes to the child.
 *
 * A child is forked by a process between, which is in the box's PID namespace,
 * shares the zygote's memory and ends at once. So the child is born in the box
 * (a process can't enter a PID namespace, only its children), is PID 2 there,
 * and belongs to the box's init, as after a cold start: the zygote has no
 * zombies, and its death is nothing to its children.
 */
#define _GNU_SOURCE
#include "confine.h"
#include "zygote.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* With each request come: 0 to 3 and the report socket of the child, a pidfd of
 * the box's init (which can be entered once that has given up its rights: no
 * right to trace is needed then), its PID namespace, and up to MAX_CGROUPS
 * cgroups' files. */
#define INIT 5
#define PIDS 6
#define FIXED_FDS 7
#define MAX_CGROUPS 3

static int numbers = -1, own_pids = -1;
static int received[FIXED_FDS + MAX_CGROUPS], count;

/* In a child: what it is, and whether no call waits for it. */
static struct child self;
static char rehearses;

/* The child's environment, as execve would lay it out. */
static char *environment;
static size_t environment_size;

void zygote_descriptors(int fds[2])
{
    fds[0] = numbers, fds[1] = own_pids;
}

void zygote_report(int type, uint32_t a, const char *text)
{
    if (type == REC_WARM)
        prctl(PR_SET_NAME, "tds-zygote"); /* its command line is its children's */
    report(REPORT_FD, type, a, 0, text);
}

const char *zygote_environment(size_t *size)
{
    *size = environment_size;
    return environment;
}

int zygote_begin(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    numbers = open_numbers();
    own_pids = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
    if (numbers < 0 || own_pids < 0)
        return -1;
    /* The one between must not stay as a zombie: the box could not end. */
    return sigaction(SIGCHLD, &ignore, NULL);
}

static void close_received(void)
{
    for (int i = 0; i < count; i++)
        close(received[i]);
    count = 0;
}

int zygote_next(void)
{
    char byte;
    struct iovec iov = {&byte, 1};
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof received)];
    } control;

    for (;;) {
        struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
        ssize_t n = recvmsg(REPORT_FD, &m, MSG_CMSG_CLOEXEC);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return 0;
        struct cmsghdr *h = CMSG_FIRSTHDR(&m);
        if (!h || h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS)
            continue;
        count = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(received, CMSG_DATA(h), count * sizeof(int));
        if (count >= FIXED_FDS && !(m.msg_flags & MSG_CTRUNC))
            return 1;
        close_received();
    }
}

/* What follows is in the child. */

static void arrange_descriptors(void)
{
    int high[FIXED_FDS + MAX_CGROUPS];

    for (int i = 0; i < count; i++) {
        high[i] = fcntl(received[i], F_DUPFD_CLOEXEC, FIXED_FDS + MAX_CGROUPS);
        if (high[i] < 0)
            _exit(125); /* there is nobody yet to tell */
    }
    for (int i = 0; i < count; i++)
        if (dup2(high[i], i) < 0)
            _exit(125);
    if (syscall(SYS_close_range, count, ~0u, 0) != 0)
        fail("close_range", "");
}

/* Memory places of this process out of /proc/self/stat, and the environment's
 * new one, so that /proc/self/environ shows it. */
static void show_environment(void)
{
    char text[2048], *p;
    unsigned long v[53] = {0};
    int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

    if (n <= 0)
        fail("read /proc/self/stat", "");
    close(fd);
    text[n] = 0;
    p = strrchr(text, ')');
    for (int i = 3; p && i <= 51; i++) {
        p = strchr(p + 1, ' ');
        if (p)
            v[i] = strtoul(p + 1, NULL, 10);
    }
    struct {
        uint64_t start_code, end_code, start_data, end_data, start_brk, brk, start_stack;
        uint64_t arg_start, arg_end, env_start, env_end;
        uint64_t *auxv;
        uint32_t auxv_size, exe_fd;
    } map = {v[26], v[27], v[45], v[46], v[47], (uintptr_t)sbrk(0), v[28], v[48], v[49],
             (uintptr_t)environment, (uintptr_t)environment + environment_size, NULL, 0, -1};
    if (prctl(PR_SET_MM, 14 /* PR_SET_MM_MAP */, &map, sizeof map, 0) != 0)
        fail("move the environment", "");
}

extern char **environ;

static void set_environment(char **envp)
{
    size_t n = 0, size = 0;

    while (envp[n])
        size += strlen(envp[n++]) + 1;
    char **list = calloc(n + 1, sizeof *list);
    environment = mmap(NULL, size + 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!list || environment == MAP_FAILED)
        fail("move the environment", "(memory)");
    char *p = environment;
    for (size_t i = 0; i < n; i++) {
        list[i] = strcpy(p, envp[i]);
        p += strlen(p) + 1;
    }
    environment_size = size;
    environ = list;
    show_environment();
}

/* The kernel forgets restartable sequences for what shares memory, and its
 * children; glibc goes on believing in them and asks them for the processor. */
extern const ptrdiff_t __rseq_offset __attribute__((weak));
extern const unsigned int __rseq_size __attribute__((weak));

static void register_rseq(void)
{
#if defined(SYS_rseq) && defined(__x86_64__)
    if (&__rseq_size && __rseq_size)
        syscall(SYS_rseq, (char *)__builtin_thread_pointer() + __rseq_offset, 32, 0, 0x53053053);
#endif
}

/* Here, as the box's own /proc is read-only. */
static void set_score(const char *score)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

    if (fd < 0 || write(fd, score, strlen(score)) < 0)
        fail("set oom_score_adj", score);
    close(fd);
}

static void join(void)
{
    struct sigaction usual = {.sa_handler = SIG_DFL};
    sigset_t none;
    int cgroups = count - FIXED_FDS;

    arrange_descriptors();
    sigaction(SIGCHLD, &usual, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    enter_cgroups(FIXED_FDS, cgroups);
    struct reader r = read_policy(REPORT_FD);
    self = get_child(&r);
    prctl(PR_SET_NAME, "tds-ready"); /* for who looks at the host's processes */
    set_score(self.oom);
    register_rseq();
    if (read(REPORT_FD, &rehearses, 1) != 1)
        _exit(124); /* the launcher gave up on this box */
    if (setns(INIT, CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP) != 0)
        fail("join the box", "");
    syscall(SYS_close_range, INIT, ~0u, 0);
    confine_self(&self);
    /* As execve would leave it: changing the uid has made /proc/self root's. */
    if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0)
        fail("prctl DUMPABLE", "");
    /* The one between is gone by now, or about to be. */
    while (getppid() != 1)
        sched_yield();
}

int zygote_rehearses(void)
{
    return rehearses;
}

/* No policy is freed on the way: it is small, and freeing makes pages the child's
 * own that it shares with the zygote. */
void zygote_wait(void)
{
    report(REPORT_FD, REC_RUNNING, 0, 0, "");
    await_handover(&self, REPORT_FD);
    const char *slash = strrchr(self.argv[0], '/');
    prctl(PR_SET_NAME, slash ? slash + 1 : self.argv[0]); /* as execve names it */
    if (chdir(self.cwd) != 0)
        fail("enter the session folder", "");
    set_environment(self.envp);
    close(REPORT_FD);
}

int zygote_fork(void)
{
    if (setns(received[PIDS], CLONE_NEWPID) != 0) {
        close_received();
        return 1; /* the box is gone; the launcher sees the socket close */
    }
    pid_t between = vfork();
    if (between == 0) {
        pid_t child = -1;
        if (next_number(numbers, 2) == 0)
            child = fork();
        if (child == 0) {
            join();
            return 0;
        }
        if (child > 0)
            next_number(numbers, NUMBERS_LAST + 1);
        _exit(0);
    }
    close_received();
    if (setns(own_pids, CLONE_NEWPID) != 0)
        abort();
    return 1;
}
