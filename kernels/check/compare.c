/* Two saved outputs side by side. */
#include "kernels/check/bench.h"

#include "base/csv.h"
#include "base/file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BYTES ((size_t)16 << 20)

static enum cg_status load(const char *path, struct cg_csv *csv, struct cg_error *err)
{
    size_t length;
    char *text = cg_file_read(path, MOST_BYTES, &length, err);
    enum cg_status status = text ? cg_csv_parse(text, path, csv, err) : err->status;
    free(text);
    if (status == CG_OK && (cg_csv_column(csv, "kernel") != 0 || cg_csv_column(csv, "high_ns") != 4)) {
        cg_csv_release(csv);
        status = cg_fail(err, CG_INVALID, "%s is no output of --save", path);
    }
    return status;
}

static double number(const struct cg_csv *csv, int row, const char *column)
{
    return strtod(cg_csv_cell(csv, row, cg_csv_column(csv, column)), NULL);
}

static int find(const struct cg_csv *csv, const char *kernel, const char *shape)
{
    for (int row = 0; row < csv->n_rows; row++)
        if (strcmp(cg_csv_cell(csv, row, 0), kernel) == 0 && strcmp(cg_csv_cell(csv, row, 1), shape) == 0)
            return row;
    return -1;
}

static void print_ratios(const struct cg_csv *before, const struct cg_csv *after)
{
    double log_sum = 0;
    int n = 0;
    printf("%-36s %-28s %10s %10s %8s\n", "kernel", "shape", "before ns", "after ns", "ratio");
    for (int row = 0; row < after->n_rows; row++) {
        const char *kernel = cg_csv_cell(after, row, 0), *shape = cg_csv_cell(after, row, 1);
        const int other = find(before, kernel, shape);
        if (other < 0) {
            printf("%-36s %-28s only after\n", kernel, shape);
            continue;
        }
        const double ratio = number(after, row, "time_ns") / number(before, other, "time_ns");
        const bool apart = number(after, row, "low_ns") > number(before, other, "high_ns") ||
                           number(after, row, "high_ns") < number(before, other, "low_ns");
        printf("%-36s %-28s %10.1f %10.1f %8.3f%s\n", kernel, shape, number(before, other, "time_ns"),
               number(after, row, "time_ns"), ratio, apart ? " *" : "");
        log_sum += log(ratio);
        n++;
    }
    for (int row = 0; row < before->n_rows; row++)
        if (find(after, cg_csv_cell(before, row, 0), cg_csv_cell(before, row, 1)) < 0)
            printf("%-36s %-28s only before\n", cg_csv_cell(before, row, 0), cg_csv_cell(before, row, 1));
    if (n > 0)
        printf("\n%d in both, geometric mean of after / before %.3f. *: the intervals do not touch.\n", n,
               exp(log_sum / n));
}

enum cg_status ck_compare(const char *before, const char *after, struct cg_error *err)
{
    struct cg_csv a = {0}, b = {0};
    enum cg_status status = load(before, &a, err);
    if (status == CG_OK)
        status = load(after, &b, err);
    if (status == CG_OK)
        print_ratios(&a, &b);
    cg_csv_release(&a);
    cg_csv_release(&b);
    return status;
}
