/* The networks of suites: those that cases name, and suites of networks that were named one by one. */
#include "bench/config/suite_case.h"

#include "base/csv.h"
#include "bench/config/network_file.h"
#include "bench/paper/tables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A case's name is its network's, unless another case has that already. */
static void name_case(const struct cg_suite *suite, struct cg_case *out)
{
    for (int g = 0; g < suite->n_groups; g++)
        for (int i = 0; i < suite->groups[g].n_cases; i++)
            if (strcmp(suite->groups[g].cases[i].name, out->network->name) == 0)
                return;
    snprintf(out->name, sizeof out->name, "%s", out->network->name);
}

/* As the file `from` means a network: a path is relative to the folder of the file. */
static void resolve(const char *ref, const char *from, char path[CG_PATH_MAX])
{
    const char *slash = from ? strrchr(from, '/') : NULL;
    const bool beside = slash && ref[0] != '/' && cg_network_is_path(ref);
    snprintf(path, CG_PATH_MAX, "%.*s%s", beside ? (int)(slash - from + 1) : 0, from ? from : "", ref);
}

enum cg_status cg_suite_load_networks(const struct cg_config *config, struct cg_suite *suite,
                                      const char *from, const struct cg_config_options *options, int at[2],
                                      struct cg_error *err)
{
    struct cg_network_file *files = NULL;
    enum cg_status status = CG_OK;
    char path[CG_PATH_MAX];
    suite->whole_networks = true;
    for (int g = 0; g < suite->n_groups; g++)
        for (int i = 0; i < suite->groups[g].n_cases && status == CG_OK; i++) {
            struct cg_case *out = &suite->groups[g].cases[i];
            suite->whole_networks &= out->network_ref[0] != '\0';
            if (!out->network_ref[0])
                continue;
            resolve(out->network_ref, from, path);
            out->network = cg_network_load(config, &files, path, options, err);
            out->graph = out->network ? out->network->graph : NULL;
            if (out->network)
                name_case(suite, out);
            else {
                status = out->label[0] ? cg_context(err, "%s", out->name) : err->status; /* named by itself */
                at[0] = g + 1;
                at[1] = i + 1;
            }
        }
    cg_network_file_close(&files);
    return status;
}

void cg_suite_destroy(struct cg_suite **suite)
{
    if (!*suite)
        return;
    struct cg_suite *s = *suite;
    for (int g = 0; g < s->n_groups; g++) {
        for (int i = 0; i < s->groups[g].n_cases; i++) {
            struct cg_case *c = &s->groups[g].cases[i];
            if (c->network)
                cg_network_destroy(&c->network);
            else
                cg_graph_destroy(&c->graph);
        }
        free(s->groups[g].cases);
    }
    free(s->groups);
    free(s);
    *suite = NULL;
}

/* ---- named one by one ---- */

int cg_config_is_network(const struct cg_config *config, const char *word, struct cg_error *err)
{
    static const struct cg_script_kind either = {.name = NULL};
    const size_t length = strlen(word), stem_length = strcspn(word, ":@");
    char path[CG_PATH_MAX], stem[CG_NAME_MAX], near[200];
    if (cg_network_is_path(word)) {
        if (length < 5 || strcmp(word + length - 4, ".lua") != 0)
            return 1; /* no suite's path has more behind it, or another ending */
        struct cg_script script = {0};
        const enum cg_status status = cg_script_open(&script, &either, config, word, NULL, err);
        const bool network = status == CG_OK && strcmp(script.defined, "network") == 0;
        cg_script_close(&script);
        return status == CG_OK ? network : -1;
    }
    snprintf(stem, sizeof stem, "%.*s", (int)(stem_length < sizeof stem ? stem_length : sizeof stem - 1),
             word);
    if (cg_config_find_file(config, "suites", stem, path, sizeof path))
        return 0;
    if (cg_config_find_file(config, "networks", stem, path, sizeof path))
        return 1;
    const bool results = length > 5 && strcmp(word + length - 5, ".json") == 0;
    if (!results && strpbrk(word, "/.") && access(word, F_OK) == 0) {
        cg_fail(err, CG_INVALID,
                "'%.150s' is read neither as a suite nor as a network: its name ends in none of .lua, .onnx "
                "and .param",
                word);
        return -1;
    }
    cg_config_nearest_file(config, "suites", stem, near, sizeof near);
    if (!near[0])
        cg_config_nearest_file(config, "networks", stem, near, sizeof near);
    cg_fail(err, CG_INVALID, "there is no suite or network '%.60s'%s (%s)", word, near,
            results ? "results files are read by 'convgauge report' and 'compare'"
                    : "'convgauge list suites' and 'list networks' show all");
    return -1;
}

/* What Table 8 has of a network, or nothing. */
static enum cg_status add_papers_figures(struct cg_suite *suite, struct cg_error *err)
{
    struct cg_csv csv;
    if (cg_csv_parse(cg_paper_table("table8_networks"), "table8_networks", &csv, err) != CG_OK)
        return err->status;
    const int name = cg_csv_column(&csv, "network"), arm = cg_csv_column(&csv, "arm_images_per_sec"),
              gpu = cg_csv_column(&csv, "gpu_batches_per_sec"), error = cg_csv_column(&csv, "top1_error_pct");
    for (int i = 0; i < suite->groups[0].n_cases; i++)
        for (int row = 0; row < csv.n_rows; row++) {
            struct cg_case *c = &suite->groups[0].cases[i];
            const char *speed[CG_PAPER_DEVICE_COUNT] = {
                [CG_PAPER_ARM] = cg_csv_cell(&csv, row, arm), [CG_PAPER_GPU] = cg_csv_cell(&csv, row, gpu)};
            const char *top1_error = cg_csv_cell(&csv, row, error);
            if (strcmp(cg_csv_cell(&csv, row, name), c->network->name) != 0)
                continue;
            for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
                c->paper[d].value = speed[d][0] ? strtod(speed[d], NULL) : NAN;
            c->paper_top1_error_percent = top1_error[0] ? strtod(top1_error, NULL) : NAN;
        }
    cg_csv_release(&csv);
    return CG_OK;
}

static void add_case(struct cg_group *group, const char *ref)
{
    struct cg_case *c = &group->cases[group->n_cases++];
    *c = (struct cg_case){.step = NAN,
                          .quick = true,
                          .paper_madds = NAN,
                          .paper_top1_error_percent = NAN,
                          .paper_mmap_percent = NAN};
    snprintf(c->network_ref, sizeof c->network_ref, "%s", ref);
    snprintf(c->name, sizeof c->name, "named/%.120s", ref);
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++) {
        c->paper[d] = (struct cg_paper_figure){NAN, d == CG_PAPER_GPU ? 8 : 1};
        for (int k = 0; k < CG_CATEGORY_COUNT; k++)
            c->paper_share_percent[d][k] = NAN;
    }
}

/* An empty one, with room for the cases. */
static struct cg_suite *suite_for(int n)
{
    struct cg_suite *suite = calloc(1, sizeof *suite);
    struct cg_group *group = calloc(1, sizeof *group);
    struct cg_case *cases = calloc((size_t)n, sizeof *cases);
    if (!suite || !group || !cases) {
        free(suite);
        free(group);
        free(cases);
        return NULL;
    }
    *suite = (struct cg_suite){.name = "named",
                               .title = "The networks named",
                               .kind = CG_KIND_RANKING,
                               .fusions[CG_FUSION_FULL] = true,
                               .n_batches = 1,
                               .batches = {1},
                               .quick = true,
                               .n_groups = 1,
                               .groups = group};
    *group =
        (struct cg_group){.name = "networks", .title = "networks", .scale = 1, .quick = true, .cases = cases};
    return suite;
}

/* Labels are the networks' names. */
static enum cg_status label_cases(struct cg_group *group, struct cg_error *err)
{
    for (int i = 0; i < group->n_cases; i++) {
        struct cg_case *c = &group->cases[i];
        snprintf(c->label, sizeof c->label, "%.95s", c->network->name);
        for (int k = 0; k < i; k++)
            if (strcmp(group->cases[k].label, c->label) == 0)
                return cg_fail(err, CG_INVALID, "two of the networks named are called %s", c->label);
    }
    return CG_OK;
}

struct cg_suite *cg_config_suite_of(const struct cg_config *config, const char *const *refs, int n,
                                    const char *against, const struct cg_config_options *options,
                                    struct cg_error *err)
{
    struct cg_suite *suite = suite_for(n + 1);
    int baseline = -1;
    if (!suite) {
        cg_fail(err, CG_NO_MEMORY, "no memory for the networks named");
        return NULL;
    }
    struct cg_group *group = &suite->groups[0];
    for (int i = 0; i <= n; i++) {
        const char *ref = i < n ? refs[i] : against;
        if (ref && strlen(ref) >= sizeof group->cases[0].network_ref) {
            cg_fail(err, CG_INVALID, "the path %.80s... is too long", ref);
            cg_suite_destroy(&suite);
            return NULL;
        }
    }
    for (int i = 0; i < n && against; i++)
        baseline = strcmp(refs[i], against) == 0 ? i : baseline;
    if (against && baseline < 0) {
        add_case(group, against);
        baseline = 0;
    }
    for (int i = 0; i < n; i++)
        add_case(group, refs[i]);
    suite->against = against != NULL;
    group->baseline = against ? baseline : 0;
    enum cg_status status = cg_suite_load_networks(config, suite, NULL, options, (int[2]){0}, err);
    status = status ?: label_cases(group, err);
    status = status ?: add_papers_figures(suite, err);
    if (status != CG_OK)
        cg_suite_destroy(&suite);
    return suite;
}
