#include "bench/commands/command.h"
#include "bench/commands/options.h"
#include "bench/commands/results_arg.h"
#include "base/text.h"
#include "bench/record/fields.h"
#include "bench/record/join.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The commands of all parts, in their order; the first one's where that is too long for a file. */
static const char *commands_of(struct cg_results *whole, struct cg_results *const *parts, int n)
{
    struct cg_text text = {0};
    for (int i = 0; i < n; i++)
        cg_text_add(&text, "%s%s", i ? "; " : "", parts[i]->run.command ? parts[i]->run.command : "?");
    const char *all = text.failed || text.length > CG_SHORT_TEXT_MAX ? whole->run.command
                                                                     : cg_results_text(whole, text.bytes);
    cg_text_release(&text);
    return all;
}

static void say_what_there_is(const struct cg_results *whole, int parts, const char *path)
{
    int missing = 0;
    for (int i = 0; i < whole->n_skipped; i++)
        missing += cg_same_text(whole->skipped[i]->reason, CG_NOT_REACHED);
    printf("%s: %d records of %d suite%s, from %d files", path, whole->n_records, whole->n_suites,
           whole->n_suites == 1 ? "" : "s", parts);
    if (missing > 0)
        printf("; %d case%s %s missing", missing, missing == 1 ? "" : "s", missing == 1 ? "is" : "are");
    else if (whole->run.complete != 1)
        printf("; a part was interrupted and is not complete");
    putchar('\n');
}

static enum cg_status merge(const struct cg_names *names, struct cg_results **parts, const char *output,
                            struct cg_error *err)
{
    struct cg_results *whole = cg_results_create();
    enum cg_status status = whole ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory to join results");
    for (int i = 0; status == CG_OK && i < names->n; i++) {
        status = cg_results_load(names->items[i], &parts[i], err);
        status = status ?: cg_results_join(whole, parts[i], err);
    }
    if (status == CG_OK) {
        whole->run.command = commands_of(whole, parts, names->n);
        status = cg_results_save(whole, output, err);
    }
    if (status == CG_OK)
        say_what_there_is(whole, names->n, output);
    cg_results_destroy(&whole); /* which borrows from the parts */
    return status;
}

enum cg_status cg_command_merge(int argc, char **argv, struct cg_error *err)
{
    const char *output = NULL;
    struct cg_words words = {1, -1};
    const struct cg_option options[] = {
        {"output", 'o', CG_OPTION_STRING, "FILE", "results file to write; it may be one of those read",
         &output},
        {NULL, 0, CG_OPTION_NOTE, NULL,
         "Joins runs of one device and build that were split: other suites or groups, or the same ones in\n"
         "further processes. A folder stands for its *.json. 'convgauge run --continue FILE' measures what\n"
         "an interrupted run did not come to."},
    };
    enum cg_status status = cg_options_parse(argc, argv, CG_ROWS(options), &words, err);
    if (status != CG_OK || words.first < 0)
        return status;
    struct cg_names names = {0};
    struct cg_results **parts = NULL;
    status = cg_results_args(argc - words.first, argv + words.first, &names, err);
    if (status == CG_OK && names.n < 2)
        status =
            cg_fail(err, CG_INVALID, "there is nothing to join '%.200s' with: name two results files or more",
                    names.items[0]);
    if (status == CG_OK && !output)
        status = cg_fail(err, CG_INVALID, "where to? name the joined file with -o FILE");
    status = status ?: cg_results_check_path(output, err);
    if (status == CG_OK && !(parts = calloc((size_t)names.n, sizeof *parts)))
        status = cg_fail(err, CG_NO_MEMORY, "no memory to join %d files", names.n);
    status = status ?: merge(&names, parts, output, err);
    for (int i = 0; parts && i < names.n; i++)
        cg_results_destroy(&parts[i]);
    free(parts);
    cg_names_free(&names);
    return status;
}
