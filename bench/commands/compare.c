#include "bench/commands/command.h"
#include "bench/commands/options.h"
#include "bench/commands/results_arg.h"
#include "report/compare.h"
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Cases of the first `detailed` files, if that is not 0. */
static enum cg_status print_tables(const struct cg_comparison *comparisons, int n, int detailed,
                                   enum cg_format format, struct cg_error *err)
{
    struct cg_tables tables = {0};
    cg_comparison_tables(comparisons, n, detailed - 1, &tables);
    const enum cg_status status = cg_tables_print(&tables, format, stdout, err);
    cg_tables_free(&tables);
    return status;
}

enum cg_status cg_command_compare(int argc, char **argv, struct cg_error *err)
{
    const char *fail_on = NULL;
    enum cg_format format = CG_FORMAT_TEXT;
    struct cg_words words = {1, -1};
    struct cg_filter filter = {0};
    const struct cg_option options[] = {
        {"fail-on", 0, CG_OPTION_STRING, "slower", "exit with 3 when a case is SLOWER than in A", &fail_on},
        CG_DETAIL_ROW(&filter),
        CG_FORMAT_ROWS(&format),
        {NULL, 0, CG_OPTION_NOTE, NULL,
         "A file is a results file, a published device (paper:snapdragon810, ncnn:rk3588/1: point values,\n"
         "no intervals; 'convgauge list devices' names all, ncnn:all stands for all of ncnn's) or what "
         "ncnn's program benchncnn printed; a\n"
         "folder stands for its *.json. The first is compared with each of the others."},
    };
    enum cg_status status = cg_options_parse(argc, argv, CG_ROWS(options), &words, err);
    if (status != CG_OK || words.first < 0) {
        cg_filter_free(&filter);
        return status;
    }
    if (fail_on && strcmp(fail_on, "slower") != 0)
        status = cg_fail(err, CG_INVALID, "--fail-on takes 'slower', not '%s'", fail_on);
    struct cg_names names = {0};
    struct cg_inputs inputs = {0};
    struct cg_comparison *comparisons = NULL;
    int n = 0, detailed = 0;
    if (status == CG_OK && filter.text && format == CG_FORMAT_JSON)
        status = cg_fail(err, CG_INVALID, "--json has every case of every file: leave --detail out");
    status = status ?: cg_results_args(argc - words.first, argv + words.first, &names, err);
    if (status == CG_OK && names.n < 2)
        status = cg_fail(err, CG_INVALID,
                         "there is nothing to compare '%.200s' with: name two results files or more",
                         names.items[0]);
    status = status ?: cg_inputs_load((const char *const *)names.items, names.n, &inputs, err);
    status = status ?: cg_inputs_pick(&inputs, &filter, &detailed, err);
    if (status == CG_OK && !(comparisons = calloc((size_t)inputs.n, sizeof *comparisons)))
        status = cg_fail(err, CG_NO_MEMORY, "no memory to compare %d files", inputs.n);
    for (; status == CG_OK && n + 1 < inputs.n; n += status == CG_OK)
        status = cg_compare(&inputs.items[0], &inputs.items[n + 1], &comparisons[n], err);
    if (status == CG_OK)
        status = format == CG_FORMAT_JSON ? cg_comparison_json(comparisons, n, stdout, err)
                                          : print_tables(comparisons, n, detailed, format, err);
    int slower = 0;
    for (int i = 0; i < n; i++) {
        slower += comparisons[i].counts[CG_SLOWER];
        cg_comparison_free(&comparisons[i]);
    }
    if (status == CG_OK && fail_on && slower > 0)
        status = cg_fail(err, CG_CHECK_FAILED, "%d case(s) are SLOWER", slower);
    free(comparisons);
    cg_inputs_free(&inputs);
    cg_names_free(&names);
    cg_filter_free(&filter);
    return status;
}
