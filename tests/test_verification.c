/* Verification finds what an engine does wrong beyond wrong numbers, and outlives crashes and hangs; expected
 * outputs survive a file. */
#include "bench/verification/expected_file.h"
#include "bench/verification/left_out.h"
#include "bench/verification/sweep.h"
#include "bench/verification/verify_all.h"

#include <criterion/criterion.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- engines that are the reference but for one thing ---- */

static const struct cg_engine *reference(void)
{
    return cg_engine_find("reference");
}

static size_t output_elements(const struct cg_plan *plan)
{
    return (size_t)cg_shape_elements(plan->graph->nodes[plan->graph->output].shape);
}

static void writes_behind(const struct cg_plan *plan, float *nhwc)
{
    reference()->get_output(plan, nhwc);
    nhwc[output_elements(plan)] = 1;
}

static void writes_before(const struct cg_plan *plan, float *nhwc)
{
    reference()->get_output(plan, nhwc);
    nhwc[-1] = 1;
}

static void writes_nothing(const struct cg_plan *plan, float *nhwc)
{
}

static void leaves_the_last(const struct cg_plan *plan, float *nhwc)
{
    const float before = nhwc[output_elements(plan) - 1];
    reference()->get_output(plan, nhwc);
    nhwc[output_elements(plan) - 1] = before;
}

static void changes_its_input(struct cg_plan *plan, const float *nhwc)
{
    reference()->set_input(plan, nhwc);
    *(float *)(uintptr_t)nhwc = 7;
}

static enum cg_status crashes(struct cg_plan *plan, struct cg_error *err)
{
    signal(SIGSEGV, SIG_DFL); /* not the test framework's or a sanitizer's report */
    raise(SIGSEGV);
    return CG_OK;
}

static enum cg_status hangs(struct cg_plan *plan, struct cg_error *err)
{
    while (pause() != 0)
        ;
    return CG_OK;
}

static enum cg_status exits(struct cg_plan *plan, struct cg_error *err)
{
    _exit(5);
    return CG_OK;
}

/* Keeps a NaN that was once there. */
static enum cg_status remembers(struct cg_plan *plan, struct cg_error *err)
{
    static float worst;
    float *output = malloc(output_elements(plan) * sizeof *output);
    const enum cg_status status = reference()->run(plan, err);
    reference()->get_output(plan, output);
    worst += 0 * output[0];
    free(output);
    if (worst != 0) /* NaN */
        return cg_fail(err, CG_FAILED, "something was left over");
    return status;
}

static bool refuses(const struct cg_graph *graph, int id, char *why, size_t size)
{
    snprintf(why, size, "not today");
    return false;
}

static struct cg_engine spoiled(void)
{
    struct cg_engine engine = *reference();
    engine.name = "spoiled";
    return engine;
}

static struct cg_subject subject_of(const char *name, int i)
{
    struct cg_error err = {0};
    struct cg_subject subject;
    struct cg_sweep sweep = {0};
    cr_assert_eq(cg_sweep_open(&sweep, &err), CG_OK, "%s", err.text);
    int f = 0;
    while (f < sweep.n_families && strcmp(sweep.families[f].name, name) != 0)
        f++;
    cr_assert_lt(f, sweep.n_families, "no family %s", name);
    struct cg_graph *graph = cg_sweep_make(&sweep, &sweep.families[f], i, &err);
    cg_sweep_close(&sweep);
    cr_assert_eq(cg_subject_create(graph, NULL, &subject, &err), CG_OK);
    subject.expected = cg_expected_create(subject.graph, subject.weights, subject.input, NULL, 0, &err);
    cr_assert(subject.expected, "%s", err.text);
    subject.thorough = true;
    return subject;
}

static struct cg_verdict verify_within(int limit_s, const struct cg_engine *engine,
                                       const struct cg_subject *subject)
{
    const struct cg_variant variant = {engine,
                                       {.isa = CG_ISA_SCALAR, .threads = 1, .fusion = CG_FUSION_FULL}};
    struct cg_verdict verdict;
    struct cg_error err = {0};
    cr_assert_eq(
        cg_verify_all(&(struct cg_verify_cases){subject, 1, &variant, 1, .limit_s = limit_s}, &verdict, &err),
        CG_OK);
    return verdict;
}

static struct cg_verdict verify(const struct cg_engine *engine, const struct cg_subject *subject)
{
    return verify_within(1, engine, subject);
}

extern int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

static enum cg_status loses_memory(struct cg_plan *plan, struct cg_error *err)
{
    static void *volatile last;
    for (int i = 0; i < 10; i++)
        last = malloc(1000);
    const bool lost = last != NULL;
    last = NULL;
    return lost ? reference()->run(plan, err) : cg_fail(err, CG_NO_MEMORY, "no memory to lose");
}

/* Where there is a sanitizer that can tell, the cases that lose memory have failed, by name, and the others
 * have their verdicts. */
Test(verification, memory_that_is_lost)
{
    struct cg_subject subjects[2] = {subject_of("conv 1x1", 0), subject_of("depthwise", 7)};
    struct cg_engine leak = spoiled();
    leak.run = loses_memory;
    const struct cg_setting setting = {.isa = CG_ISA_SCALAR, .threads = 1, .fusion = CG_FUSION_FULL};
    const struct cg_variant variants[] = {{reference(), setting}, {&leak, setting}};
    const struct cg_verify_cases cases = {subjects, 2, variants, 2, .limit_s = 60};
    struct cg_verdict verdicts[4];
    struct cg_error err = {0};
    cr_assert_eq(cg_verify_all(&cases, verdicts, &err), CG_OK, "%s", err.text);
    const char *options = getenv("ASAN_OPTIONS");
    const bool looks = __lsan_do_recoverable_leak_check && !(options && strstr(options, "detect_leaks=0"));
    for (int i = 0; i < 4; i++) {
        const bool lost = looks && i % 2 == 1;
        cr_expect_eq(verdicts[i].status, lost ? CG_FAILED : CG_OK, "%d: %s", i, verdicts[i].reason);
        cr_expect_eq(strstr(verdicts[i].reason, "loses memory") != NULL, lost, "%d: %s", i,
                     verdicts[i].reason);
    }
    for (int i = 0; i < 2; i++)
        cg_subject_free(&subjects[i]);
}

Test(verification, what_engines_do_wrong)
{
    struct cg_engine right = spoiled(), behind = spoiled(), before = spoiled(), nothing = spoiled(),
                     last = spoiled(), input = spoiled(), crash = spoiled(), hang = spoiled(),
                     leave = spoiled(), memory = spoiled(), refusal = spoiled();
    behind.get_output = writes_behind;
    before.get_output = writes_before;
    nothing.get_output = writes_nothing;
    last.get_output = leaves_the_last;
    input.set_input = changes_its_input;
    crash.run = crashes;
    hang.run = hangs;
    leave.run = exits;
    memory.run = remembers;
    refusal.supports = refuses;
    const struct {
        const char *name;
        const struct cg_engine *engine;
        enum cg_status status;
        const char *reason;
    } rows[] = {
        {"right", &right, CG_OK, ""},
        {"writes behind the output", &behind, CG_CHECK_FAILED, "outside of the output"},
        {"writes before the output", &before, CG_CHECK_FAILED, "outside of the output"},
        {"writes nothing", &nothing, CG_CHECK_FAILED, "are wrong"},
        {"leaves the last value", &last, CG_CHECK_FAILED, "1 of"},
        {"changes its input", &input, CG_CHECK_FAILED, "the input"},
        {"crashes", &crash, CG_FAILED, "crashed"},
        {"hangs", &hang, CG_FAILED, "hung"},
        {"ends the process", &leave, CG_FAILED, "status 5"},
        {"keeps what was left over", &memory, CG_FAILED, "left over"},
        {"refuses", &refusal, CG_UNSUPPORTED, "not today"},
    };
    struct cg_subject subject = subject_of("conv 1x1", 40);
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        const struct cg_verdict verdict = verify(rows[r].engine, &subject);
        cr_expect_eq(verdict.status, rows[r].status, "%s: %s, %s", rows[r].name,
                     cg_status_name(verdict.status), verdict.reason);
        cr_expect(strstr(verdict.reason, rows[r].reason), "%s: %s", rows[r].name, verdict.reason);
        cr_expect_eq(isnan(verdict.worst), verdict.status != CG_OK && !strstr(verdict.reason, "wrong"), "%s",
                     rows[r].name);
    }
    cg_subject_free(&subject);
}

static int has_begun[2]; /* a pipe */

static enum cg_status takes_half_a_second(struct cg_plan *plan, struct cg_error *err)
{
    const struct timespec half = {.tv_nsec = 500000000};
    if (write(has_begun[1], "", 1) != 1)
        return cg_fail(err, CG_FAILED, "nobody listens");
    nanosleep(&half, NULL);
    return reference()->run(plan, err);
}

/* As when a machine sleeps, or a cgroup is frozen: longer than the limit, which is longer than the case
 * takes. */
Test(verification, a_pause_of_all_processes_is_no_hang)
{
    struct cg_engine slow = spoiled();
    slow.run = takes_half_a_second;
    struct cg_subject subject = subject_of("conv 1x1", 40);
    char begun = 0;
    int status = 0;
    subject.thorough = false;
    cr_assert_eq(pipe(has_begun), 0);
    const pid_t all = fork();
    cr_assert_geq(all, 0);
    if (all == 0) {
        setpgid(0, 0);
        const struct cg_verdict verdict = verify_within(3, &slow, &subject);
        fprintf(stderr, "%s", verdict.reason);
        _exit(verdict.status == CG_OK ? 0 : 7);
    }
    cr_assert_eq(read(has_begun[0], &begun, 1), 1);
    cr_expect_eq(kill(-all, SIGSTOP), 0);
    sleep(4);
    cr_expect_eq(kill(-all, SIGCONT), 0);
    cr_assert_eq(waitpid(all, &status, 0), all);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %d", status);
    cg_subject_free(&subject);
}

/* The cases behind a crash still run, each with its own verdict. */
Test(verification, a_crash_costs_one_case)
{
    struct cg_engine crash = spoiled();
    crash.run = crashes;
    struct cg_subject subjects[3] = {subject_of("conv 1x1", 3), subject_of("depthwise", 7),
                                     subject_of("concat", 2)};
    const struct cg_variant variants[] = {
        {reference(), {.isa = CG_ISA_SCALAR, .threads = 1, .fusion = CG_FUSION_FULL}},
        {reference(), {.isa = CG_ISA_SCALAR, .threads = 1, .fusion = CG_FUSION_NONE}},
        {&crash, {.isa = CG_ISA_SCALAR, .threads = 1, .fusion = CG_FUSION_FULL}}};
    struct cg_verdict verdicts[9];
    struct cg_error err = {0};
    cr_assert_eq(
        cg_verify_all(&(struct cg_verify_cases){subjects, 3, variants, 3, .limit_s = 10}, verdicts, &err),
        CG_OK);
    for (int i = 0; i < 9; i++)
        cr_expect_eq(verdicts[i].status, i % 3 == 2 ? CG_FAILED : CG_OK, "%d: %s", i, verdicts[i].reason);
    for (int i = 0; i < 3; i++)
        cg_subject_free(&subjects[i]);
}

static char told[512];

static void keep_told(const char *engines, bool several, const char *where, const char *reason)
{
    const size_t length = strlen(told);
    snprintf(told + length, sizeof told - length, "%s%s%s: %s;", engines, several ? " are" : " is", where,
             reason);
}

/* One sentence a reason; where it holds is said behind each engine when that differs. */
Test(verification, what_is_left_out_is_told_with_the_settings_of_each_engine)
{
    struct cg_engine a = spoiled(), b = spoiled(), c = spoiled();
    a.name = "a";
    b.name = "b";
    c.name = "c";
    const struct cg_setting one = {.isa = CG_ISA_SCALAR, .threads = 1},
                            two = {.isa = CG_ISA_SCALAR, .threads = 2};
    const struct cg_variant variants[] = {{&a, one}, {&a, two}, {&b, one}, {&b, two}, {&c, one}, {&c, two}};
    const struct cg_verdict held = {.status = CG_OK}, refused = {.status = CG_UNSUPPORTED, .reason = "no"};
    struct cg_verdict verdicts[6] = {held, refused, held, refused, held, held};
    cg_left_out(variants, verdicts, 6, keep_told);
    cr_expect_str_eq(told, "a, b are at 2 threads: no;");
    told[0] = '\0';
    verdicts[4] = refused;
    cg_left_out(variants, verdicts, 6, keep_told);
    cr_expect_str_eq(told, "a (at 2 threads), b (at 2 threads), c (at 1 thread) are: no;");
    told[0] = '\0';
    verdicts[5] = refused;
    cg_left_out(variants + 2, verdicts + 2, 4, keep_told);
    cr_expect_str_eq(told, "b (at 2 threads), c (everywhere) are: no;");
}

Test(verification, a_limit_on_the_relative_error)
{
    struct cg_subject subject = subject_of("conv 1x1", 40);
    subject.expected->values[3] += 1e-3f * subject.expected->rms[0];
    cr_expect_eq(verify(reference(), &subject).status, CG_CHECK_FAILED);
    subject.error_limit = 1e-2;
    const struct cg_verdict held = verify(reference(), &subject);
    cr_expect_eq(held.status, CG_OK);
    cr_expect(held.error > 0 && fabs(held.worst * 1e-2 - held.error) < 1e-12, "%g of the limit for %g",
              held.worst, held.error);
    subject.error_limit = 1e-7;
    cr_expect_eq(verify(reference(), &subject).status, CG_CHECK_FAILED);
    cg_subject_free(&subject);
}

/* ---- expected outputs in files ---- */

static void write_file(const char *path, const struct cg_subject *subjects, int n)
{
    struct cg_error err = {0};
    struct cg_new_file file = {0};
    cr_assert_eq(cg_expected_file_begin(path, &file, &err), CG_OK, "%s", err.text);
    for (int i = 0; i < n; i++) {
        const struct cg_subject *s = &subjects[i];
        cr_assert_eq(
            cg_expected_file_add(&file, cg_expected_key(s->graph, s->weights, s->input), s->expected, &err),
            CG_OK);
    }
    cr_assert_eq(cg_new_file_keep(&file, false, &err), CG_OK);
}

Test(verification, expected_outputs_survive_a_file)
{
    char path[] = "/tmp/convgauge-expected-XXXXXX";
    close(mkstemp(path));
    struct cg_error err = {0};
    struct cg_subject subjects[3] = {subject_of("conv 1x1", 3), subject_of("depthwise", 7),
                                     subject_of("unit: ShuffleNet V2", 2)};
    struct cg_expected_file file = {0};
    write_file(path, subjects, 2);
    cr_assert_eq(cg_expected_file_open(path, &file, &err), CG_OK, "%s", err.text);
    for (int i = 1; i >= 0; i--) {
        struct cg_expected *back = NULL, *original = subjects[i].expected;
        const uint64_t key = cg_expected_key(subjects[i].graph, subjects[i].weights, subjects[i].input);
        cr_assert_eq(cg_expected_file_find(&file, key, original->shape, &back, &err), CG_OK, "%s", err.text);
        cr_expect(back->whole && back->n_positions == original->n_positions &&
                  back->madds == original->madds);
        cr_expect_arr_eq(back->values, original->values,
                         (size_t)cg_shape_elements(back->shape) * sizeof(float));
        cr_expect_arr_eq(back->sigma, original->sigma, (size_t)back->shape.c * sizeof(float));
        cr_expect_arr_eq(back->rms, original->rms, (size_t)back->shape.c * sizeof(float));
        cr_expect_arr_eq(back->positions, original->positions,
                         (size_t)back->n_positions * sizeof *back->positions);
        cg_expected_destroy(&back);
    }
    struct cg_expected *none = NULL;
    const uint64_t key = cg_expected_key(subjects[2].graph, subjects[2].weights, subjects[2].input);
    cr_expect_eq(cg_expected_file_find(&file, key, subjects[2].expected->shape, &none, &err), CG_INVALID);
    cr_expect_null(none);
    cg_expected_file_close(&file);
    unlink(path);
    for (int i = 0; i < 3; i++)
        cg_subject_free(&subjects[i]);
}

Test(verification, a_key_depends_on_all_that_matters)
{
    struct cg_subject subject = subject_of("unit: ShuffleNet V2", 2);
    const uint64_t key = cg_expected_key(subject.graph, subject.weights, subject.input);
    subject.input[5] += 1;
    cr_expect_neq(cg_expected_key(subject.graph, subject.weights, subject.input), key);
    subject.input[5] -= 1;
    cr_expect_eq(cg_expected_key(subject.graph, subject.weights, subject.input), key);
    subject.weights->params[1].shift[0] += 1;
    cr_expect_neq(cg_expected_key(subject.graph, subject.weights, subject.input), key);
    cg_subject_free(&subject);
}

/* Every shorter file, and a file with any damaged shape, is refused; none crashes. */
Test(verification, damaged_files_are_refused)
{
    char path[] = "/tmp/convgauge-expected-XXXXXX";
    close(mkstemp(path));
    struct cg_subject subject = subject_of("conv 1x1", 3);
    struct cg_error err = {0};
    struct cg_expected_file file = {0};
    write_file(path, &subject, 1);
    FILE *stream = fopen(path, "r+b");
    fseek(stream, 0, SEEK_END);
    const long size = ftell(stream);
    for (long length = size - 1; length >= 0; length -= length > 60 ? 7 : 1) {
        cr_assert_eq(ftruncate(fileno(stream), length), 0);
        const enum cg_status status = cg_expected_file_open(path, &file, &err);
        cr_expect_eq(status, length == 16 ? CG_OK : CG_INVALID, "%ld bytes", length);
        cg_expected_file_close(&file);
    }
    fclose(stream);
    for (int field = 0; field < 4; field++) {
        static const int32_t bad[] = {0, -1, INT32_MAX, 1 << 20};
        for (int b = 0; b < 4; b++) {
            write_file(path, &subject, 1);
            stream = fopen(path, "r+b");
            fseek(stream, 16 + 16 + 4 * field, SEEK_SET);
            fwrite(&bad[b], 4, 1, stream);
            fclose(stream);
            cr_expect_eq(cg_expected_file_open(path, &file, &err), CG_INVALID, "field %d = %d", field,
                         (int)bad[b]);
            cg_expected_file_close(&file);
        }
    }
    unlink(path);
    cr_expect_eq(cg_expected_file_open(path, &file, &err), CG_INVALID);
    cg_subject_free(&subject);
}

Test(verification, a_folder_that_cannot_be_written)
{
    struct cg_error err = {0};
    struct cg_new_file file = {0};
    cr_expect_eq(cg_expected_file_begin("/nowhere/at/all", &file, &err), CG_IO);
    cg_new_file_drop(&file);
}
