/* How long a group is expected to take, and how noisy one was that has been measured. */
#include "bench/scheduler/group_time.h"
#include "bench/job/measurement.h"
#include "bench/scheduler/measure.h"
#include "bench/scheduler/session.h"

#include <criterion/criterion.h>
#include <math.h>

static const struct cg_protocol protocol = {.max_processes = 24,
                                            .min_rounds = 7,
                                            .max_rounds = 60,
                                            .precision = 0.01,
                                            .budget_per_job_s = 10,
                                            .time = true};

Test(group_time, follows_the_rules_of_stopping)
{
    const struct cg_group_time time = {
        .first_s = 1, .prepare_s = 0.5, .round_s = 0.1, .longest_round_s = 0.2, .different = 4};
    /* the first look, after 8 processes of 7 rounds, one in twenty of which is run again */
    const double process_s = 0.5 + 1.05 * 7 * 0.1;
    cr_expect_float_eq(cg_group_seconds(&protocol, &time, &(struct cg_noise){0, 0}), 1 + 8 * process_s, 1e-9);
    /* 95 % intervals of +-1 % with a deviation of 2 % between processes take 18: 2.110 * 2 / sqrt(18) = 0.995
     */
    cr_expect_float_eq(cg_group_seconds(&protocol, &time, &(struct cg_noise){0, 0.02}), 1 + 18 * process_s,
                       1e-9);
    /* noise without end: 40 s for 8 processes are 45 rounds each, of which no ninth fits */
    const double all_s = cg_group_seconds(&protocol, &time, &(struct cg_noise){1, 1});
    cr_expect_float_eq(all_s, 1 + 7 * (0.5 + 1.05 * 45 * 0.1), 1e-9, "%g s", all_s);
    cr_expect_float_eq(cg_group_seconds(&protocol, &time, &(struct cg_noise){NAN, NAN}), all_s, 1e-9);
    const struct cg_protocol check = {.time = false};
    cr_expect_float_eq(cg_group_seconds(&check, &time, &(struct cg_noise){0, 0}), 1.5, 1e-9);
}

Test(group_noise, is_that_of_the_noisiest_job)
{
    enum { PROCESSES = 6, ROUNDS = 3 };
    static const double shift[PROCESSES] = {0.01, -0.01, 0.02, -0.02, 0.03, -0.03};
    struct cg_measurement measurement;
    cr_assert(cg_measurement_init(&measurement, 3, 0, NULL) == CG_OK);
    for (int p = 0; p < PROCESSES; p++)
        for (int r = 0; r < ROUNDS; r++)
            for (int job = 0; job < 3; job++) {
                struct cg_samples *samples = &measurement.jobs[job].samples;
                const double ns = 1e9 * (job + 1) * (1 + p) * exp(job == 2 ? shift[p] : 0);
                cr_assert(cg_samples_reserve(samples, 1));
                cg_samples_add(samples, p, r, (int64_t)llround(ns), 1, 0, -1);
            }
    measurement.n_processes = PROCESSES;
    measurement.n_rounds = PROCESSES * ROUNDS;
    measurement.noise.rounds = 0;
    const double sd = sqrt(2 * (1e-4 + 4e-4 + 9e-4) / (PROCESSES - 1));
    cr_expect_float_eq(cg_noise_between_processes(&measurement), sd, 1e-6);
    measurement.noise.rounds = 0.01; /* explains 1.2533 * 1.4826 * 0.01 / sqrt(3) */
    cr_expect_float_eq(cg_noise_between_processes(&measurement), sqrt(sd * sd - 1.15085e-4), 1e-6);
    measurement.noise.rounds = 1; /* explains all */
    cr_expect_float_eq(cg_noise_between_processes(&measurement), 0, 1e-12);
    measurement.n_processes = 4;
    cr_expect(isnan(cg_noise_between_processes(&measurement)), "too few");
    cg_measurement_free(&measurement);
}

/* Five groups on one thread and six on two; the time of the one job is known, so nothing is timed. */
Test(prediction, goes_by_the_groups_that_were_seen)
{
    struct cg_graph *graph = cg_graph_create();
    struct cg_node node = cg_node_of(CG_INPUT);
    node.shape = (struct cg_shape){1, 8, 8, 8};
    cr_assert(graph && cg_graph_add(graph, &node, NULL) == 0);
    struct cg_job job = {.label = "job", .engine = "native", .graph = graph, .threads = 2};
    struct cg_groups_seen seen = {.n = 12};
    for (int i = 0; i < 12; i++)
        seen.groups[i] = (struct cg_group_seen){1, i < 5 ? 1 : 2, i < 5 ? 1 : 0, i < 5 ? 1 : 0};
    double calm_s, own_s;
    for (int own = 0; own < 2; own++) {
        seen.groups[11].group = own ? cg_group_key(&job, 1) : 1;
        seen.groups[11].processes = own ? 0.02 : 0;
        const struct cg_session_options options = {.no_disk_cache = true, .seen = &seen};
        struct cg_session *session = NULL;
        cr_assert(cg_session_create(&options, &session, NULL) == CG_OK);
        cg_session_keep_time(session, &job, 5e6);
        cr_assert(cg_measure_predict(session, &job, 1, &protocol, own ? &own_s : &calm_s, NULL) == CG_OK);
        cg_session_destroy(&session);
    }
    /* 18 processes in its own group against 8: it counts three times as much as the mean of all seven */
    const double ratio = (3 * 18. / 8 + (6 + 18. / 8) / 7) / 4;
    cr_expect_float_eq(own_s / calm_s, ratio, 0.01, "%g s, %g s", calm_s, own_s);
    cg_graph_destroy(&graph);
}
