/* What the machine can do at best, measured: multiply-adds and bytes a second. */
#ifndef CONVGAUGE_BENCH_DEVICE_PEAK_H
#define CONVGAUGE_BENCH_DEVICE_PEAK_H

#include "bench/record/record.h"
#include "base/names.h"
#include "kernels/isa.h"

#include <stddef.h>
#include <stdint.h>

/* Measures the peak f32 multiply-adds of `isa` on `threads` cpus (bound to them while it runs; the caller's
 * own binding is put back). About budget_ns (0: 60 ms). peak->cores is the caller's to fill. CG_UNAVAILABLE:
 * this processor lacks the ISA, or we run under emulation.
 */
enum cg_status cg_peak_measure(enum cg_isa isa, const int *cpus, int threads, int64_t budget_ns,
                               struct cg_peak_record *peak, struct cg_error *err);

#define CG_FLOWS(X) X(CG_READS, "read") X(CG_WRITES, "write") X(CG_COPIES, "copy") /* read + written */
CG_ENUM(cg_flow, CG_FLOWS, CG_FLOW_COUNT)
CG_NAMES_DECLARE(cg_flow)

/* Bandwidth of one working-set size. Bytes a second of all threads together. NAN unknown. */
struct cg_bandwidth {
    char level[8];             /* "L1", "L2", "L3", "DRAM": the level that holds the working set */
    int64_t working_set_bytes; /* of each thread (read and write: one buffer; copy: both buffers together) */
    int threads;
    char cores[32]; /* the --cores spec that the threads were chosen by */
    double bytes_per_s[CG_FLOW_COUNT];
    double frequency_hz;            /* effective, of the first thread's core, between the reads */
    double theory_read_bytes_per_s; /* frequency x bytes a cycle where the core is known, else NAN */
};

/* Measures one working-set size with the fastest loads and stores that the processor has, ordinary and
 * non-temporal: the better counts. `level`, `cores` and theory_read_bytes_per_s are the caller's to fill. */
enum cg_status cg_bandwidth_measure(int64_t working_set_bytes, const int *cpus, int threads,
                                    int64_t budget_ns, struct cg_bandwidth *bandwidth, struct cg_error *err);

/* The hand calculation as a line of text: "3.67 GHz x 2 pipes x 8 lanes = 58.7 Gmadds/s; measured 58.1 (99
 * %)". What does not fit is cut off. */
void cg_peak_explain(const struct cg_peak_record *peak, char *text, size_t size);

/* The same for reading: "3.67 GHz x 64 bytes a cycle = 235.0 GB/s; measured 97.1 %", or bytes a cycle where
 * the core's width is not known. */
void cg_bandwidth_explain(const struct cg_bandwidth *bandwidth, char *text, size_t size);

#endif
