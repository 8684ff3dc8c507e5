#include "bench/record/latency.h"

#include "bench/stats/stats.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* The median of a figure of each process; NAN where none has it. */
static double median_of(const struct cg_latency_record *latency, size_t offset, double *scratch)
{
    size_t n = 0;
    for (int p = 0; p < latency->n_processes; p++) {
        int64_t value;
        memcpy(&value, (const char *)&latency->processes[p] + offset, sizeof value);
        if (value >= 0)
            scratch[n++] = (double)value;
    }
    return cg_median(scratch, n);
}

/* Counts the runs that were disturbed, and those from the p99 on, where there is one. */
static void count_disturbed(struct cg_latency_record *latency)
{
    latency->slow = latency->slow_disturbed = latency->disturbed = 0;
    for (int p = 0; p < latency->n_processes; p++)
        for (int i = 0; i < latency->processes[p].n; i++) {
            const struct cg_latency_process_record *process = &latency->processes[p];
            const bool slow = (double)process->ns[i] >= latency->p99_ns,
                       disturbed = process->switches[i] > 0 || process->stolen[i] > 0;
            latency->slow += slow;
            latency->slow_disturbed += slow && disturbed;
            latency->disturbed += disturbed;
        }
}

#define OF_PROCESS(member) offsetof(struct cg_latency_process_record, member)

enum cg_status cg_latency_summarise(struct cg_latency_record *latency, struct cg_error *err)
{
    size_t n = 0, room = 0;
    for (int p = 0; p < latency->n_processes; p++)
        room += 1 + (latency->processes[p].n > 0 ? (size_t)latency->processes[p].n : 0);
    if (room == 0)
        return CG_OK;
    double *values = malloc(room * sizeof *values);
    if (!values)
        return cg_fail(err, CG_NO_MEMORY, "no memory to summarise %zu runs", room);
    latency->plan_ns = median_of(latency, OF_PROCESS(plan_ns), values);
    latency->first_run_ns = median_of(latency, OF_PROCESS(first_run_ns), values);
    latency->peak_memory_bytes = median_of(latency, OF_PROCESS(peak_memory_bytes), values);
    for (int p = 0; p < latency->n_processes; p++)
        for (int i = 0; i < latency->processes[p].n; i++)
            values[n++] = (double)latency->processes[p].ns[i];
    cg_sort(values, n);
    latency->runs = (int)n;
    latency->p50_ns = cg_quantile_sorted(values, n, 0.5);
    latency->p90_ns = cg_quantile_sorted(values, n, 0.9);
    latency->p99_ns = n >= CG_P99_RUNS ? cg_quantile_sorted(values, n, 0.99) : NAN;
    count_disturbed(latency);
    free(values);
    return CG_OK;
}
