/* From uid 0 of U to the interpreter, in the one order that works: what needs
 * rights first, then the rights, then Landlock (which needs no rights but
 * files), then seccomp (which would forbid the others), then execve; a zygote's
 * child is the interpreter already. */
#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

static int errors = -1;

/* Tells the init, which tells the launcher; a zygote's child tells it itself. */
static void __attribute__((noreturn)) give_up(const char *step)
{
    char buf[200];
    int e = errno;
    size_t n = strlen(step);

    if (errors < 0)
        fail(step, "");

    if (n > sizeof buf - 4)
        n = sizeof buf - 4;
    memcpy(buf, &e, 4);
    memcpy(buf + 4, step, n);
    if (write(errors, buf, n + 4) < 0)
        _exit(126);
    _exit(125);
}

/* The bounding set ends where the kernel says EINVAL. */
static int drop_bounding(uint64_t keep)
{
    for (int cap = 0; cap < 64; cap++)
        if (!(keep >> cap & 1) && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) != 0)
            return errno == EINVAL;
    return 1;
}

/* Empties the other sets; returns the step that failed. */
static const char *drop_sets(void)
{
    struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2] = {0};

    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
        return "clear ambient capabilities";
    if (syscall(SYS_capset, &head, none) != 0)
        return "drop capabilities";
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return "set no_new_privs";
    return NULL;
}

void drop_capabilities(void)
{
    const char *step = drop_bounding(0) ? drop_sets() : "drop the bounding set";

    if (step)
        fail(step, "");
}

void keep_capabilities(uint64_t keep)
{
    struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct kept[2] = {{keep, keep, 0}, {keep >> 32, keep >> 32, 0}};

    if (!drop_bounding(keep))
        fail("drop the bounding set", "");
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 || syscall(SYS_capset, &head, kept) != 0)
        fail("drop capabilities", "");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        fail("set no_new_privs", "");
}

/* By "0", which spares the kernel the wait that moving another process takes. */
void enter_cgroups(int first, int count)
{
    for (int i = 0; i < count; i++)
        if (write(first + i, "0", 1) != 1)
            fail("enter a cgroup", "");
}

struct child get_child(struct reader *r)
{
    struct child c = {.oom = get_str(r)};
    uint32_t len;

    c.uid = get_u32(r);
    c.gid = get_u32(r);
    c.keep_groups = get_u8(r);
    c.argv = get_strs(r);
    c.envp = get_strs(r);
    c.limits = (const uint8_t *)get_bytes(r, &len);
    c.nlimits = len / 20;
    c.filter = get_bytes(r, &c.filter_len);
    c.ll_handled = get_u64(r);
    c.ll_scoped = get_u64(r);
    c.ll_count = get_u32(r);
    c.ll_rules.p = r->p;
    for (uint32_t i = 0; i < c.ll_count; i++) {
        get_u64(r);
        get_str(r);
    }
    c.ll_rules.end = r->p;
    return c;
}

void await_handover(struct child *c, int fd)
{
    struct reader r = read_policy(fd);
    size_t n = 0, m = 0;

    c->cwd = get_str(&r);
    char **more = get_strs(&r);
    while (c->envp[n])
        n++;
    while (more[m])
        m++;
    char **all = calloc(n + m + 1, sizeof *all);
    if (!all)
        fail("take the box over", "(memory)");
    memcpy(all, c->envp, n * sizeof *all);
    memcpy(all + n, more, m * sizeof *all);
    c->envp = all;
}

static void set_limits(const struct child *c)
{
    struct reader r = {c->limits, c->limits + (size_t)c->nlimits * 20};

    for (uint32_t i = 0; i < c->nlimits; i++) {
        int resource = get_u32(&r);
        struct rlimit l = {.rlim_cur = get_u64(&r)};
        l.rlim_max = get_u64(&r);
        /* Never above what this process may have; lower is stricter. */
        struct rlimit have;
        if (getrlimit(resource, &have) == 0 && have.rlim_max < l.rlim_max)
            l.rlim_max = have.rlim_max;
        if (l.rlim_cur > l.rlim_max)
            l.rlim_cur = l.rlim_max;
        if (setrlimit(resource, &l) != 0)
            give_up("set resource limits");
    }
}

static void become(const struct child *c)
{
    /* Locked: uid 0 would mean nothing to this process even if it got it. */
    unsigned long bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP_LOCKED |
                         SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |
                         SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

    if (!drop_bounding(0))
        give_up("drop the bounding set");
    if (prctl(PR_SET_SECUREBITS, bits, 0, 0, 0) != 0)
        give_up("lock secure bits");
    if (!c->keep_groups && setgroups(0, NULL) != 0)
        give_up("empty the supplementary groups");
    if (setresgid(c->gid, c->gid, c->gid) != 0)
        give_up("setresgid");
    if (setresuid(c->uid, c->uid, c->uid) != 0)
        give_up("setresuid");
    /* setresuid has cleared permitted and effective, not the others. */
    const char *step = drop_sets();
    if (step)
        give_up(step);
}

/* Forgets the session keyring of whoever started the service; a kernel without
 * keyrings has none to forget. Only now, as the new one counts against its
 * owner's quota, and the launcher's is 200 keys. */
static void new_keyring(void)
{
    if (syscall(SYS_keyctl, 1 /* JOIN_SESSION_KEYRING */, NULL) < 0 && errno != ENOSYS)
        give_up("join a new session keyring");
}

static void landlock(const struct child *c)
{
    struct {
        uint64_t fs, net, scoped;
    } attr = {c->ll_handled, 0, c->ll_scoped};
    struct reader r = c->ll_rules;

    if (!c->ll_handled)
        return;
    /* Kernels before scopes take the shorter structure only. */
    int set = syscall(SYS_landlock_create_ruleset, &attr, attr.scoped ? sizeof attr : 8, 0);
    if (set < 0)
        give_up("create a Landlock ruleset");
    for (uint32_t i = 0; i < c->ll_count; i++) {
        struct {
            uint64_t access;
            int32_t fd;
        } __attribute__((packed)) rule;
        rule.access = get_u64(&r);
        const char *path = get_str(&r);
        rule.fd = open(path, O_PATH | O_CLOEXEC);
        if (rule.fd < 0 || syscall(SYS_landlock_add_rule, set, 1 /* PATH_BENEATH */, &rule, 0) != 0)
            give_up("add a Landlock rule");
        close(rule.fd);
    }
    if (syscall(SYS_landlock_restrict_self, set, 0) != 0)
        give_up("apply Landlock");
    close(set);
}

static void seccomp(const struct child *c)
{
    struct sock_fprog prog = {.len = c->filter_len / sizeof(struct sock_filter),
                              .filter = (struct sock_filter *)c->filter};

    if (prog.len == 0)
        return; /* the kernel has none, and the configuration waives it */
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) != 0)
        give_up("apply seccomp");
}

void confine_self(const struct child *c)
{
    if (setsid() < 0)
        give_up("setsid");
    set_limits(c);
    become(c);
    new_keyring();
    umask(077);
    landlock(c);
    seccomp(c);
}

void run_child(const struct child *c, int errfd)
{
    /* 0, 1, 2 and 3 are as the launcher made them. */
    errors = fcntl(errfd, F_DUPFD_CLOEXEC, 10);
    if (errors < 0)
        fail("dup", "");
    close(REPORT_FD);
    if (syscall(SYS_close_range, REPORT_FD, errors - 1, 0) != 0 ||
        syscall(SYS_close_range, errors + 1, ~0u, 0) != 0)
        give_up("close descriptors");
    confine_self(c);
    if (chdir(c->cwd) != 0)
        give_up("enter the session folder");
    execve(c->argv[0], c->argv, c->envp);
    give_up("execute the interpreter");
}
