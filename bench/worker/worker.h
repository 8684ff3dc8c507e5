/* The process that compiles, checks and runs jobs for the scheduler. */
#ifndef CONVGAUGE_BENCH_WORKER_WORKER_H
#define CONVGAUGE_BENCH_WORKER_WORKER_H

#include "base/error.h"
#include "kernels/engine.h"

/* The hidden command `worker`: argv as given by the scheduler, argv[0] being "worker". `find` maps engine
 * names (cg_engine_find, or a test's own table). Returns when told to quit, or an error when called by
 * anything else. */
enum cg_status cg_worker_main(int argc, char **argv, const struct cg_engine *(*find)(const char *name),
                              struct cg_error *err);

#endif
