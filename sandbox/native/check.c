/* The zygote's look at itself before it forks: whatever a package has done
 * while it was imported, nothing of it may reach from one child to another. */
#define _GNU_SOURCE
#include "confine.h"
#include "zygote.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int tasks(void)
{
    DIR *d = opendir("/proc/self/task");
    int n = 0;

    for (struct dirent *e; d && (e = readdir(d));)
        n += e->d_name[0] != '.';
    if (d)
        closedir(d);
    return n;
}

/* A mapping that children would share with each other and could write to. */
static int shared_mapping(char *line, size_t size)
{
    FILE *f = fopen("/proc/self/maps", "re");
    char perms[5];
    int found = !f;

    while (f && !found && fgets(line, size, f))
        found = sscanf(line, "%*s %4s", perms) != 1 || (perms[1] == 'w' && perms[3] == 's');
    if (f)
        fclose(f);
    return found;
}

static int other_descriptor(void)
{
    DIR *d = opendir("/proc/self/fd");
    int own[2], other = -1;

    if (!d)
        return 0;
    zygote_descriptors(own);
    for (struct dirent *e; (e = readdir(d));) {
        int fd = atoi(e->d_name);
        if (e->d_name[0] != '.' && fd > 2 && fd != REPORT_FD && fd != own[0] && fd != own[1] && fd != dirfd(d))
            other = fd;
    }
    closedir(d);
    return other;
}

int zygote_check(char *why, size_t size)
{
    char line[300] = "";
    int n;

    if ((n = getpid()) < NUMBERS_FIRST || n >= NUMBERS_LAST)
        snprintf(why, size, "its process number is %d, which a satellite could have", n);
    else if ((n = tasks()) != 1)
        snprintf(why, size, "it has %d threads", n);
    else if (shared_mapping(line, sizeof line))
        snprintf(why, size, "it has a shared writable mapping: %s", line);
    else if ((n = other_descriptor()) >= 0) {
        char to[200] = "?", name[40];
        snprintf(name, sizeof name, "/proc/self/fd/%d", n);
        if (readlink(name, to, sizeof to - 1) < 0)
            to[0] = '?';
        snprintf(why, size, "it has descriptor %d open: %s", n, to);
    } else
        return 0;
    return -1;
}
