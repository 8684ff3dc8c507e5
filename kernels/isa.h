/* Instruction sets that convgauge has kernels for: one list for dispatch, `--isa`, records and build. */
#ifndef CONVGAUGE_KERNELS_ISA_H
#define CONVGAUGE_KERNELS_ISA_H

#include "base/names.h"

#include <stdbool.h>

/* X: identifier, name. In rising order within an architecture: a cap allows itself and what stands before it.
 */
#define CG_ISAS(X)                                                                                           \
    X(CG_ISA_SCALAR, "scalar")                                                                               \
    X(CG_ISA_NEON, "neon")                                                                                   \
    X(CG_ISA_AVX2, "avx2")     /* AVX2 + FMA */                                                              \
    X(CG_ISA_AVX512, "avx512") /* AVX-512 F, BW, DQ, VL */

CG_ENUM(cg_isa, CG_ISAS, CG_ISA_COUNT)
CG_NAMES_DECLARE(cg_isa)

/* Whether this processor (and the system's saved state) can run `isa`. */
bool cg_isa_available(enum cg_isa isa);

/* The highest available one. */
enum cg_isa cg_isa_best(void);

#endif
