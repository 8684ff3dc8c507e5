/* check_kernels: see --help. */
#include "kernels/check/bench.h"
#include "kernels/check/wrong.h"
#include "kernels/native/microkernel.h"

#include <fnmatch.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: check_kernels [options]\n"
    "Holds every micro-kernel of engine native that this processor can run against plain C.\n\n"
    "  --function GLOB   only kernels whose name matches, e.g. 'gemm_f32_14x*'\n"
    "  --isa NAME        only those of one instruction set\n"
    "  --seed N          values of the operands (1); a failure says how to repeat it\n"
    "  --list            print the names of the kernels\n"
    "  --bench           time those that are right, beside this machine's bound\n"
    "  --save FILE       with --bench: write the times as CSV, too\n"
    "  --compare A B     set two saved files side by side\n"
    "  --self-test       check kernels that are wrong on purpose\n\n"
    "Ends with 1 when a kernel is wrong, 2 for bad usage, 77 when there was nothing to check.\n";

struct run {
    const char *function, *save;
    int isa; /* -1: all */
    uint64_t seed;
    bool list, self_test, timed, compare;
    struct ck_memory *memory;
    struct ck_bench *bench;
    int kernels, wrong;
    long shapes;
    enum cg_status status;
    struct cg_error err;
};

static void report(const struct run *run, const struct ck_kernel *kernel, const struct ck_outcome *o)
{
    char text[160];
    if (o->wrong == 0) {
        if (!run->bench)
            printf("%-36s right at %d shapes, error %.2g\n", kernel->name, o->shapes, o->error);
        return;
    }
    ck_shape_text(kernel, &o->shape, text, sizeof text);
    printf("%-36s WRONG at %d of %d shapes\n    %s: %s", kernel->name, o->wrong, o->shapes, text,
           ck_verdict_name(o->result.verdict));
    if (o->result.signal)
        printf(" (%s)", o->result.signal);
    else
        printf(" at %td: %.9g, not %.9g", o->result.at, (double)o->result.got, (double)o->result.expected);
    printf("\n    again: --function '%s' --seed %llu\n", kernel->name, (unsigned long long)run->seed);
}

static void take_kernel(const struct ck_kernel *kernel, void *context)
{
    struct run *run = context;
    if ((run->function && fnmatch(run->function, kernel->name, 0) != 0) || run->status != CG_OK)
        return;
    run->kernels++;
    if (run->list) {
        printf("%-36s %-10s %s\n", kernel->name, kernel->kind->name,
               cg_isa_available(kernel->isa->isa) ? "" : "not on this processor");
        return;
    }
    const struct ck_outcome outcome = ck_kernel_check(kernel, run->memory, run->seed);
    report(run, kernel, &outcome);
    run->shapes += outcome.shapes;
    run->wrong += outcome.wrong > 0;
    if (run->bench && outcome.wrong == 0)
        run->status = ck_kernel_bench(run->bench, kernel, run->memory, &run->err);
}

static void take_sets(struct run *run)
{
    for (int i = 0; cg_native_isas[i]; i++) {
        const struct cg_native_kernels *isa = cg_native_isas[i];
        if ((run->isa >= 0 && (int)isa->isa != run->isa) || !(run->list || cg_isa_available(isa->isa)))
            continue;
        const char *fault = ck_table_fault(isa);
        if (fault) {
            printf("the table of %s: %s\n", cg_isa_name(isa->isa), fault);
            run->wrong++;
        }
        ck_each_kernel(isa, take_kernel, run);
    }
    if (!run->list && run->status == CG_OK)
        printf("%d kernels at %ld shapes, %d wrong\n", run->kernels, run->shapes, run->wrong);
}

static enum cg_status start_bench(struct run *run, FILE **save)
{
    *save = run->save ? fopen(run->save, "w") : NULL;
    if (run->save && !*save)
        return cg_fail(&run->err, CG_IO, "cannot write %s", run->save);
    if (ck_bench_create(&run->bench, *save, &run->err) == CG_OK)
        printf("%-36s %-28s %10s %24s %8s\n", "kernel", "shape", "ns", "95 % interval", "of bound");
    return run->bench ? CG_OK : run->err.status;
}

static enum cg_status check(struct run *run)
{
    FILE *save = NULL;
    run->memory = ck_memory_create(&run->err);
    run->status = run->memory ? CG_OK : run->err.status;
    if (run->status == CG_OK && run->self_test) {
        run->kernels = 1;
        run->wrong = ck_self_test(run->memory, run->seed);
    } else if (run->status == CG_OK) {
        run->status = run->timed ? start_bench(run, &save) : CG_OK;
        if (run->status == CG_OK)
            take_sets(run);
    }
    if (save && fclose(save) != 0 && run->status == CG_OK)
        run->status = cg_fail(&run->err, CG_IO, "cannot write %s", run->save);
    ck_bench_destroy(&run->bench);
    ck_memory_destroy(&run->memory);
    return run->status;
}

static int ended(const struct run *run)
{
    if (run->status != CG_OK) {
        fprintf(stderr, "check_kernels: %s\n", run->err.text);
        return cg_exit_code(run->status);
    }
    return run->wrong > 0 ? 1 : run->kernels > 0 ? 0 : 77;
}

enum { COMPARE = 1, HELP };

/* Fills `run`; returns -1, or what the program ends with at once. */
static int read_options(int argc, char **argv, struct run *run)
{
    static const struct option options[] = {
        {"function", required_argument, NULL, 'f'}, {"isa", required_argument, NULL, 'i'},
        {"seed", required_argument, NULL, 's'},     {"list", no_argument, NULL, 'l'},
        {"bench", no_argument, NULL, 'b'},          {"save", required_argument, NULL, 'o'},
        {"compare", no_argument, NULL, COMPARE},    {"self-test", no_argument, NULL, 't'},
        {"help", no_argument, NULL, HELP},          {0},
    };
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        run->function = option == 'f' ? optarg : run->function;
        run->save = option == 'o' ? optarg : run->save;
        run->seed = option == 's' ? strtoull(optarg, NULL, 0) : run->seed;
        run->list |= option == 'l';
        run->timed |= option == 'b';
        run->self_test |= option == 't';
        run->compare |= option == COMPARE;
        if (option == 'i' && (run->isa = cg_isa_from_name(optarg)) < 0) {
            fprintf(stderr, "check_kernels: no instruction set is called '%s'\n", optarg);
            return 2;
        }
        if (option == HELP || option == '?') {
            fputs(help, option == HELP ? stdout : stderr);
            return option == HELP ? 0 : 2;
        }
    }
    if (argc - optind == (run->compare ? 2 : 0))
        return -1;
    fputs(help, stderr);
    return 2;
}

int main(int argc, char **argv)
{
    struct run run = {.isa = -1, .seed = 1};
    const int end = read_options(argc, argv, &run);
    if (end >= 0)
        return end;
    if (run.compare) {
        run.status = ck_compare(argv[optind], argv[optind + 1], &run.err);
        run.kernels = 1;
    } else {
        run.status = check(&run);
    }
    return ended(&run);
}
