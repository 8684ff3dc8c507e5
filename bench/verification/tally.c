#include "bench/verification/tally.h"

#include "base/array.h"
#include "bench/record/json.h"
#include "bench/record/layout.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How many broken cases of an engine are printed one by one. */
#define MOST_PRINTED 20

/* ---- counting ---- */

static struct cg_tally_row *row_of(struct cg_tally *tally, const struct cg_engine *engine, const char *kind)
{
    for (int i = 0; i < tally->n_rows; i++)
        if (tally->rows[i].engine == engine && strcmp(tally->rows[i].kind, kind) == 0)
            return &tally->rows[i];
    if (!cg_array_fit(tally->rows, tally->rows_capacity, tally->n_rows + 1))
        return NULL;
    struct cg_tally_row *row = &tally->rows[tally->n_rows++];
    *row = (struct cg_tally_row){.engine = engine};
    snprintf(row->kind, sizeof row->kind, "%s", kind);
    return row;
}

/* The part of a refusal behind "engine E cannot run node N (K): ", which would make every one of them
 * different. */
static const char *reason_of(const struct cg_verdict *verdict)
{
    const char *reason = strstr(verdict->reason, "): ");
    return reason ? reason + 3 : verdict->reason;
}

static bool add_refusal(struct cg_tally *tally, const struct cg_engine *engine, const char *kind,
                        const char *reason)
{
    for (int i = 0; i < tally->n_refusals; i++) {
        struct cg_refusal *r = &tally->refusals[i];
        if (r->engine == engine && strcmp(r->kind, kind) == 0 && strcmp(r->reason, reason) == 0) {
            r->cases++;
            return true;
        }
    }
    if (!cg_array_fit(tally->refusals, tally->refusals_capacity, tally->n_refusals + 1))
        return false;
    struct cg_refusal *refusal = &tally->refusals[tally->n_refusals++];
    *refusal = (struct cg_refusal){.engine = engine, .cases = 1};
    snprintf(refusal->kind, sizeof refusal->kind, "%s", kind);
    snprintf(refusal->reason, sizeof refusal->reason, "%s", reason);
    return true;
}

static bool add_failure(struct cg_tally *tally, const struct cg_subject *subject,
                        const struct cg_variant *variant, const struct cg_verdict *verdict)
{
    if (!cg_array_fit(tally->failures, tally->failures_capacity, tally->n_failures + 1))
        return false;
    struct cg_failure *failure = &tally->failures[tally->n_failures++];
    *failure = (struct cg_failure){.variant = *variant, .verdict = *verdict};
    snprintf(failure->subject, sizeof failure->subject, "%s", subject->name);
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
    }
    if (ok && cg_verdict_is_refusal(verdict)) {
        row->refused++;
        ok = add_refusal(tally, variant->engine, subject->kind, reason_of(verdict));
    } else if (ok && verdict->status != CG_OK) {
        row->wrong += verdict->status == CG_CHECK_FAILED;
        row->failed += verdict->status != CG_CHECK_FAILED;
        ok = add_failure(tally, subject, variant, verdict);
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

struct cg_tally_row cg_tally_total(const struct cg_tally *tally, const struct cg_engine *engine)
{
    struct cg_tally_row total = {.engine = engine, .kind = "all"};
    for (int i = 0; i < tally->n_rows; i++) {
        const struct cg_tally_row *r = &tally->rows[i];
        if (engine && r->engine != engine)
            continue;
        total.cases += r->cases;
        total.wrong += r->wrong;
        total.failed += r->failed;
        total.refused += r->refused;
        total.error = fmax(total.error, r->error);
        total.worst = fmax(total.worst, r->worst);
    }
    return total;
}

/* ---- the options that an engine was run with ---- */

struct ways {
    const struct cg_variant *variants;
    int n;
};

static bool is_axis(enum cg_setting_place at)
{
    return CG_VERIFIED_OPTIONS & 1u << at;
}

/* Whether variant i is the first of `engine` with its value of an option (CG_SETTING_N: at all). */
static bool is_first(const struct ways *ways, int i, const struct cg_engine *engine, enum cg_setting_place at)
{
    const struct cg_variant *variant = &ways->variants[i];
    for (int k = 0; k < i; k++) {
        const struct cg_variant *other = &ways->variants[k];
        if (other->engine == engine &&
            (at == CG_SETTING_N || !(cg_setting_difference(&other->setting, &variant->setting) & 1u << at)))
            return false;
    }
    return variant->engine == engine;
}

/* ---- text ---- */

/* "; threads 1, 2" */
static void print_axis(const struct ways *ways, const struct cg_engine *engine, enum cg_setting_place at)
{
    const char *before = cg_setting_options[at].key;
    char number[16];
    printf("; ");
    for (int i = 0; i < ways->n; i++) {
        if (!is_first(ways, i, engine, at))
            continue;
        printf("%s%s%s", before, before[0] == ',' ? "" : " ",
               cg_setting_word(&ways->variants[i].setting, at, number));
        before = ", ";
    }
}

static void print_row(const struct cg_tally_row *r)
{
    printf("%-34s %8d %8d %8d %8d %12.2e %11.3f\n", r->kind, r->cases, r->wrong, r->failed, r->refused,
           r->error, r->worst);
}

static void print_engine(const struct cg_tally *tally, const struct ways *ways,
                         const struct cg_engine *engine)
{
    struct cg_engine_info info = {0};
    const struct cg_tally_row total = cg_tally_total(tally, engine);
    engine->probe(engine, &info);
    printf("%s %s", engine->name, info.version);
    for (enum cg_setting_place at = 0; at < CG_SETTING_N; at++)
        if (is_axis(at))
            print_axis(ways, engine, at);
    printf("\n%-34s %8s %8s %8s %8s %12s %11s\n", "kind", "cases", "wrong", "failed", "refused", "rel. error",
           "tolerances");
    for (int i = 0; i < tally->n_rows; i++)
        if (tally->rows[i].engine == engine)
            print_row(&tally->rows[i]);
    print_row(&total);
    putchar('\n');
}

static void print_refusals(const struct cg_tally *tally)
{
    puts(tally->n_refusals == 0 ? "Refused: nothing."
                                : "Refused (no engine runs these in another's place; they are not passes):");
    for (int i = 0; i < tally->n_refusals; i++) {
        const struct cg_refusal *r = &tally->refusals[i];
        printf("  %-10s %-34s %6d case%s: %s\n", r->engine->name, r->kind, r->cases, r->cases == 1 ? "" : "s",
               r->reason);
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
    const struct ways ways = {variants, n_variants};
    for (int i = 0; i < n_variants; i++)
        if (is_first(&ways, i, variants[i].engine, CG_SETTING_N))
            print_engine(tally, &ways, variants[i].engine);
    print_refusals(tally);
    print_failures(tally);
}

/* ---- JSON ---- */

static json_t *failure_json(const struct cg_failure *f)
{
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "case", f->subject, "engine", f->variant.engine->name,
                  "status", cg_status_name(f->verdict.status), "reason", f->verdict.reason, "error",
                  cg_json_number(f->verdict.error), "tolerances", cg_json_number(f->verdict.worst));
    cg_json_add_setting(json, &f->variant.setting);
    return json;
}

/* The values of an option among the variants of an engine. */
static json_t *values_json(const struct ways *ways, const struct cg_engine *engine, enum cg_setting_place at)
{
    json_t *array = json_array();
    for (int i = 0; i < ways->n; i++) {
        json_t *setting = cg_fields_to_json(&cg_layout_setting, &ways->variants[i].setting);
        if (is_first(ways, i, engine, at))
            json_array_append(array, json_object_get(setting, cg_setting_options[at].key));
        json_decref(setting);
    }
    return array;
}

static json_t *engine_json(const struct cg_tally *tally, const struct ways *ways,
                           const struct cg_engine *engine)
{
    struct cg_engine_info info = {0};
    engine->probe(engine, &info);
    json_t *json = json_pack("{s:s, s:s}", "engine", engine->name, "version", info.version);
    for (enum cg_setting_place at = 0; at < CG_SETTING_N; at++)
        if (is_axis(at))
            json_object_set_new(json, cg_setting_options[at].key, values_json(ways, engine, at));
    json_t *kinds = json_array();
    for (int i = 0; i < tally->n_rows; i++) {
        const struct cg_tally_row *r = &tally->rows[i];
        if (r->engine == engine)
            json_array_append_new(
                kinds, json_pack("{s:s, s:i, s:i, s:i, s:i, s:o, s:o}", "kind", r->kind, "cases", r->cases,
                                 "wrong", r->wrong, "failed", r->failed, "refused", r->refused, "max_error",
                                 cg_json_number(r->error), "max_tolerances", cg_json_number(r->worst)));
    }
    json_object_set_new(json, "kinds", kinds);
    return json;
}

json_t *cg_tally_json(const struct cg_tally *tally, const struct cg_variant *variants, int n_variants)
{
    const struct ways ways = {variants, n_variants};
    json_t *engines = json_array(), *refused = json_array(), *broken = json_array();
    for (int i = 0; i < n_variants; i++)
        if (is_first(&ways, i, variants[i].engine, CG_SETTING_N))
            json_array_append_new(engines, engine_json(tally, &ways, variants[i].engine));
    for (int i = 0; i < tally->n_refusals; i++) {
        const struct cg_refusal *r = &tally->refusals[i];
        json_array_append_new(refused, json_pack("{s:s, s:s, s:s, s:i}", "engine", r->engine->name, "kind",
                                                 r->kind, "reason", r->reason, "cases", r->cases));
    }
    for (int i = 0; i < tally->n_failures; i++)
        json_array_append_new(broken, failure_json(&tally->failures[i]));
    return json_pack("{s:o, s:o, s:o, s:b}", "engines", engines, "refused", refused, "broken", broken, "held",
                     tally->n_failures == 0);
}
