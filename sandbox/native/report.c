#include "confine.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TEXT_MAX 400

static void put32(uint8_t *p, uint32_t v)
{
    p[0] = v, p[1] = v >> 8, p[2] = v >> 16, p[3] = v >> 24;
}

void report(int fd, int type, uint32_t a, uint32_t b, const char *text)
{
    uint8_t rec[11 + TEXT_MAX];
    size_t n = strlen(text), off = 0;

    if (n > TEXT_MAX)
        n = TEXT_MAX;
    rec[0] = type;
    put32(rec + 1, a);
    put32(rec + 5, b);
    rec[9] = n, rec[10] = n >> 8;
    memcpy(rec + 11, text, n);
    n += 11;
    while (off < n) {
        /* The reader may be gone; then there is nobody to tell. */
        ssize_t w = write(fd, rec + off, n - off);
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            return;
        off += w;
    }
}

void report_files(int fd, int type, const int *files, int n)
{
    uint8_t rec[11] = {type};
    struct iovec iov = {rec, sizeof rec};
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(REPORT_FILES_MAX * sizeof(int))];
    } control;
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control};

    memset(&control, 0, sizeof control);
    m.msg_controllen = CMSG_SPACE(n * sizeof(int));
    control.head.cmsg_level = SOL_SOCKET;
    control.head.cmsg_type = SCM_RIGHTS;
    control.head.cmsg_len = CMSG_LEN(n * sizeof(int));
    memcpy(CMSG_DATA(&control.head), files, n * sizeof(int));
    while (sendmsg(fd, &m, MSG_NOSIGNAL) < 0)
        if (errno != EINTR)
            fail("pass descriptors out", "");
}

void fail(const char *step, const char *detail)
{
    char text[TEXT_MAX];
    int e = errno;

    snprintf(text, sizeof text, "%s%s%s", step, *detail ? " " : "", detail);
    report(REPORT_FD, REC_ERROR, e, 0, text);
    _exit(125);
}
