/* The box's root: a tmpfs made from nothing, so that what no step names is
 * absent rather than forbidden. Bind sources are opened before the new root
 * covers anything, targets are only reached inside the new root. */
#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_open_tree
#define SYS_open_tree 428
#define SYS_move_mount 429
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

int sys_open_tree(int dfd, const char *path, unsigned flags)
{
    return syscall(SYS_open_tree, dfd, path, flags | O_CLOEXEC);
}

int sys_move_mount(int fd, int dfd, const char *path)
{
    return syscall(SYS_move_mount, fd, "", dfd, path, 4 /* F_EMPTY_PATH */);
}

int sys_mount_setattr(int dfd, const char *path, unsigned flags, struct mnt_attr *a)
{
    return syscall(SYS_mount_setattr, dfd, path, flags, a, sizeof *a);
}

struct step {
    uint8_t kind, flags;
    uint32_t mode;
    uint32_t attr; /* mount attributes to set */
    const char *target, *source;
    const char *data;
    uint32_t len;
    int tree; /* a bind's source */
};

static struct step get_step(struct reader *r)
{
    struct step s = {.tree = -1};

    s.kind = get_u8(r);
    s.flags = get_u8(r);
    s.mode = get_u32(r);
    s.attr = get_u32(r);
    s.target = get_str(r);
    s.source = get_str(r);
    s.data = get_bytes(r, &s.len);
    if (s.target[0] != '/') {
        errno = EINVAL;
        fail("read the policy", s.target);
    }
    return s;
}

/* "/x" as seen from the new root, which is the working directory. */
static const char *rel(const char *path)
{
    return path[1] ? path + 1 : ".";
}

static void set_attr(int dfd, const char *path, const struct step *s)
{
    struct mnt_attr a = {.set = s->attr};
    unsigned flags = (s->flags & STEP_RECURSIVE ? AT_RECURSIVE : 0) | (*path ? 0 : AT_EMPTY_PATH);

    if (s->attr && sys_mount_setattr(dfd, path, flags, &a) != 0)
        fail("set mount attributes of", s->target);
}

static void write_file(const struct step *s)
{
    int fd = open(rel(s->target), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, s->mode);

    if (fd < 0)
        fail("create", s->target);
    for (size_t off = 0; off < s->len;) {
        ssize_t n = write(fd, s->data + off, s->len - off);
        if (n < 0)
            fail("write", s->target);
        off += n;
    }
    close(fd);
}

/* Puts a tree opened before where the target says, making a place for it. */
static void attach(const struct step *s)
{
    struct stat st;

    if (fstat(s->tree, &st) != 0)
        fail("stat", s->source);
    if (S_ISDIR(st.st_mode)) {
        if (mkdir(rel(s->target), 0755) != 0 && errno != EEXIST)
            fail("mkdir", s->target);
    } else {
        int fd = open(rel(s->target), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (fd < 0)
            fail("create", s->target);
        close(fd);
    }
    set_attr(s->tree, "", s);
    if (sys_move_mount(s->tree, AT_FDCWD, rel(s->target)) != 0)
        fail("attach", s->target);
    close(s->tree);
}

/* Covers an entry of /proc by what is empty. */
static void mask(const struct step *s)
{
    struct stat st;

    if (lstat(rel(s->target), &st) != 0)
        return; /* this kernel doesn't have it */
    const char *cover = S_ISDIR(st.st_mode) ? s->source : "/dev/null";
    int tree = sys_open_tree(AT_FDCWD, rel(cover), TREE_CLONE);
    struct mnt_attr a = {.set = s->attr};
    if (tree < 0 || sys_mount_setattr(tree, "", AT_EMPTY_PATH, &a) != 0 ||
        sys_move_mount(tree, AT_FDCWD, rel(s->target)) != 0)
        fail("mask", s->target);
    close(tree);
}

static void apply(const struct step *s)
{
    switch (s->kind) {
    case STEP_DIR:
        if (mkdir(rel(s->target), s->mode) != 0 && errno != EEXIST)
            fail("mkdir", s->target);
        break;
    case STEP_FILE:
        write_file(s);
        break;
    case STEP_SYMLINK:
        if (symlink(s->source, rel(s->target)) != 0)
            fail("symlink", s->target);
        break;
    case STEP_BIND:
        if (s->tree >= 0)
            attach(s);
        break;
    case STEP_TMPFS:
        if (mount("tmpfs", rel(s->target), "tmpfs", MS_NOSUID | MS_NODEV, s->data) != 0)
            fail("mount tmpfs on", s->target);
        set_attr(AT_FDCWD, rel(s->target), s);
        break;
    case STEP_PROC:
        if (mount("proc", rel(s->target), "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, s->data) != 0)
            fail("mount proc on", s->target);
        break;
    case STEP_MASK:
        mask(s);
        break;
    case STEP_ATTR:
        set_attr(AT_FDCWD, rel(s->target), s);
        break;
    default:
        errno = EINVAL;
        fail("unknown step for", s->target);
    }
}

/* Mounts the new root over a directory that every Linux has. */
static void new_root(const char *options)
{
    static const char *const places[] = {"/tmp", "/mnt", "/proc"};

    for (unsigned i = 0; i < sizeof places / sizeof *places; i++) {
        if (mount("tmpfs", places[i], "tmpfs", MS_NOSUID | MS_NODEV, options) == 0) {
            if (chdir(places[i]) != 0)
                fail("enter the new root", "");
            return;
        }
        if (errno != ENOENT && errno != ENOTDIR)
            break;
    }
    fail("mount a tmpfs as the new root", "");
}

int writable_root(void)
{
    struct mnt_attr a = {.clr = 1}; /* MOUNT_ATTR_RDONLY */
    int tree = sys_open_tree(AT_FDCWD, "/", TREE_CLONE);

    if (tree < 0 || sys_mount_setattr(tree, "", AT_EMPTY_PATH, &a) != 0)
        fail("clone the root", "");
    return tree;
}

void make_root(struct reader *r)
{
    const char *options = get_str(r);
    uint32_t n = get_u32(r);
    struct step *steps = calloc((size_t)n + 1, sizeof *steps);

    if (!steps)
        fail("read the policy", "(memory)");
    for (uint32_t i = 0; i < n; i++) {
        struct step *s = &steps[i];
        *s = get_step(r);
        if (s->kind != STEP_BIND)
            continue;
        s->tree = sys_open_tree(AT_FDCWD, s->source,
                                TREE_CLONE | (s->flags & STEP_RECURSIVE ? AT_RECURSIVE : 0));
        if (s->tree < 0 && !(s->flags & STEP_OPTIONAL && errno == ENOENT))
            fail("bind", s->source);
    }
    new_root(options);
    for (uint32_t i = 0; i < n; i++)
        apply(&steps[i]);
    free(steps);
    /* Stacked on each other, the old root can be let go without a place for it. */
    if (syscall(SYS_pivot_root, ".", ".") != 0)
        fail("pivot_root", "");
    if (umount2(".", MNT_DETACH) != 0)
        fail("unmount the old root", "");
    if (chdir("/") != 0)
        fail("enter the new root", "");
}
