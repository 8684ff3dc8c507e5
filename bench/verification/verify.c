#include "bench/verification/verify.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- subjects ---- */

enum cg_status cg_subject_create(struct cg_graph *graph, struct cg_weights *weights,
                                 struct cg_subject *subject, struct cg_error *err)
{
    *subject = (struct cg_subject){.graph = graph, .weights = weights};
    if (!subject->weights)
        subject->weights = cg_weights_create(graph, CG_DEFAULT_SEED, err);
    subject->input = subject->weights ? cg_input_create(graph, CG_DEFAULT_SEED, err) : NULL;
    if (!subject->input) {
        cg_subject_free(subject);
        return err->status;
    }
    return CG_OK;
}

void cg_subject_free(struct cg_subject *subject)
{
    cg_graph_destroy(&subject->graph);
    cg_weights_destroy(&subject->weights);
    cg_expected_destroy(&subject->expected);
    free(subject->input);
    subject->input = NULL;
}

void cg_variant_text(const struct cg_variant *variant, char *text, size_t size)
{
    char setting[128];
    cg_setting_say(&variant->setting, CG_VERIFIED_OPTIONS, CG_SAY_ALL, setting, sizeof setting);
    snprintf(text, size, "%s (%s)", variant->engine->name, setting);
}

bool cg_verdict_is_refusal(const struct cg_verdict *verdict)
{
    return verdict->status == CG_UNSUPPORTED || verdict->status == CG_UNAVAILABLE;
}

/* ---- guarded tensors ---- */

enum { GUARD = 64 }; /* floats on either side */

static const unsigned char guard_byte = 0xa5;

/* A tensor with guards on both sides; its own bytes are all ones, which is a NaN in every float. */
static float *guarded(size_t elements)
{
    unsigned char *block = malloc((elements + 2 * GUARD) * sizeof(float));
    if (!block)
        return NULL;
    memset(block, guard_byte, (elements + 2 * GUARD) * sizeof(float));
    memset(block + GUARD * sizeof(float), 0xff, elements * sizeof(float));
    return (float *)(void *)block + GUARD;
}

static void free_guarded(float *tensor)
{
    if (tensor)
        free(tensor - GUARD);
}

static bool guards_hold(const float *tensor, size_t elements)
{
    const unsigned char *before = (const unsigned char *)(tensor - GUARD);
    const unsigned char *after = (const unsigned char *)(tensor + elements);
    for (size_t i = 0; i < GUARD * sizeof(float); i++)
        if (before[i] != guard_byte || after[i] != guard_byte)
            return false;
    return true;
}

/* ---- one case ---- */

struct tensors {
    size_t in, out; /* elements */
    float *input, *output;
};

static enum cg_status run_once(const struct cg_engine *engine, struct cg_plan *plan, const float *input,
                               struct cg_error *err)
{
    engine->set_input(plan, input);
    return engine->run(plan, err);
}

static enum cg_status run_plan(const struct cg_subject *subject, const struct cg_engine *engine,
                               struct cg_plan *plan, const struct tensors *t, struct cg_check *check,
                               struct cg_error *err)
{
    enum cg_status status = CG_OK;
    if (subject->thorough) /* the guarded input starts as NaN */
        status = run_once(engine, plan, t->input, err);
    if (status != CG_OK)
        return status;
    memcpy(t->input, subject->input, t->in * sizeof *t->input);
    status = run_once(engine, plan, t->input, err);
    if (status != CG_OK)
        return status;
    engine->get_output(plan, t->output);
    if (!guards_hold(t->output, t->out))
        return cg_fail(err, CG_CHECK_FAILED, "wrote outside of the output");
    if (!guards_hold(t->input, t->in) || memcmp(t->input, subject->input, t->in * sizeof *t->input) != 0)
        return cg_fail(err, CG_CHECK_FAILED, "wrote into or around the input");
    const enum cg_status held =
        cg_check_output(subject->expected, t->output, cg_plan_rounding(plan), check, err);
    if (subject->error_limit <= 0)
        return held;
    check->worst = check->error / subject->error_limit; /* the limit is the tolerance */
    if (check->error <= subject->error_limit)
        return CG_OK;
    return cg_fail(err, CG_CHECK_FAILED, "relative L2 error %.3g is above %.3g", check->error,
                   subject->error_limit);
}

void cg_verify(const struct cg_subject *subject, const struct cg_variant *variant, struct cg_verdict *verdict)
{
    const struct cg_graph *graph = subject->graph;
    struct cg_error err = {0};
    struct cg_check check = {.error = NAN, .worst = NAN};
    struct cg_plan *plan = NULL;
    struct tensors t = {.in = (size_t)cg_shape_elements(graph->nodes[graph->input].shape),
                        .out = (size_t)cg_shape_elements(graph->nodes[graph->output].shape)};
    t.input = guarded(t.in);
    t.output = guarded(t.out);
    enum cg_status status = CG_OK;
    if (!t.input || !t.output)
        status = cg_fail(&err, CG_NO_MEMORY, "no memory for input and output");
    if (status == CG_OK)
        status = cg_plan_create(variant->engine, graph, subject->weights, &variant->setting, &plan, &err);
    if (status == CG_OK)
        status = run_plan(subject, variant->engine, plan, &t, &check, &err);
    cg_plan_destroy(&plan);
    free_guarded(t.input);
    free_guarded(t.output);

    *verdict = (struct cg_verdict){.status = status, .error = check.error, .worst = check.worst};
    if (status != CG_OK)
        snprintf(verdict->reason, sizeof verdict->reason, "%.*s", (int)sizeof verdict->reason - 1, err.text);
}
