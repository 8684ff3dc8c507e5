#include "bench/commands/verify_tally.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How many broken cases of an engine are printed one by one. */
#define MOST_PRINTED 20

/* ---- counting ---- */

/* Makes room for one more element in an array of n; the new element is zeroed. NULL when there is no memory.
 */
static void *grow(void *array, int n, size_t element)
{
    char *grown = realloc(array, ((size_t)n + 1) * element);
    if (grown)
        memset(grown + (size_t)n * element, 0, element);
    return grown;
}

static struct cg_tally_row *row_of(struct cg_tally *tally, const struct cg_engine *engine, const char *kind)
{
    for (int i = 0; i < tally->n_rows; i++)
        if (tally->rows[i].engine == engine && strcmp(tally->rows[i].kind, kind) == 0)
            return &tally->rows[i];
    struct cg_tally_row *rows = grow(tally->rows, tally->n_rows, sizeof *rows);
    if (!rows)
        return NULL;
    tally->rows = rows;
    rows += tally->n_rows++;
    rows->engine = engine;
    snprintf(rows->kind, sizeof rows->kind, "%s", kind);
    return rows;
}

/* The part of a refusal behind "engine E cannot run node N (K): ", which would make every one of them
 * different. */
static const char *reason_of(const struct cg_verdict *verdict)
{
    const char *reason = strstr(verdict->reason, "): ");
    return reason ? reason + 3 : verdict->reason;
}

static bool add_refusal(struct cg_tally *tally, const struct cg_engine *engine, const char *kind,
                        const struct cg_verdict *verdict)
{
    const char *reason = reason_of(verdict);
    for (int i = 0; i < tally->n_refusals; i++) {
        struct cg_refusal *r = &tally->refusals[i];
        if (r->engine == engine && strcmp(r->kind, kind) == 0 && strcmp(r->reason, reason) == 0) {
            r->cases++;
            return true;
        }
    }
    struct cg_refusal *refusals = grow(tally->refusals, tally->n_refusals, sizeof *refusals);
    if (!refusals)
        return false;
    tally->refusals = refusals;
    refusals += tally->n_refusals++;
    refusals->engine = engine;
    refusals->cases = 1;
    snprintf(refusals->kind, sizeof refusals->kind, "%s", kind);
    snprintf(refusals->reason, sizeof refusals->reason, "%s", reason);
    return true;
}

static bool add_failure(struct cg_tally *tally, const struct cg_subject *subject,
                        const struct cg_variant *variant, const struct cg_verdict *verdict)
{
    struct cg_failure *failures = grow(tally->failures, tally->n_failures, sizeof *failures);
    if (!failures)
        return false;
    tally->failures = failures;
    failures += tally->n_failures++;
    failures->variant = *variant;
    failures->verdict = *verdict;
    snprintf(failures->subject, sizeof failures->subject, "%s", subject->name);
    return true;
}

enum cg_status cg_tally_add(struct cg_tally *tally, const struct cg_subject *subject,
                            const struct cg_variant *variant, const struct cg_verdict *verdict,
                            struct cg_error *err)
{
    struct cg_tally_row *row = row_of(tally, variant->engine, subject->kind);
    bool ok = row != NULL;
    if (ok) {
        row->cases++;
        row->error = fmax(row->error, verdict->error);
        row->worst = fmax(row->worst, verdict->worst);
        switch (verdict->status) {
        case CG_OK:
            break;
        case CG_UNSUPPORTED:
        case CG_UNAVAILABLE:
            row->refused++;
            ok = add_refusal(tally, variant->engine, subject->kind, verdict);
            break;
        case CG_CHECK_FAILED:
            row->wrong++;
            ok = add_failure(tally, subject, variant, verdict);
            break;
        default:
            row->failed++;
            ok = add_failure(tally, subject, variant, verdict);
        }
    }
    return ok ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory to count the cases");
}

void cg_tally_free(struct cg_tally *tally)
{
    free(tally->rows);
    free(tally->refusals);
    free(tally->failures);
    *tally = (struct cg_tally){0};
}

int cg_tally_broken(const struct cg_tally *tally)
{
    return tally->n_failures;
}

void cg_variant_text(const struct cg_variant *variant, char *text, size_t size)
{
    snprintf(text, size, "%s (%s, %d thread%s, fusion %s)", variant->engine->name, cg_isa_name(variant->isa),
             variant->threads, variant->threads > 1 ? "s" : "", cg_fusion_name(variant->fusion));
}

/* ---- the options that an engine was run with, each once ---- */

enum axis { AXIS_ISA, AXIS_THREADS, AXIS_FUSION, AXIS_COUNT };

static void axis_text(const struct cg_variant *v, enum axis axis, char *text, size_t size)
{
    if (axis == AXIS_THREADS)
        snprintf(text, size, "%d", v->threads);
    else
        snprintf(text, size, "%s", axis == AXIS_ISA ? cg_isa_name(v->isa) : cg_fusion_name(v->fusion));
}

static bool axis_equal(const struct cg_variant *a, const struct cg_variant *b, enum axis axis)
{
    return axis == AXIS_ISA       ? a->isa == b->isa
           : axis == AXIS_THREADS ? a->threads == b->threads
                                  : a->fusion == b->fusion;
}

/* Whether variant i is the first of its engine with its value on this axis. */
static bool is_first(const struct cg_variant *variants, int i, enum axis axis)
{
    for (int k = 0; k < i; k++)
        if (variants[k].engine == variants[i].engine && axis_equal(&variants[k], &variants[i], axis))
            return false;
    return true;
}

static bool first_of_engine(const struct cg_variant *variants, int i)
{
    for (int k = 0; k < i; k++)
        if (variants[k].engine == variants[i].engine)
            return false;
    return true;
}

/* ---- text ---- */

static void print_axis(const struct cg_variant *variants, int n, const struct cg_engine *engine,
                       enum axis axis)
{
    const char *separator = "";
    for (int i = 0; i < n; i++) {
        char text[32];
        if (variants[i].engine != engine || !is_first(variants, i, axis))
            continue;
        axis_text(&variants[i], axis, text, sizeof text);
        printf("%s%s", separator, text);
        separator = ", ";
    }
}

static void print_engine(const struct cg_tally *tally, const struct cg_variant *variants, int n,
                         const struct cg_engine *engine)
{
    struct cg_engine_info info = {0};
    struct cg_tally_row total = {.engine = engine};
    engine->probe(&info);
    printf("%s %s: ", engine->name, info.version);
    print_axis(variants, n, engine, AXIS_ISA);
    printf("; threads ");
    print_axis(variants, n, engine, AXIS_THREADS);
    printf("; fusion ");
    print_axis(variants, n, engine, AXIS_FUSION);
    printf("\n%-34s %8s %8s %8s %8s %12s %11s\n", "kind", "cases", "wrong", "failed", "refused", "rel. error",
           "tolerances");
    for (int i = 0; i < tally->n_rows; i++) {
        const struct cg_tally_row *r = &tally->rows[i];
        if (r->engine != engine)
            continue;
        printf("%-34s %8d %8d %8d %8d %12.2e %11.3f\n", r->kind, r->cases, r->wrong, r->failed, r->refused,
               r->error, r->worst);
        total.cases += r->cases;
        total.wrong += r->wrong;
        total.failed += r->failed;
        total.refused += r->refused;
        total.error = fmax(total.error, r->error);
        total.worst = fmax(total.worst, r->worst);
    }
    printf("%-34s %8d %8d %8d %8d %12.2e %11.3f\n\n", "all", total.cases, total.wrong, total.failed,
           total.refused, total.error, total.worst);
}

static void print_refusals(const struct cg_tally *tally)
{
    if (tally->n_refusals == 0) {
        puts("Refused: nothing.\n");
        return;
    }
    printf("Refused (no engine runs these in another's place; they are not passes):\n");
    for (int i = 0; i < tally->n_refusals; i++) {
        const struct cg_refusal *r = &tally->refusals[i];
        printf("  %-10s %-34s %6d cases: %s\n", r->engine->name, r->kind, r->cases, r->reason);
    }
    putchar('\n');
}

static void print_failures(const struct cg_tally *tally)
{
    if (tally->n_failures == 0)
        return;
    printf("Broken:\n");
    for (int i = 0; i < tally->n_failures && i < MOST_PRINTED; i++) {
        const struct cg_failure *f = &tally->failures[i];
        char text[128];
        cg_variant_text(&f->variant, text, sizeof text);
        printf("  %s: %s\n      %s\n", text, f->subject, f->verdict.reason);
    }
    if (tally->n_failures > MOST_PRINTED)
        printf("  and %d more (--json has all)\n", tally->n_failures - MOST_PRINTED);
    putchar('\n');
}

void cg_tally_print(const struct cg_tally *tally, const struct cg_variant *variants, int n_variants)
{
    for (int i = 0; i < n_variants; i++)
        if (first_of_engine(variants, i))
            print_engine(tally, variants, n_variants, variants[i].engine);
    print_refusals(tally);
    print_failures(tally);
}

/* ---- JSON ---- */

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *axis_json(const struct cg_variant *variants, int n, const struct cg_engine *engine,
                         enum axis axis)
{
    json_t *array = json_array();
    for (int i = 0; i < n; i++) {
        char text[32];
        if (variants[i].engine != engine || !is_first(variants, i, axis))
            continue;
        axis_text(&variants[i], axis, text, sizeof text);
        json_array_append_new(array,
                              axis == AXIS_THREADS ? json_integer(variants[i].threads) : json_string(text));
    }
    return array;
}

static json_t *engine_json(const struct cg_tally *tally, const struct cg_variant *variants, int n,
                           const struct cg_engine *engine)
{
    struct cg_engine_info info = {0};
    json_t *kinds = json_array();
    engine->probe(&info);
    for (int i = 0; i < tally->n_rows; i++) {
        const struct cg_tally_row *r = &tally->rows[i];
        if (r->engine == engine)
            json_array_append_new(kinds, json_pack("{s:s, s:i, s:i, s:i, s:i, s:o, s:o}", "kind", r->kind,
                                                   "cases", r->cases, "wrong", r->wrong, "failed", r->failed,
                                                   "refused", r->refused, "max_error", number(r->error),
                                                   "max_tolerances", number(r->worst)));
    }
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "engine", engine->name, "version", info.version, "isa",
                     axis_json(variants, n, engine, AXIS_ISA), "threads",
                     axis_json(variants, n, engine, AXIS_THREADS), "fusion",
                     axis_json(variants, n, engine, AXIS_FUSION), "kinds", kinds);
}

json_t *cg_tally_json(const struct cg_tally *tally, const struct cg_variant *variants, int n_variants)
{
    json_t *engines = json_array(), *refused = json_array(), *broken = json_array();
    for (int i = 0; i < n_variants; i++)
        if (first_of_engine(variants, i))
            json_array_append_new(engines, engine_json(tally, variants, n_variants, variants[i].engine));
    for (int i = 0; i < tally->n_refusals; i++) {
        const struct cg_refusal *r = &tally->refusals[i];
        json_array_append_new(refused, json_pack("{s:s, s:s, s:s, s:i}", "engine", r->engine->name, "kind",
                                                 r->kind, "reason", r->reason, "cases", r->cases));
    }
    for (int i = 0; i < tally->n_failures; i++) {
        const struct cg_failure *f = &tally->failures[i];
        json_array_append_new(
            broken, json_pack("{s:s, s:s, s:s, s:i, s:s, s:s, s:s, s:o, s:o}", "case", f->subject, "engine",
                              f->variant.engine->name, "isa", cg_isa_name(f->variant.isa), "threads",
                              f->variant.threads, "fusion", cg_fusion_name(f->variant.fusion), "status",
                              cg_status_name(f->verdict.status), "reason", f->verdict.reason, "error",
                              number(f->verdict.error), "tolerances", number(f->verdict.worst)));
    }
    return json_pack("{s:o, s:o, s:o, s:b}", "engines", engines, "refused", refused, "broken", broken, "held",
                     tally->n_failures == 0);
}
