#include "bench/commands/setting_arg.h"
#include "bench/commands/verify_state.h"
#include "bench/verification/sweep.h"

#include <stdio.h>
#include <string.h>

static enum cg_status parse_engines(const struct cg_verify *v, const struct cg_engine **engines, int *n,
                                    struct cg_error *err)
{
    *n = 0;
    for (int i = 0; v->engines.n == 0 && cg_engines[i]; i++) {
        struct cg_engine_info info = {0};
        if (strcmp(cg_engines[i]->name, "reference") == 0)
            continue; /* what the others are compared with */
        cg_engines[i]->probe(&info);
        if (info.available)
            engines[(*n)++] = cg_engines[i];
        else
            fprintf(stderr, "convgauge: engine %s is left out: %s\n", cg_engines[i]->name, info.why_not);
    }
    for (int i = 0; i < v->engines.n; i++) {
        const struct cg_engine *engine = cg_engine_arg(v->engines.words[i], err);
        if (!engine)
            return err->status;
        engines[(*n)++] = engine;
    }
    return *n > 0 ? CG_OK : cg_fail(err, CG_UNAVAILABLE, "there is no engine to verify in this build");
}

static enum cg_status parse_isas(const struct cg_verify *v, enum cg_isa *isas, int *n, struct cg_error *err)
{
    *n = 0;
    for (int i = 0; v->isas.n == 0 && i < CG_ISA_COUNT; i++)
        if (cg_isa_available((enum cg_isa)i))
            isas[(*n)++] = (enum cg_isa)i;
    for (int i = 0; i < v->isas.n; i++) {
        if (cg_isa_arg(v->isas.words[i], &isas[(*n)++], err) != CG_OK)
            return err->status;
    }
    return CG_OK;
}

static enum cg_status parse_fusions(const struct cg_verify *v, enum cg_fusion *fusions, int *n,
                                    struct cg_error *err)
{
    *n = 0;
    for (int i = 0; v->fusions.n == 0 && i < CG_FUSION_COUNT; i++)
        fusions[(*n)++] = (enum cg_fusion)(CG_FUSION_COUNT - 1 - i); /* full first */
    for (int i = 0; i < v->fusions.n; i++) {
        if (cg_fusion_arg(v->fusions.words[i], &fusions[(*n)++], err) != CG_OK)
            return err->status;
    }
    return CG_OK;
}

enum cg_status cg_verify_make_variants(struct cg_verify *v, struct cg_error *err)
{
    const struct cg_engine *engines[CG_LIST_MAX];
    enum cg_isa isas[CG_LIST_MAX];
    enum cg_fusion fusions[CG_LIST_MAX];
    int n_engines, n_isas, n_fusions;
    enum cg_status status = parse_engines(v, engines, &n_engines, err);
    if (status == CG_OK)
        status = parse_isas(v, isas, &n_isas, err);
    if (status == CG_OK)
        status = parse_fusions(v, fusions, &n_fusions, err);
    if (status != CG_OK)
        return status;
    if (v->threads.n == 0)
        v->threads = (struct cg_ints){.n = 2, .values = {1, 2}};
    for (int e = 0; e < n_engines; e++)
        for (int i = n_isas - 1; i >= 0; i--) /* the best first */
            for (int t = 0; t < v->threads.n; t++)
                for (int f = 0; f < n_fusions; f++) {
                    if (v->fusions.n == 0 && fusions[f] == CG_FUSION_LAYERS && !engines[e]->joins_layers)
                        continue; /* the same plans as full */
                    if (v->n_variants == CG_VERIFY_VARIANTS)
                        return cg_fail(err, CG_INVALID, "more than %d ways to run a graph",
                                       CG_VERIFY_VARIANTS);
                    v->variants[v->n_variants++] =
                        (struct cg_variant){engines[e], isas[i], v->threads.values[t], fusions[f]};
                }
    return CG_OK;
}

bool cg_verify_worth_a_network(const struct cg_verify *v, int variant)
{
    const struct cg_variant *asked = &v->variants[variant], *first = asked;
    for (int k = variant; k >= 0 && v->variants[k].engine == asked->engine; k--)
        first = &v->variants[k];
    return asked->isa == first->isa || (asked->threads == first->threads && asked->fusion == first->fusion);
}

enum cg_status cg_verify_drop_refused(struct cg_verify *v, struct cg_error *err)
{
    struct cg_verdict verdicts[CG_VERIFY_VARIANTS];
    struct cg_subject subject;
    const struct cg_sweep_family *family = cg_sweep_family(0);
    struct cg_graph *graph = family->make(0, err);
    if (!graph)
        return err->status;
    enum cg_status status = cg_subject_create(graph, NULL, &subject, err);
    if (status != CG_OK)
        return status;
    status =
        cg_expected_create(subject.graph, subject.weights, subject.input, NULL, 0, &subject.expected, err);
    if (status == CG_OK)
        status =
            cg_verify_all(&subject, 1, v->variants, v->n_variants, v->limit_s, NULL, NULL, verdicts, err);
    int kept = 0;
    for (int i = 0; status == CG_OK && i < v->n_variants; i++) {
        if (verdicts[i].status != CG_UNSUPPORTED && verdicts[i].status != CG_UNAVAILABLE) {
            v->variants[kept++] = v->variants[i];
            continue;
        }
        if (i > 0 && strcmp(verdicts[i].reason, verdicts[i - 1].reason) == 0)
            continue; /* the same for every number of threads and fusion */
        fprintf(stderr, "convgauge: engine %s is left out at %s: %s\n", v->variants[i].engine->name,
                cg_isa_name(v->variants[i].isa), verdicts[i].reason);
    }
    cg_subject_free(&subject);
    if (status != CG_OK)
        return status;
    v->n_variants = kept;
    return kept > 0 ? CG_OK
                    : cg_fail(err, CG_UNSUPPORTED, "no engine runs with these instruction sets and threads");
}
