/* The process itself, before and beside what a command does: descriptors, signals, stack, output. */
#ifndef CONVGAUGE_BENCH_COMMANDS_PROCESS_H
#define CONVGAUGE_BENCH_COMMANDS_PROCESS_H

#include "base/error.h"

#include <signal.h>

/* First of all: the process runs on the cpus that it was given, whatever libraries bound it to; descriptors 0
 * to 2 that were closed lead to /dev/null (what is printed to a closed standard output counts as lost), a
 * file that grows beyond its limit (ulimit -f) is a failed write, and SIGINT, SIGTERM and SIGHUP end the
 * process with a sentence and the status of an interruption; those that were ignored at the start (nohup)
 * stay so. CG_UNAVAILABLE: the stack is too small for any command. */
enum cg_status cg_process_start(struct cg_error *err);

/* The program as a command line names it: its path where it was started by one, "convgauge" where it was
 * found in $PATH. */
const char *cg_program_word(void);

/* Not 0 once the process was asked to end. */
extern volatile sig_atomic_t cg_interrupted;

/* From now on SIGINT, SIGTERM and SIGHUP (unless ignored at the start) only set cg_interrupted, and a reader
 * of the output that goes away is a failed write rather than the end of the process. */
void cg_catch_interrupts(void);

/* Last of all: `status`, or CG_IO where it was CG_OK and output was lost (a full disk, a closed pipe). */
enum cg_status cg_process_finish(enum cg_status status, struct cg_error *err);

#endif
