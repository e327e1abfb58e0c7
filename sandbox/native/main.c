#include "confine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

int main(int argc, char **argv)
{
    /* Executed through a descriptor, its name in ps would be that number. */
    prctl(PR_SET_NAME, "tds-launchpad");
    if (argc >= 3 && strcmp(argv[1], "outer") == 0)
        return outer_main(argc, argv);
    if (argc == 3 && strcmp(argv[1], "box") == 0)
        return box_main(atoi(argv[2]), 0);
    if (argc == 3 && strcmp(argv[1], "shell") == 0)
        return box_main(atoi(argv[2]), 1);
    if (argc == 2 && strcmp(argv[1], "zygote") == 0)
        return zygote_main();
    if (argc == 2 && strcmp(argv[1], "probe") == 0)
        return probe_main();
    fprintf(stderr, "confine is started by tds-launchpad only\n");
    return 2;
}
