#include "bench/commands/run_suites.h"

#include "base/arena.h"
#include "base/names.h"
#include "base/nearest.h"
#include "bench/commands/command.h"
#include "bench/onnx/network_arg.h"

#include <stdlib.h>
#include <string.h>

/* A suite that was asked for: by its name, or the networks named. */
struct source {
    const char *name; /* NULL: the networks */
    const char *const *networks;
    int n_networks;
    const char *against;
};

static enum cg_status load_suite(struct cg_run_plan *plan, const struct cg_config *config,
                                 const struct source *source, int batch, bool quick, struct cg_error *err)
{
    struct cg_config_options options = cg_network_options(batch);
    options.quick = quick;
    if (plan->n_suites == CG_PLAN_SUITES)
        return cg_fail(err, CG_INVALID, "more than %d suites and batches in one run", CG_PLAN_SUITES);
    struct cg_suite *suite = source->name ? cg_config_load_suite(config, source->name, &options, err)
                                          : cg_config_suite_of(config, source->networks, source->n_networks,
                                                               source->against, &options, err);
    if (!suite)
        return err->status;
    plan->suites[plan->n_suites] = suite;
    plan->suite_batch[plan->n_suites++] = batch > 0 ? batch : suite->n_batches > 0 ? suite->batches[0] : 1;
    return CG_OK;
}

/* A suite at every asked batch; batch 0 asks for the suite's own list, which only its file knows. */
static enum cg_status load_suite_batches(struct cg_run_plan *plan, const struct cg_config *config,
                                         const struct source *source, const struct cg_run_request *request,
                                         struct cg_error *err)
{
    enum cg_status status = CG_OK;
    for (int b = 0; status == CG_OK && b < cg_asked_n(&request->asked, CG_AT_BATCH); b++) {
        const int batch = cg_asked_value(&request->asked, CG_AT_BATCH, b).number, first = plan->n_suites;
        status = load_suite(plan, config, source, batch, request->quick, err);
        for (int k = 1; status == CG_OK && batch == 0 && k < plan->suites[first]->n_batches; k++)
            status = load_suite(plan, config, source, plan->suites[first]->batches[k], request->quick, err);
    }
    return status;
}

/* The suites that a suite wants beside it, with its engines; not those that were asked for anyway. */
static enum cg_status load_beside(struct cg_run_plan *plan, const struct cg_config *config,
                                  const struct cg_suite *suite, const struct cg_run_request *request,
                                  struct cg_error *err)
{
    struct cg_run_request quick = *request;
    enum cg_status status = CG_OK;
    quick.quick = true;
    for (int i = 0; i < suite->n_also && status == CG_OK; i++) {
        bool asked = false;
        for (int k = 0; k < request->n_suites; k++)
            asked = asked || strcmp(request->suites[k], suite->also[i]) == 0;
        const int first = plan->n_suites;
        if (!asked)
            status = load_suite_batches(plan, config, &(struct source){.name = suite->also[i]}, &quick, err);
        for (int k = first; k < plan->n_suites; k++) {
            plan->beside[k] = true;
            plan->suites[k]->found_engines = suite->found_engines;
        }
    }
    return status;
}

/* Every suite that makes a claim. */
static enum cg_status load_guidelines(struct cg_run_plan *plan, const struct cg_config *config,
                                      const struct cg_run_request *request, struct cg_error *err)
{
    struct cg_suite *rows = NULL;
    int n = 0;
    enum cg_status status = cg_config_list_suites(config, &rows, &n, err);
    for (int i = 0; status == CG_OK && i < n; i++)
        if (rows[i].claim[0])
            status = load_suite_batches(plan, config, &(struct source){.name = rows[i].name}, request, err);
    free(rows);
    return status;
}

#define COMMAND_NAME(function, name, arguments, summary, hidden) name,
static const char *const commands[] = {CG_COMMANDS(COMMAND_NAME)};
#undef COMMAND_NAME

/* What else was meant by a word that is neither a suite nor a network: `err` says that already. */
static void say_what_else(const char *word, struct cg_error *err)
{
    static const char *const all[] = {CG_ALL_GUIDELINES};
    char near[64];
    cg_nearest(word, all, 1, near, sizeof near);
    if (cg_name_find(commands, sizeof commands / sizeof commands[0], word) >= 0)
        cg_fail(err, CG_INVALID,
                "'%s' is a command, not a suite or network: it stands in place of 'run', not behind it",
                word);
    else if (near[0] && strstr(err->text, "there is no suite") && !strstr(err->text, "did you mean"))
        cg_fail(err, CG_INVALID, "there is no suite or network '%.60s'; did you mean %s?", word, near);
}

/* Which of the words name networks, to the front of `sorted`, the others behind them. Returns how many
 * networks there are, -1 with `err` set. */
static int sort_words(const struct cg_config *config, const struct cg_run_request *request,
                      const char **sorted, struct cg_error *err)
{
    int networks = 0, suites = 0;
    for (int i = 0; i < request->n_suites; i++) {
        const char *word = request->suites[i];
        const int network =
            strcmp(word, CG_ALL_GUIDELINES) == 0 ? 0 : cg_config_is_network(config, word, err);
        if (network < 0 && err->status == CG_INVALID && word == request->behind_counters) {
            const struct cg_error told = *err;
            cg_fail(err, CG_INVALID, "%s; a list of counters is given as --counters=LIST", told.text);
        } else if (network < 0 && err->status == CG_INVALID)
            say_what_else(word, err);
        if (network < 0)
            return -1;
        if (network)
            sorted[networks++] = word;
        else
            sorted[request->n_suites - ++suites] = word;
    }
    return networks;
}

enum cg_status cg_run_load_suites(struct cg_run_plan *plan, const struct cg_run_request *request,
                                  struct cg_error *err)
{
    struct cg_config *config = cg_config_open(err);
    const char **sorted = cg_arena_array(plan->arena, (size_t)request->n_suites, sizeof *sorted);
    if (!config || !sorted) {
        cg_config_close(&config);
        return sorted ? err->status : cg_fail(err, CG_NO_MEMORY, "no memory to plan the run");
    }
    const int networks = sort_words(config, request, sorted, err);
    const struct source named = {NULL, sorted, networks, request->against};
    enum cg_status status = networks < 0 ? err->status : CG_OK;
    if (networks == 0 && request->against)
        status =
            cg_fail(err, CG_INVALID, "--against names what networks are compared with: name networks, too");
    if (networks > 0)
        status = load_suite_batches(plan, config, &named, request, err);
    for (int i = request->n_suites - 1; status == CG_OK && i >= networks; i--) {
        const int first = plan->n_suites;
        const bool all = strcmp(sorted[i], CG_ALL_GUIDELINES) == 0;
        status = all ? load_guidelines(plan, config, request, err)
                     : load_suite_batches(plan, config, &(struct source){.name = sorted[i]}, request, err);
        if (status == CG_OK && !all)
            status = load_beside(plan, config, plan->suites[first], request, err);
    }
    cg_config_close(&config);
    return status;
}
