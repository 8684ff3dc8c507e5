#include "bench/commands/run_dry.h"
#include "bench/commands/json_print.h"

#include "bench/graph/cost.h"

#include <math.h>
#include <stdio.h>

enum cg_status cg_run_dry(const struct cg_run_plan *plan, const double *allowed_s,
                          struct cg_expected_time expected, bool as_json, struct cg_error *err)
{
    double madds = 0;
    int rows = 0;
    for (int i = 0; i < plan->n_jobs; i++)
        madds += (double)cg_graph_cost(plan->jobs[i].job.graph).madds;
    for (int c = 0; c < plan->n_cases; c++)
        rows += plan->cases[c].n_jobs;
    if (as_json) {
        json_t *schedules = json_array();
        for (int i = 0; i < plan->n_schedules; i++)
            json_array_append_new(schedules, json_pack("{s:s, s:i, s:o}", "groups", plan->schedules[i].label,
                                                       "measurements", plan->schedules[i].n_jobs,
                                                       "allowed_seconds", cg_json_number(allowed_s[i])));
        json_t *json =
            json_pack("{s:i, s:i, s:f, s:o, s:s?, s:o}", "cases", rows, "measurements", plan->n_jobs,
                      "gmadds_per_round", 1e-9 * madds, "expected_seconds", cg_json_number(expected.seconds),
                      "expected_from", cg_expected_time_source(expected), "schedules", schedules);
        return cg_json_print(json, err);
    }
    char time[96];
    cg_expected_time_text(expected, time);
    printf("%-44s %-10s %7s %5s %7s %9s\n", "case", "engine", "threads", "batch", "fusion", "Mmadds");
    for (int c = 0; c < plan->n_cases; c++) {
        const struct cg_planned_case *planned = &plan->cases[c];
        const struct cg_suite *suite = plan->suites[planned->suite];
        for (int k = 0; k < planned->n_jobs; k++) {
            const struct cg_planned_job *job = &plan->jobs[planned->jobs[k]];
            printf("%-44s %-10s %7d %5d %7s %9.1f%s\n",
                   suite->groups[planned->group].cases[planned->index].name, job->job.setting.engine,
                   job->job.setting.threads, job->job.setting.batch, cg_fusion_name(job->job.setting.fusion),
                   1e-6 * (double)cg_graph_cost(job->job.graph).madds,
                   job->first_case == c ? "" : "  (measured above)");
        }
    }
    printf("%d cases, %d measurements of different graphs, %.1f Gmadds a round; %s\n", rows, plan->n_jobs,
           1e-9 * madds, time);
    return CG_OK;
}
