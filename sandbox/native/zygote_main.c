/* From the launcher's child to a zygote's interpreter: a root of its own,
 * read-only, no network, and no right but those that its children need on
 * their way into a box. */
#define _GNU_SOURCE
#include "confine.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* setns, chroot (for setns), setresuid and setresgid, the bounding set. */
static const uint64_t needed = 1ull << CAP_SYS_ADMIN | 1ull << CAP_SYS_CHROOT | 1ull << CAP_SETUID |
                               1ull << CAP_SETGID | 1ull << CAP_SETPCAP;

int zygote_main(void)
{
    sigset_t none;

    if (syscall(SYS_close_range, REPORT_FD + 1, ~0u, 0) != 0)
        fail("close_range", "");
    close(3);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int s = 1; s < NSIG; s++)
        signal(s, SIG_DFL);
    umask(0);
    struct reader r = read_policy(REPORT_FD);
    const char *hostname = get_str(&r);
    get_str(&r); /* it has no folders, */
    get_u32(&r); /* and nothing listens */
    struct child c = get_child(&r);
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        fail("make mounts private", "");
    if (sethostname(hostname, strlen(hostname)) != 0)
        fail("set the host name", hostname);
    make_root(&r);
    umask(077);
    keep_capabilities(needed);
    execve(c.argv[0], c.argv, c.envp);
    fail("execute the interpreter", "");
}
