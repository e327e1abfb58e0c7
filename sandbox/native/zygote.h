/* What the library shows to a zygote's program (zygote/tds_zygote.py). */
#ifndef ZYGOTE_H
#define ZYGOTE_H

#include <stddef.h>
#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))

/* Opens what is needed for forking; 0 or -1. */
EXPORT int zygote_begin(void);
/* Tells the launcher something, as a record. */
EXPORT void zygote_report(int type, uint32_t a, const char *text);
/* Is this process as a zygote has to be? Else -1, and why. */
EXPORT int zygote_check(char *why, size_t size);
/* Waits for the next request; 0 when the launcher has no more. */
EXPORT int zygote_next(void);
/* Forks for that request. Returns 0 in the child, which is confined then, 1 in
 * the zygote. */
EXPORT int zygote_fork(void);
/* In the child: has it time before it tells that it is ready? */
EXPORT int zygote_rehearses(void);
/* In the child: tells the launcher that it is ready, and waits until it is
 * somebody's; its working directory is then the session folder. */
EXPORT void zygote_wait(void);
/* In the child: its environment, NUL behind each variable. */
EXPORT const char *zygote_environment(size_t *size);

/* The descriptors that zygote_begin has opened. */
void zygote_descriptors(int fds[2]);

#endif
