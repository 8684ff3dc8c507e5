/* A kind of library that an engine loads, and one that was found. */
#ifndef CONVGAUGE_KERNELS_LIBRARY_KIND_H
#define CONVGAUGE_KERNELS_LIBRARY_KIND_H

#include <limits.h>
#include <stdbool.h>

/* What an engine looks for. */
struct cg_library_kind {
    const char *engine; /* its folders are ENGINE-VERSION */
    const char *file;   /* how the file's name begins: "libonnxruntime.so" */
    /* Asks an open library for its version; false with a reason: it will not do. Called in a process of its
     * own. */
    bool (*ask)(void *library, char version[64], char why_not[256]);
};

struct cg_library {
    bool usable;
    char path[PATH_MAX]; /* "" when none was found */
    char version[64];    /* "" when it was not asked for */
    char others[256];    /* versions that were found beside it */
    char why_not[512];   /* a sentence when not usable */
};

#endif
