/* Writes made-up results files for the tests of reports: make_results DIR COUNT [hostile | settings]. */
#include "tests/synthetic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char evil[] =
    "<script>alert(1)</script>'\"`touch pwned`$(touch pwned)\nset output 'pwned'; {/=50 x} @\\ \x1b[2J ../..";

static const char long_name[] =
    "a suite of a name that is longer than the keys of tables and the files of figures "
    "expect, by far: they are cut, never overrun";

/* Every text that a page, a script or a file name could show. */
static void make_hostile(struct cg_results *results)
{
    results->device.cpu_model = results->device.isa = results->build.commit = results->run.start = evil;
    for (int s = 0; s < results->n_suites; s++) {
        struct cg_suite_record *suite = results->suites[s];
        suite->title = suite->axis = suite->source = suite->factors[0] = evil;
        if (suite->kind == CG_KIND_RANKING)
            suite->name = evil;
        if (suite->kind == CG_KIND_FACTORIAL)
            suite->name = long_name;
        for (int g = 0; g < suite->n_groups; g++) {
            suite->groups[g]->title = suite->groups[g]->set = evil;
            for (int c = 0; c < suite->groups[g]->n_cases; c++)
                suite->groups[g]->cases[c]->label = suite->groups[g]->cases[c]->widths =
                    suite->groups[g]->cases[c]->title = evil;
        }
    }
    for (int r = 0; r < results->n_records; r++)
        results->records[r]->setting.engine = results->records[r]->implementation = evil;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    const int count = atoi(argv[2]);
    for (int i = 0; i < count; i++) {
        struct synthetic options = synthetic_default();
        struct cg_error err = {0};
        char path[512], device[64];
        options.seed = (uint64_t)i + 1;
        options.speed = 20 + (i * 37) % 60;
        options.guideline_cost[i % 4] *= (i % 5) / 2.0;
        snprintf(device, sizeof device, "Model CPU %d", 9000 + i);
        options.device = device;
        if (argc > 3 && strcmp(argv[3], "settings") == 0) { /* two engines at one and two threads */
            options.engines[1] = "onednn";
            options.threads[1] = 2;
        }
        struct cg_results *results = synthetic_results(&options);
        if (argc > 3 && strcmp(argv[3], "hostile") == 0)
            make_hostile(results);
        snprintf(path, sizeof path, "%s/device-%04d.json", argv[1], i);
        if (cg_results_save(results, path, &err) != CG_OK) {
            fprintf(stderr, "%s\n", err.text);
            return 1;
        }
        cg_results_destroy(&results);
    }
    return 0;
}
