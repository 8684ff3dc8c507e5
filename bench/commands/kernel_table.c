#include "bench/commands/kernel_table.h"

#include "bench/commands/run_kernels.h"
#include "bench/microkernels/bench.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double percent_of_bound(const struct cg_record *r)
{
    return 100 * r->roofline_ns / r->time.median; /* NAN when either is unknown */
}

static enum cg_status print_json(const struct cg_results *results, struct cg_error *err)
{
    size_t size;
    char *json = cg_results_to_json(results, &size);
    if (!json)
        return cg_fail(err, CG_NO_MEMORY, "no memory to print the results as JSON");
    const bool written = fwrite(json, 1, size, stdout) == size;
    free(json);
    return written ? CG_OK : cg_fail(err, CG_IO, "cannot write the output");
}

static void print_csv_number(const char *format, double value)
{
    putchar(',');
    if (!isnan(value))
        printf(format, value);
}

static void print_csv(const struct cg_results *results)
{
    printf("kernel,isa,shape,madds,error,time_ns,time_ns_ci_low,time_ns_ci_high,bound_ns,percent_of_bound\n");
    for (int i = 0; i < results->n_records; i++) {
        const struct cg_record *r = results->records[i];
        printf("%s,%s,\"%s\",%lld,%.3g", r->implementation, r->isa, r->input, (long long)r->madds,
               r->error_vs_reference);
        print_csv_number("%.17g", r->time.median);
        print_csv_number("%.17g", r->time.ci_low);
        print_csv_number("%.17g", r->time.ci_high);
        print_csv_number("%.17g", r->roofline_ns);
        print_csv_number("%.17g", percent_of_bound(r));
        putchar('\n');
    }
}

/* A line for the kernel of `group`; `values` has room for all records. */
static void print_kernel(const struct cg_results *results, const char *kernel, bool markdown, double *values)
{
    int shapes = 0, wrong = 0;
    size_t n = 0;
    const struct cg_record *worst = NULL;
    for (int i = 0; i < results->n_records; i++) {
        const struct cg_record *r = results->records[i];
        if (strcmp(r->group, kernel) != 0)
            continue;
        shapes++;
        wrong += !(r->error_vs_reference <= CG_KERNEL_TOLERANCE);
        const double percent = percent_of_bound(r);
        if (isnan(percent))
            continue;
        values[n++] = percent;
        if (!worst || percent < percent_of_bound(worst))
            worst = r;
    }
    const char *format = markdown ? "| %s | %d | %d |" : "%-32s %6d %6d";
    printf(format, kernel, shapes, wrong);
    if (n == 0) {
        printf("%s", markdown ? " | | | |" : "");
    } else {
        cg_sort(values, n);
        printf(markdown ? " %.0f | %.0f | %.0f | %s |" : " %6.0f %6.0f %6.0f  %s", values[n - 1],
               cg_quantile_sorted(values, n, 0.5), values[0], worst->input);
    }
    putchar('\n');
}

enum cg_status cg_kernel_table_print(const struct cg_results *results, const struct cg_run_options *options,
                                     struct cg_error *err)
{
    if (options->json)
        return print_json(results, err);
    if (options->csv) {
        print_csv(results);
        return CG_OK;
    }
    double *values = calloc((size_t)results->n_records + 1, sizeof *values);
    if (!values)
        return cg_fail(err, CG_NO_MEMORY, "no memory for a table");
    if (options->markdown)
        printf("| kernel | shapes | wrong | best %% of bound | median | worst | at "
               "|\n|---|---|---|---|---|---|---|\n");
    else
        printf("%s\n\n%-32s %6s %6s   %% of bound            \n%-32s %6s %6s %6s %6s %6s  %s\n",
               CG_KERNELS_TITLE, "", "", "", "kernel", "shapes", "wrong", "best", "median", "worst", "at");
    for (int s = 0; s < results->n_suites; s++)
        for (int g = 0; g < results->suites[s]->n_groups; g++)
            print_kernel(results, results->suites[s]->groups[g]->name, options->markdown, values);
    free(values);
    printf("\nBound: measured peak or bandwidth of the level that holds the operands, whichever is slower. "
           "Operands are "
           "hot;\ncolumns beyond a layer's own and rows beyond a whole tile count as loss. --csv has every "
           "shape.\n");
    return CG_OK;
}
