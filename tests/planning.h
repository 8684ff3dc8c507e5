/* What tests of planned runs have in common. */
#ifndef CONVGAUGE_TESTS_PLANNING_H
#define CONVGAUGE_TESTS_PLANNING_H

#include "bench/commands/run_plan.h"

/* Adds a value to what is asked of a setting. */
void ask(struct cg_run_request *request, enum cg_setting_place at, const char *word);

/* Suites under engine native. */
struct cg_run_request request_of(int n_suites, const char *const *suites, bool quick);

void set_filter(struct cg_run_request *request, const char *text);

/* On this machine; NULL where another status than CG_OK is expected. */
struct cg_run_plan *plan_of(const struct cg_run_request *request, enum cg_status expected);

#endif
