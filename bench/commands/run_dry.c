#include "bench/record/json.h"
#include "bench/commands/run_parts.h"

#include "bench/graph/cost.h"

#include <math.h>
#include <stdio.h>

static json_t *plan_json(const struct cg_run *run, int rows, int jobs, double madds)
{
    json_t *schedules = json_array();
    for (int i = 0; i < run->plan->n_schedules; i++)
        json_array_append_new(schedules, json_pack("{s:s, s:i, s:o}", "groups", run->plan->schedules[i].label,
                                                   "measurements", run->plan->schedules[i].n_jobs,
                                                   "allowed_seconds", cg_json_number(run->allowed_s[i])));
    return json_pack("{s:i, s:i, s:f, s:o, s:s?, s:o}", "cases", rows, "measurements", jobs,
                     "gmadds_per_round", 1e-9 * madds, "expected_seconds",
                     cg_json_number(run->expected.seconds), "expected_from",
                     cg_expected_time_source(run->expected), "schedules", schedules);
}

enum cg_status cg_run_dry(const struct cg_run *run, struct cg_error *err)
{
    const struct cg_run_plan *plan = run->plan;
    double madds = 0;
    int rows = 0, jobs = 0;
    for (int i = 0; i < plan->n_jobs; i++) {
        if (plan->jobs[i].schedule < 0)
            continue;
        madds += (double)cg_graph_cost(plan->jobs[i].job.graph).madds;
        jobs++;
    }
    for (int c = 0; c < plan->n_cases; c++)
        for (int k = 0; k < plan->cases[c].n_jobs; k++)
            rows += plan->jobs[plan->cases[c].jobs[k]].schedule >= 0;
    if (run->request.format == CG_FORMAT_JSON)
        return cg_json_print(plan_json(run, rows, jobs, madds), stdout, err);
    printf("%-44s %9s  %s\n", "case", "Mmadds", "setting");
    for (const struct cg_planned_case *c = plan->cases; c < plan->cases + plan->n_cases; c++)
        for (int k = 0; k < c->n_jobs; k++) {
            const struct cg_planned_job *job = &plan->jobs[c->jobs[k]];
            struct cg_phrase setting;
            if (job->schedule < 0)
                continue;
            cg_setting_say(&job->job.setting, -1u, CG_SAY_UNUSUAL, setting.text, sizeof setting.text);
            printf("%-44s %9.1f  %s%s\n", c->of->name, 1e-6 * (double)cg_graph_cost(job->job.graph).madds,
                   setting.text, job->first == c ? "" : " (measured above)");
        }
    printf("%d case%s, %d measurement%s of different graphs, %.1f Gmadds a round; %s\n", rows,
           rows == 1 ? "" : "s", jobs, jobs == 1 ? "" : "s", 1e-9 * madds,
           cg_expected_time_text(run->expected).text);
    return CG_OK;
}
