/* Binding threads to processors and reading back where they really run. */
#ifndef CONVGAUGE_BENCH_DEVICE_PIN_H
#define CONVGAUGE_BENCH_DEVICE_PIN_H

#include "base/error.h"

/* Binds the calling thread to one cpu (OS number) and checks that it runs there. CG_UNAVAILABLE says why not.
 */
enum cg_status cg_pin_self(int cpu, struct cg_error *err);

/* Binds the calling thread (or, tid > 0, a thread of this user's) to a set of cpus. */
enum cg_status cg_pin_thread(int tid, const int *cpus, int n, struct cg_error *err);

/* Gives the calling thread back the cpus that the process was given: libraries may bind its first thread
 * while they are loaded (libgomp does, by OMP_PROC_BIND, OMP_PLACES, GOMP_CPU_AFFINITY). Nothing where the C
 * library runs no code of a program before its libraries'. */
void cg_affinity_restore(void);

/* The cpu that the calling thread runs on now (OS number), or -1. Tens of nanoseconds. */
int cg_current_cpu(void);

/* The cpus that the thread (0: the calling one) may run on: fills at most `max`, returns how many; -1
 * unknown. */
int cg_affinity(int tid, int *cpus, int max);

#endif
