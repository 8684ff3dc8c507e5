/* Errors as values: a status with a sentence, made where the fault is seen, given context on the way up,
 * printed once by the command. No function below the commands writes to stderr or exits. */
#ifndef CONVGAUGE_BASE_ERROR_H
#define CONVGAUGE_BASE_ERROR_H

#include "base/names.h"

/* One list for the enum, the names and the exit codes (X: identifier, name, exit code of the program). */
#define CG_STATUSES(X)                                                                                       \
    X(CG_OK, "ok", 0)                                                                                        \
    X(CG_INVALID, "invalid", 2)         /* bad usage or bad input: the user can mend it */                   \
    X(CG_UNSUPPORTED, "unsupported", 2) /* valid, but this engine or build cannot do it */                   \
    X(CG_UNAVAILABLE, "unavailable", 2) /* not on this machine (ISA, library, counters, emulation) */        \
    X(CG_NO_MEMORY, "no memory", 1)                                                                          \
    X(CG_IO, "input/output", 1)                                                                              \
    X(CG_FAILED, "failed", 1)             /* broke while running */                                          \
    X(CG_CHECK_FAILED, "check failed", 3) /* a comparison did not hold */                                    \
    X(CG_INTERRUPTED, "interrupted", 130)

CG_ENUM(cg_status, CG_STATUSES, CG_STATUS_COUNT)
CG_NAMES_DECLARE(cg_status)

/* A status with its sentence. Zero-initialise it; CG_OK with an empty text is "no error". A plain value: copy
 * it freely, nothing to free. */
struct cg_error {
    enum cg_status status;
    char text[1024];
};

/* Sets `err` (which may be NULL) to `status` with a formatted sentence and returns `status`, so that a caller
 * can `return cg_fail(err, CG_INVALID, "...")`. The sentence says what is wrong and what to do; it has no
 * trailing newline or full stop. Too long a text is cut, never overrun. */
enum cg_status cg_fail(struct cg_error *err, enum cg_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "context: " before the text of `err` (which may be NULL) and returns its status (CG_FAILED if `err` is
 * NULL): where the fault lies, from the inside out (layer, network, file). */
enum cg_status cg_context(struct cg_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The exit code of the program for a status: 0 done, 1 failed, 2 bad usage or input, 3 a check did not hold,
 * 130 interrupted. */
int cg_exit_code(enum cg_status status);

#endif
