/* The native helper: applies policy that Go has computed. No policy in here.
 *
 * confine outer EXEFD    makes the user namespace U and is the parent of its init
 * confine box N          is the init of one satellite's box, in N cgroups
 * confine shell N        the same without an interpreter: a zygote's child joins it
 * confine zygote         becomes a warmed interpreter
 * confine probe          tries what boxes need, one thing after the other
 *
 * What the zygote's children need is built once more as a shared library
 * (zygote.c), so that the same code confines in both ways of starting.
 *
 * Descriptors are fixed (see start.go and box.go). Reports go to Go as
 * records: type, two little-endian 32-bit numbers, a 16-bit length, that much text.
 */
#ifndef CONFINE_H
#define CONFINE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define REPORT_FD 4 /* where reports go and orders come from */
#define CGROUPS_FD 5 /* box: and up, the cgroups' files to write oneself into */

/* Which numbers processes have, in a box as in U: 1 is the init, 2 a box's
 * interpreter; those up to NUMBERS_LAST but one are for zygotes, and the last
 * for what stands between a zygote and its child. No other process of a box
 * ever has one of these, so that nothing that notices a fork by its number
 * takes a satellite for its zygote. (After the last number of all the kernel
 * begins again at 300.) */
#define NUMBERS_FIRST 3
#define NUMBERS_LAST 49
/* Opens the file in which the next process's number but one is set. */
int open_numbers(void);
/* The next process made in this PID namespace gets number n, or above. */
int next_number(int fd, int n);

/* Record types. */
enum {
    REC_ERROR = 'E',   /* a: errno; text: step */
    REC_USERNS = 'U',  /* outer: in the new user namespace, waits for its map */
    REC_STARTED = 'S', /* outer: the launcher is executed */
    REC_RUNNING = 'R', /* box: the interpreter is executed; zygote's child: is confined */
    REC_BORN = 'B',    /* box: in its cgroups, a zygote may fork into it */
    REC_MADE = 'M',    /* box: its root is made, its descriptors come along */
    REC_WARM = 'W',    /* zygote: ready; a: its number; text: what it has imported */
    REC_MISSING = 'N', /* zygote: text: what it could not import, and why */
    REC_PLACE = 'D',   /* zygote: text: a directory that it imports from */
    REC_UNFIT = 'F',   /* zygote: text: why it must not be forked */
    REC_EXIT = 'X',    /* a: exit status, b: signal */
    REC_PROBE = 'P',   /* a: errno or 0, b: a number found; text: what was tried */
};

void report(int fd, int type, uint32_t a, uint32_t b, const char *text);
/* Reports with up to so many descriptors, which stay open here. */
#define REPORT_FILES_MAX 4
void report_files(int fd, int type, const int *files, int n);
/* Reports errno with step and detail, and exits. */
void fail(const char *step, const char *detail) __attribute__((noreturn));

/* Reader over a policy's bytes. Any overrun is fatal: bytes come from Go. */
struct reader {
    const uint8_t *p, *end;
};
uint8_t get_u8(struct reader *r);
uint32_t get_u32(struct reader *r);
uint64_t get_u64(struct reader *r);
/* Bytes with their length; always followed by a NUL that is not counted. */
const char *get_bytes(struct reader *r, uint32_t *len);
const char *get_str(struct reader *r);
/* A NULL-terminated array of strings, allocated. */
char **get_strs(struct reader *r);
/* Reads a whole policy from the report socket. */
struct reader read_policy(int fd);

/* Steps that make a box's root (spec.go has the same numbers). */
enum {
    STEP_DIR = 1,
    STEP_FILE = 2,
    STEP_SYMLINK = 3,
    STEP_BIND = 4,
    STEP_TMPFS = 5,
    STEP_PROC = 6,
    STEP_MASK = 7,
    STEP_ATTR = 8,
};
#define STEP_OPTIONAL 1  /* flag: a missing source is not an error */
#define STEP_RECURSIVE 2 /* flag: attributes for everything below as well */

/* Replaces the root by the tree that the policy's steps describe. */
void make_root(struct reader *r);
/* The root once more, for who holds the descriptor: there it can be written to,
 * whatever it is in the box. */
int writable_root(void);

/* Brings the box's loopback up. */
void loopback_up(void);
/* Listens where a script finds its engine, by IPv4 and, if there is, IPv6;
 * returns how many. */
#define LISTENERS_MAX 2
int loopback_listen(int *files, unsigned port);

/* Mount attributes, as in linux/mount.h (which clashes with sys/mount.h). */
struct mnt_attr {
    uint64_t set, clr, propagation, userns;
};
int sys_open_tree(int dfd, const char *path, unsigned flags);
int sys_move_mount(int fd, int dfd, const char *path);
int sys_mount_setattr(int dfd, const char *path, unsigned flags, struct mnt_attr *a);
#define TREE_CLONE 1u

/* What the interpreter gets; see child.c. */
struct child {
    const char *oom; /* its oom_score_adj */
    const char *cwd; /* known at the hand-over */
    uint32_t uid, gid;
    uint8_t keep_groups; /* setgroups is forbidden (single uid) */
    char **argv, **envp;
    uint32_t nlimits;
    const uint8_t *limits; /* resource u32, soft u64, hard u64 each */
    const char *filter;
    uint32_t filter_len; /* bytes */
    uint64_t ll_handled, ll_scoped;
    struct reader ll_rules;
    uint32_t ll_count;
};
struct child get_child(struct reader *r);
/* Waits for the hand-over: the session folder and more variables. */
void await_handover(struct child *c, int fd);
/* Makes everything of c true of this process but the environment and the working
 * directory; the report socket stays. */
void confine_self(const struct child *c);
void run_child(const struct child *c, int errfd) __attribute__((noreturn));
/* Gives up every capability in every set. */
void drop_capabilities(void);
/* Gives up those that are not in keep (bits), for this program and the next. */
void keep_capabilities(uint64_t keep);
/* Writes this process into the cgroups whose files are at first and up. */
void enter_cgroups(int first, int count);

int outer_main(int argc, char **argv);
int box_main(int cgroups, int shell);
int zygote_main(void);
int probe_main(void);

#endif
