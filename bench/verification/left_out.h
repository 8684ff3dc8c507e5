/* What is said of engines that refuse every graph in some of the ways that were asked for. */
#ifndef CONVGAUGE_BENCH_VERIFICATION_LEFT_OUT_H
#define CONVGAUGE_BENCH_VERIFICATION_LEFT_OUT_H

#include "bench/verification/verify.h"

/* Receives the engines ("ncnn, ncnn:winograd=0", `several`), where they are left out (" at avx2, scalar", or
 * "": everywhere, or said behind each engine, "ncnn (at avx2), ncnn:winograd=0 (everywhere)") and why. */
typedef void (*cg_left_out_tell)(const char *engines, bool several, const char *where, const char *reason);

/* Tells each reason among the verdicts that are refusals once, however many variants and engines have it. */
void cg_left_out(const struct cg_variant *variants, const struct cg_verdict *verdicts, int n,
                 cg_left_out_tell tell);

#endif
