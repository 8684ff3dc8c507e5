/* The checker of engine native's micro-kernels, as dav1d's checkasm is: every kernel is held against plain C
 * at shapes that are made from its row of the table, and timed only where it is right. Names that begin with
 * ck_ are this program's. */
#ifndef CONVGAUGE_KERNELS_CHECK_CHECK_H
#define CONVGAUGE_KERNELS_CHECK_CHECK_H

#include "base/names.h"
#include "bench/graph/graph.h"
#include "kernels/check/operands.h"
#include "kernels/native/microkernel.h"

struct ck_kind;

/* A kernel: a row of a table of an instruction set. */
struct ck_kernel {
    char name[72];
    const struct ck_kind *kind;
    const struct cg_native_kernels *isa;
    cg_gemm_fn *gemm; /* gemm and group kernels */
    int tile_m;       /* theirs */
    int tile_n;       /* gemm */
    bool along_k;     /* gemm: b is [tile_n][k] */
    bool panels;      /* gemm: takes several in a call */
    int outputs;      /* groups */
    enum cg_line_sum line_sum;
    const struct cg_window_kernel *window;
    cg_window_fn *window_fn;
    bool any_window; /* it takes any, not just that of its row */
    const struct cg_winograd_kernel *winograd;
    enum cg_pass pass;
    cg_pass_fn *pass_fn;
};

/* What a call does beside the ordinary (X: identifier, words). */
#define CK_SPECIALS(X)                                                                                       \
    X(CK_RESIDUAL, "residual")                                                                               \
    X(CK_IN_PLACE, "in place") /* of the residual; of a pass's first operand */                              \
    X(CK_IN_PLACE_B, "in place of b")                                                                        \
    X(CK_BACKWARDS, "backwards")     /* from the last row to the first, as threads that meet walk */         \
    X(CK_SHARED, "lines taken back") /* those of the block that is written next */                           \
    X(CK_AHEAD, "fetching ahead")                                                                            \
    X(CK_UNBOUNDED, "no clamp")                                                                              \
    X(CK_ONE_B, "one b") /* for all pixels */                                                                \
    X(CK_GATHERED, "gathered")                                                                               \
    X(CK_COUNT_PADDING, "padding counted")                                                                   \
    X(CK_FAR, "far values") /* where an activation is at its ends */

CG_ENUM(ck_special, CK_SPECIALS, CK_SPECIAL_COUNT)
CG_NAMES_DECLARE(ck_special)

#define CK_MASK(special) (1u << (special))

/* What a call works on; a kind reads its own fields. */
struct ck_shape {
    int m, n;                /* gemm, groups: rows and columns; passes, Winograd: pixels and channels */
    int parts;               /* gemm, groups: segments, at most CK_PARTS */
    int k;                   /* gemm: their lengths together; groups: vectors in a part, 0: 1, 2, 3 ... */
    int more;                /* gemm: further panels of n columns */
    unsigned sum_lanes;      /* groups */
    int gap;                 /* floats between rows or pixels that nobody may touch */
    int h, w, channels;      /* windows: the input map; Winograd: rows and columns of outputs */
    struct cg_window window; /* windows */
    unsigned specials;       /* CK_MASK() of each */
};

#define CK_PARTS 8

/* A call, ready to run. The blocks are the memory's until its next ck_memory_begin(). */
struct ck_call {
    const struct ck_kernel *kernel;
    struct ck_shape shape;
    union {
        struct cg_gemm_args gemm;
        struct cg_window_args window;
        struct cg_winograd_in_args winograd_in;
        struct cg_winograd_out_args winograd_out;
        struct cg_pass_args pass;
    };
    struct cg_gemm_shared shared;
    float *out, *expected;       /* out_size floats; expected has CK_GUARD wherever nothing may be written */
    float *next, *next_expected; /* likewise of the block that is written next; or NULL */
    size_t out_size;
    double tolerance; /* of an output: times (near + |expected|) */
    double near;
};

/* A call's multiply-adds of useful columns and taps inside the map; bytes read and written once. */
struct ck_work {
    int64_t madds, read_bytes, write_bytes;
};

typedef void ck_visit(const struct ck_shape *shape, void *context);

struct ck_kind {
    const char *name;
    double tolerance;
    /* Each shape at which the kernel is checked, and timed. */
    void (*sweep)(const struct ck_kernel *kernel, ck_visit *visit, void *context);
    void (*bench)(const struct ck_kernel *kernel, ck_visit *visit, void *context);
    /* Operands and arguments of call->shape. */
    void (*make)(struct ck_call *call, struct ck_memory *memory);
    /* Fills what is expected. Before run(): an output may be an input, too. */
    void (*expect)(struct ck_call *call);
    void (*run)(const struct ck_call *call);
    struct ck_work (*work)(const struct ck_call *call);
    /* "m=14 n=32 k=1x256" and the like. */
    void (*describe)(const struct ck_shape *shape, char *text, size_t size);
};

extern const struct ck_kind ck_gemm, ck_group, ck_line, ck_winograd_in, ck_winograd_out, ck_depthwise,
    ck_max_pool, ck_avg_pool, ck_pass;

/* What came of a call, the worst last. */
#define CK_VERDICTS(X)                                                                                       \
    X(CK_RIGHT, "right")                                                                                     \
    X(CK_WRONG_VALUE, "wrong value")                                                                         \
    X(CK_NOT_WRITTEN, "output not written")                                                                  \
    X(CK_WROTE_OUTSIDE, "wrote outside its output")                                                          \
    X(CK_CRASHED, "crashed") /* or touched memory that is not its own, or wrote to an input */

CG_ENUM(ck_verdict, CK_VERDICTS, CK_VERDICT_COUNT)
CG_NAMES_DECLARE(ck_verdict)

struct ck_result {
    enum ck_verdict verdict;
    double error; /* the largest |difference| / (near + |expected|) of the outputs */
    ptrdiff_t at; /* where in the output the worst was seen first */
    float got, expected;
    const char *signal; /* of a crash */
};

/* Sets up the call of `kernel` at `shape` with values from `seed`; inputs end at untouchable memory, or begin
 * there. */
void ck_call_make(struct ck_call *call, const struct ck_kernel *kernel, const struct ck_shape *shape,
                  struct ck_memory *memory, uint64_t seed, bool at_end);

/* Makes the call and runs it once; a crash is a result, too. Not for several threads at once. */
struct ck_result ck_call_check(struct ck_call *call, struct ck_memory *memory);

/* "m=15 n=31 k=3x40, residual". */
void ck_shape_text(const struct ck_kernel *kernel, const struct ck_shape *shape, char *text, size_t size);

struct ck_outcome {
    int shapes, wrong;
    double error;            /* the largest that was seen */
    struct ck_shape shape;   /* the first wrong one */
    struct ck_result result; /* its */
};

/* Checks the kernel at all its shapes. Values depend on `seed`, the kernel's name and the shape only, so that
 * a failure repeats by itself. */
struct ck_outcome ck_kernel_check(const struct ck_kernel *kernel, struct ck_memory *memory, uint64_t seed);

/* Calls visit() for every kernel of a set: each row of each table. */
void ck_each_kernel(const struct cg_native_kernels *isa,
                    void (*visit)(const struct ck_kernel *kernel, void *context), void *context);

/* What is missing in a set's table, in words, or NULL. */
const char *ck_table_fault(const struct cg_native_kernels *isa);

#endif
