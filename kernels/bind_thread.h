/* Binding of threads to processors, for engines whose thread runtime does not do it. */
#ifndef CONVGAUGE_KERNELS_BIND_THREAD_H
#define CONVGAUGE_KERNELS_BIND_THREAD_H

#include <stdbool.h>

/* Binds the calling thread to one logical cpu (OS index). True when the thread then runs there: the system is
 * asked after the binding, not believed. */
bool cg_bind_thread(int cpu);

/* OS id of the calling thread (gettid). */
int cg_thread_id(void);

#endif
