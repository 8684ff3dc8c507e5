/* Ctrl-C and its like, for the commands that measure: what was measured until then is kept. */
#ifndef CONVGAUGE_BENCH_COMMANDS_INTERRUPT_H
#define CONVGAUGE_BENCH_COMMANDS_INTERRUPT_H

#include <signal.h>

/* Not 0 once the process was asked to end. */
extern volatile sig_atomic_t cg_interrupted;

/* From now on SIGINT, SIGTERM and SIGHUP only set cg_interrupted, and a reader of the output that goes away
 * is a failed write rather than the end of the process. */
void cg_catch_interrupts(void);

#endif
