/* A box's whole network: loopback, and on it the one address where something
 * answers. The listening sockets go out to the launcher; nothing in the box can
 * take their place, as their port is taken. */
#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 16

void loopback_up(void)
{
    struct ifreq ifr = {.ifr_flags = IFF_UP | IFF_RUNNING};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    strcpy(ifr.ifr_name, "lo");
    if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &ifr) != 0)
        fail("bring loopback up", "");
    close(fd);
}

static int listen_at(int family, const struct sockaddr *at, socklen_t size)
{
    int one = 1, fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return -1;
    if ((family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one) != 0) ||
        bind(fd, at, size) != 0 || listen(fd, BACKLOG) != 0) {
        int e = errno;
        close(fd);
        errno = e;
        return -1;
    }
    return fd;
}

int loopback_listen(int *files, unsigned port)
{
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int n = 0;

    if ((files[n] = listen_at(AF_INET, (struct sockaddr *)&four, sizeof four)) < 0)
        fail("listen on 127.0.0.1", "");
    n++;
    /* A host without IPv6 has no such address. */
    if ((files[n] = listen_at(AF_INET6, (struct sockaddr *)&six, sizeof six)) >= 0)
        n++;
    else if (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL)
        fail("listen on ::1", "");
    return n;
}
