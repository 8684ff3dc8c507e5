#include "tests/planning.h"

#include <criterion/criterion.h>

void ask(struct cg_run_request *request, enum cg_setting_place at, const char *word)
{
    struct cg_error err = {0};
    cr_assert_eq(cg_asked_take(&request->asked, at, word, &err), CG_OK, "%s", err.text);
}

struct cg_run_request request_of(int n_suites, const char *const *suites, bool quick)
{
    struct cg_run_request request = {.n_suites = n_suites, .suites = suites, .quick = quick};
    ask(&request, CG_AT_ENGINE, "native");
    return request;
}

void set_filter(struct cg_run_request *request, const char *text)
{
    cr_assert_eq(cg_filter_set(&request->filter, text, NULL), CG_OK);
}

struct cg_run_plan *plan_of(const struct cg_run_request *request, enum cg_status expected)
{
    struct cg_topology topology = {0};
    struct cg_run_plan *plan = NULL;
    struct cg_error err = {0};
    cr_assert_eq(cg_topology_read(NULL, &topology, &err), CG_OK, "%s", err.text);
    const enum cg_status status = cg_run_plan_make(request, &topology, &plan, &err);
    cr_expect_eq(status, expected, "%s", err.text);
    cg_topology_destroy(&topology);
    return plan;
}
