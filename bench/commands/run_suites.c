#include "bench/commands/run_suites.h"

#include "bench/graph/cost.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* One note for each text that is there. False without memory. */
static bool add_notes(struct cg_results *results, const char ***notes, int *n_notes, const char *const *texts,
                      int n)
{
    *notes = cg_results_array(results, (size_t)n, sizeof **notes);
    if (!*notes)
        return false;
    for (int i = 0; i < n; i++)
        if (texts[i] && texts[i][0])
            (*notes)[(*n_notes)++] = cg_results_text(results, texts[i]);
    return true;
}

static bool add_paper_figures(struct cg_results *results, struct cg_case_record *record,
                              const struct cg_case *c)
{
    record->paper = cg_results_array(results, CG_PAPER_DEVICE_COUNT, sizeof *record->paper);
    if (!record->paper)
        return false;
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        if (!isnan(c->paper[d].value))
            record->paper[record->n_paper++] = (struct cg_paper_value){
                .device = cg_paper_device_name((enum cg_paper_device)d),
                .value = c->paper[d].value,
                .unit = cg_paper_devices[d].unit,
                .batch = c->paper[d].batch,
            };
    record->shares =
        cg_results_array(results, (size_t)CG_PAPER_DEVICE_COUNT * CG_CATEGORY_COUNT, sizeof *record->shares);
    if (!record->shares)
        return false;
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        for (int k = 0; k < CG_CATEGORY_COUNT; k++)
            if (!isnan(c->paper_share_percent[d][k]))
                record->shares[record->n_shares++] = (struct cg_paper_share){
                    .device = cg_paper_device_name((enum cg_paper_device)d),
                    .category = cg_category_name((enum cg_category)k),
                    .percent = c->paper_share_percent[d][k],
                };
    return true;
}

/* Sum of eq. (1)'s lower bounds over the convolutions, where the equation speaks of them: dense and 1x1. */
static double memory_bound(const struct cg_graph *graph)
{
    double sum = 0;
    for (int id = 0; id < graph->n_nodes; id++) {
        const struct cg_node *node = &graph->nodes[id];
        if (node->op != CG_CONV)
            continue;
        if (node->groups != 1 || node->window.kernel_h != 1 || node->window.kernel_w != 1 ||
            node->shape.n != 1)
            return NAN;
        sum += cg_mem_access_lower_bound(node->shape.h, node->shape.w, (double)cg_node_cost(graph, id).madds);
    }
    return sum;
}

static bool fill_case(struct cg_results *results, struct cg_case_record *record, const struct cg_suite *suite,
                      const struct cg_case *c, uint64_t graph)
{
    const struct cg_network *network = c->network;
    record->name = cg_results_text(results, c->name);
    record->label = cg_results_text(results, c->label[0] ? c->label : c->name);
    record->series = cg_results_text(results, c->series);
    record->widths = cg_results_text(results, c->widths);
    record->inferred = c->inferred;
    record->graph = cg_results_format(results, "%016" PRIx64, graph);
    record->step = c->step;
    if (suite->kind == CG_KIND_FACTORIAL)
        for (int i = 0; i < CG_FACTORS; i++)
            record->levels[i] = c->factors[i];
    if (network) {
        record->network = cg_results_text(results, network->family);
        record->variant = cg_results_text(results, network->variant);
        record->title = cg_results_text(results, network->title);
        record->reconstruction = network->reconstruction;
        record->published_madds = !isnan(c->paper_madds) ? c->paper_madds : network->published.madds;
    }
    record->published_top1_error = c->paper_top1_error_percent;
    if (strncmp(suite->name, "g1", 2) == 0)
        record->mem_access_bound = memory_bound(c->graph);
    const char *const notes[] = {
        c->note,
        network && network->reconstruction ? network->derivation : NULL,
    };
    return record->name && record->label && record->graph && add_paper_figures(results, record, c) &&
           add_notes(results, &record->notes, &record->n_notes, notes, sizeof notes / sizeof notes[0]);
}

/* The planned cases of a group; none: no group. */
static bool add_group(const struct cg_run_plan *plan, int suite_index, int group_index,
                      struct cg_results *results, struct cg_suite_record *suite_record)
{
    const struct cg_suite *suite = plan->suites[suite_index];
    const struct cg_group *group = &suite->groups[group_index];
    const bool has_baseline = suite->kind != CG_KIND_RANKING && suite->kind != CG_KIND_BREAKDOWN;
    struct cg_group_record *record = NULL;
    for (int i = 0; i < plan->n_cases; i++) {
        const struct cg_planned_case *planned = &plan->cases[i];
        if (planned->suite != suite_index || planned->group != group_index)
            continue;
        if (!record) {
            record = cg_suite_add_group(results, suite_record);
            if (!record)
                return false;
            record->name = cg_results_text(results, group->name);
            record->title = cg_results_text(results, group->title);
            record->set = cg_results_text(results, group->set);
            record->scale = group->scale;
            record->level = group->level > 0 ? group->level : CG_UNKNOWN;
        }
        struct cg_case_record *case_record = cg_group_add_case(results, record);
        if (!case_record ||
            !fill_case(results, case_record, suite, &group->cases[planned->index], planned->graph))
            return false;
        if (has_baseline && planned->index == group->baseline)
            record->baseline = record->n_cases - 1;
    }
    return true;
}

static bool add_suite(const struct cg_run_plan *plan, int index, struct cg_results *results)
{
    const struct cg_suite *suite = plan->suites[index];
    struct cg_suite_record *record = cg_results_add_suite(results);
    if (!record)
        return false;
    record->name = cg_results_text(results, suite->name);
    record->title = plan->suite_batch[index] > 1
                        ? cg_results_format(results, "%s, batch %d", suite->title, plan->suite_batch[index])
                        : cg_results_text(results, suite->title);
    record->source = cg_results_text(results, suite->source);
    record->kind = suite->kind;
    record->axis = cg_results_text(results, suite->axis);
    record->whole_networks = suite->whole_networks;
    for (int i = 0; i < CG_FACTORS && suite->kind == CG_KIND_FACTORIAL; i++)
        record->factors[i] = cg_results_text(results, suite->factor_names[i]);
    const char *const notes[] = {suite->note};
    if (!add_notes(results, &record->notes, &record->n_notes, notes, 1))
        return false;
    bool ok = true;
    for (int g = 0; ok && g < suite->n_groups; g++)
        ok = add_group(plan, index, g, results, record);
    return ok;
}

enum cg_status cg_run_add_suites(const struct cg_run_plan *plan, struct cg_results *results,
                                 struct cg_error *err)
{
    for (int i = 0; i < plan->n_suites; i++)
        if (plan->suites[i]->kind != CG_KIND_REUSE && !add_suite(plan, i, results))
            return cg_fail(err, CG_NO_MEMORY, "no memory for the results");
    return CG_OK;
}
