/* The numbers of processes: see confine.h. */
#include "confine.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* Whoever opened the file, a write is about the writer's own PID namespace. */
int open_numbers(void)
{
    return open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
}

int next_number(int fd, int n)
{
    char text[16];
    int len = snprintf(text, sizeof text, "%d", n - 1);

    return pwrite(fd, text, len, 0) == len ? 0 : -1;
}
