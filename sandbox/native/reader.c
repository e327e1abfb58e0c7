#include "confine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A policy with a language's files in it is below 1 MB; Go checks the same. */
#define POLICY_MAX (16u << 20)

static void need(struct reader *r, size_t n)
{
    if ((size_t)(r->end - r->p) < n) {
        errno = EPROTO;
        fail("read the policy", "(truncated)");
    }
}

uint8_t get_u8(struct reader *r)
{
    need(r, 1);
    return *r->p++;
}

uint32_t get_u32(struct reader *r)
{
    need(r, 4);
    uint32_t v = r->p[0] | r->p[1] << 8 | r->p[2] << 16 | (uint32_t)r->p[3] << 24;
    r->p += 4;
    return v;
}

uint64_t get_u64(struct reader *r)
{
    uint64_t lo = get_u32(r);
    return lo | (uint64_t)get_u32(r) << 32;
}

const char *get_bytes(struct reader *r, uint32_t *len)
{
    *len = get_u32(r);
    need(r, (size_t)*len + 1);
    const char *s = (const char *)r->p;
    if (s[*len] != 0) {
        errno = EPROTO;
        fail("read the policy", "(string without end)");
    }
    r->p += (size_t)*len + 1;
    return s;
}

const char *get_str(struct reader *r)
{
    uint32_t n;
    const char *s = get_bytes(r, &n);

    if (strlen(s) != n) {
        errno = EPROTO;
        fail("read the policy", "(NUL inside a string)");
    }
    return s;
}

char **get_strs(struct reader *r)
{
    uint32_t n = get_u32(r);

    need(r, (size_t)n * 5);
    char **v = calloc((size_t)n + 1, sizeof *v);
    if (!v)
        fail("read the policy", "(memory)");
    for (uint32_t i = 0; i < n; i++)
        v[i] = (char *)get_str(r);
    return v;
}

static void read_all(int fd, uint8_t *p, size_t n)
{
    while (n > 0) {
        ssize_t got = read(fd, p, n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            _exit(124); /* the launcher gave up on this box */
        p += got;
        n -= got;
    }
}

struct reader read_policy(int fd)
{
    uint8_t head[4];
    struct reader r = {head, head + 4};

    read_all(fd, head, 4);
    uint32_t n = get_u32(&r);
    if (n > POLICY_MAX) {
        errno = EMSGSIZE;
        fail("read the policy", "");
    }
    uint8_t *buf = malloc(n ? n : 1);
    if (!buf)
        fail("read the policy", "(memory)");
    read_all(fd, buf, n);
    return (struct reader){buf, buf + n};
}
