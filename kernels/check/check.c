#include "kernels/check/check.h"

#include "base/hash.h"
#include "base/text.h"

#include <math.h>
#include <setjmp.h>
#include <signal.h>

CG_NAMES_DEFINE(ck_special, CK_SPECIALS)
CG_NAMES_DEFINE(ck_verdict, CK_VERDICTS)

/* ---- crashes ---- */

static const struct {
    int number;
    const char *name;
} crashes[] = {{SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"}, {SIGILL, "SIGILL"}, {SIGFPE, "SIGFPE"}};

enum { CRASHES = sizeof crashes / sizeof *crashes };

static sigjmp_buf before_the_call;

static void catch_crash(int number)
{
    siglongjmp(before_the_call, number);
}

static const char *crash_name(int number)
{
    for (int i = 0; i < CRASHES; i++)
        if (crashes[i].number == number)
            return crashes[i].name;
    return "?";
}

/* Returns NULL, or the signal that ended the call. */
static const char *run_guarded(struct ck_call *call, struct ck_memory *memory)
{
    struct sigaction before[CRASHES];
    struct sigaction action = {.sa_handler = catch_crash};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < CRASHES; i++)
        sigaction(crashes[i].number, &action, &before[i]);
    const int number = sigsetjmp(before_the_call, 1);
    if (number == 0) {
        ck_memory_protect(memory, true);
        call->kernel->kind->expect(call);
        call->kernel->kind->run(call);
    }
    ck_memory_protect(memory, false);
    for (int i = 0; i < CRASHES; i++)
        sigaction(crashes[i].number, &before[i], NULL);
    return number ? crash_name(number) : NULL;
}

/* ---- what came of it ---- */

static void compare(const struct ck_call *call, const float *got, const float *expected,
                    struct ck_result *result)
{
    const ptrdiff_t n = (ptrdiff_t)call->out_size;
    for (ptrdiff_t i = -CK_GUARDS; i < n + CK_GUARDS; i++) {
        enum ck_verdict verdict = CK_RIGHT;
        if (expected[i] == CK_GUARD) {
            verdict = got[i] == CK_GUARD ? CK_RIGHT : CK_WROTE_OUTSIDE;
        } else if (got[i] == CK_GUARD) {
            verdict = CK_NOT_WRITTEN;
        } else {
            const double error =
                fabs((double)got[i] - (double)expected[i]) / (call->near + fabs((double)expected[i]));
            if (!(error <= result->error))
                result->error = error; /* NAN, too */
            if (!(error <= call->tolerance) && got[i] != expected[i])
                verdict = CK_WRONG_VALUE;
        }
        if (verdict > result->verdict) {
            result->verdict = verdict;
            result->at = i;
            result->got = got[i];
            result->expected = expected[i];
        }
    }
}

void ck_call_make(struct ck_call *call, const struct ck_kernel *kernel, const struct ck_shape *shape,
                  struct ck_memory *memory, uint64_t seed, bool at_end)
{
    *call =
        (struct ck_call){.kernel = kernel, .shape = *shape, .tolerance = kernel->kind->tolerance, .near = 1};
    ck_memory_begin(memory, seed, at_end);
    kernel->kind->make(call, memory);
}

struct ck_result ck_call_check(struct ck_call *call, struct ck_memory *memory)
{
    struct ck_result result = {.signal = run_guarded(call, memory)};
    if (result.signal) {
        result.verdict = CK_CRASHED;
        return result;
    }
    compare(call, call->out, call->expected, &result);
    if (call->next)
        compare(call, call->next, call->next_expected, &result);
    return result;
}

void ck_shape_text(const struct ck_kernel *kernel, const struct ck_shape *shape, char *text, size_t size)
{
    kernel->kind->describe(shape, text, size);
    if (shape->gap)
        cg_append(text, size, ", gaps of %d", shape->gap);
    for (int special = 0; special < CK_SPECIAL_COUNT; special++)
        if (shape->specials & CK_MASK(special))
            cg_append(text, size, ", %s", ck_special_name((enum ck_special)special));
}

/* ---- all shapes of a kernel ---- */

struct sweep {
    const struct ck_kernel *kernel;
    struct ck_memory *memory;
    uint64_t seed;
    struct ck_outcome outcome;
};

static void check_shape(const struct ck_shape *shape, void *context)
{
    struct sweep *sweep = context;
    struct ck_outcome *o = &sweep->outcome;
    char text[160];
    ck_shape_text(sweep->kernel, shape, text, sizeof text);
    const uint64_t seed = cg_hash_text(cg_hash_u64(CG_HASH_START, sweep->seed), text);
    struct ck_call call;
    ck_call_make(&call, sweep->kernel, shape, sweep->memory, cg_hash_text(seed, sweep->kernel->name),
                 o->shapes % 2 == 0);
    const struct ck_result result = ck_call_check(&call, sweep->memory);
    if (!(result.error <= o->error))
        o->error = result.error;
    if (result.verdict != CK_RIGHT && o->wrong++ == 0) {
        o->shape = *shape;
        o->result = result;
    }
    o->shapes++;
}

struct ck_outcome ck_kernel_check(const struct ck_kernel *kernel, struct ck_memory *memory, uint64_t seed)
{
    struct sweep sweep = {.kernel = kernel, .memory = memory, .seed = seed};
    kernel->kind->sweep(kernel, check_shape, &sweep);
    return sweep.outcome;
}
