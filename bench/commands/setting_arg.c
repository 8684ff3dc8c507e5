#include "bench/commands/setting_arg.h"

#include "base/text.h"
#include "kernels/engine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The name of the engine that `word` stands for, which outlives it; NULL with `err` set. */
static const char *engine_of(const char *word, struct cg_error *err)
{
    const struct cg_engine *engine = cg_engine_named(word, err);
    struct cg_engine_info info = {0};
    if (!engine)
        return NULL;
    engine->probe(engine, &info);
    if (info.available)
        return engine->name;
    cg_fail(err, CG_UNAVAILABLE, "engine %s is not available: %s", word, info.why_not);
    return NULL;
}

static enum cg_status read_isa(const char *word, int *isa, struct cg_error *err)
{
    *isa = cg_isa_from_name(word);
    if (*isa < 0)
        return cg_fail(err, CG_INVALID,
                       "there is no instruction set '%s'; there are scalar, neon, avx2 and avx512", word);
    return cg_isa_available((enum cg_isa) * isa)
               ? CG_OK
               : cg_fail(err, CG_UNAVAILABLE, "this processor has no %s; its best is %s", word,
                         cg_isa_name(cg_isa_best()));
}

static enum cg_status read_name(const struct cg_setting_option *option, const char *word, int *value,
                                struct cg_error *err)
{
    char all[128] = "";
    *value = cg_name_find(option->names->texts, option->names->n, word);
    if (*value >= 0)
        return CG_OK;
    for (size_t i = 0; i < option->names->n; i++)
        cg_append(all, sizeof all, "%s%s", i ? ", " : "", option->names->texts[i]);
    return cg_fail(err, CG_INVALID, "--%s takes %s, not '%s'", option->key, all, word);
}

static enum cg_status read_number(const struct cg_asked *asked, enum cg_setting_place at, const char *word,
                                  int *value, struct cg_error *err)
{
    const struct cg_setting_option *option = &cg_setting_options[at];
    const int all = at == CG_AT_THREADS ? asked->all_threads : 0;
    char *end;
    errno = 0;
    const long whole = all && strcmp(word, "all") == 0 ? (end = "", all) : strtol(word, &end, 10);
    *value = (int)whole;
    if (end != word && !*end && !errno && whole >= 1 && whole <= option->max)
        return CG_OK;
    return cg_fail(err, CG_INVALID, "--%s takes %s from 1 to %d%s, not '%s'", option->key,
                   asked->single ? "a whole number" : "whole numbers", option->max, all ? " or 'all'" : "",
                   word);
}

enum cg_status cg_asked_take(struct cg_asked *asked, enum cg_setting_place at, const char *word,
                             struct cg_error *err)
{
    const struct cg_setting_option *option = &cg_setting_options[at];
    struct cg_asked_values *of = &asked->of[at];
    struct cg_setting_value value = {NULL, 0};
    enum cg_status status = CG_OK;
    if (at == CG_AT_ENGINE)
        status = (value.text = engine_of(word, err)) ? CG_OK : err->status;
    else if (at == CG_AT_ISA)
        status = read_isa(word, &value.number, err);
    else if (option->type == CG_SETTING_NAME)
        status = read_name(option, word, &value.number, err);
    else if (option->type == CG_SETTING_INT)
        status = read_number(asked, at, word, &value.number, err);
    if (status != CG_OK)
        return status;
    of->n = asked->single ? 0 : of->n;
    for (int i = 0; i < of->n; i++)
        if (of->values[i].number == value.number && cg_same_text(of->values[i].text, value.text))
            return CG_OK;
    if (of->n == CG_LIST_MAX)
        return cg_fail(err, CG_INVALID, "--%s takes at most %d values", option->key, CG_LIST_MAX);
    of->values[of->n++] = value;
    return CG_OK;
}

int cg_asked_n(const struct cg_asked *asked, enum cg_setting_place at)
{
    return asked->of[at].n > 0 ? asked->of[at].n : 1;
}

struct cg_setting_value cg_asked_value(const struct cg_asked *asked, enum cg_setting_place at, int i)
{
    const struct cg_setting usual = cg_setting_default();
    return asked->of[at].n > 0 ? asked->of[at].values[i] : cg_setting_get(&usual, at);
}

int cg_asked_count(const struct cg_asked *asked)
{
    int count = 1;
    for (enum cg_setting_place at = 0; at < CG_SETTING_N; at++)
        count *= cg_asked_n(asked, at);
    return count;
}

struct cg_setting cg_asked_setting(const struct cg_asked *asked, int k)
{
    struct cg_setting setting = cg_setting_default();
    for (enum cg_setting_place at = 0; at < CG_SETTING_N; at++) {
        const int n = cg_asked_n(asked, at);
        cg_setting_put(&setting, at, cg_asked_value(asked, at, k % n));
        k /= n;
    }
    return setting;
}

void cg_asked_help(const struct cg_asked *asked, enum cg_setting_place at, char *text, size_t size)
{
    const struct cg_setting_option *option = &cg_setting_options[at];
    const struct cg_setting usual = cg_setting_default();
    char number[16];
    const char *usually = option->usually ? option->usually : cg_setting_word(&usual, at, number);
    if (asked->every)
        usually = option->type == CG_SETTING_INT ? "1,2" : "all";
    const size_t shown = asked->all_threads ? strlen(usually) : strcspn(usually, ";"); /* suites: of `run` */
    snprintf(text, size, "%s%s (%.*s)", option->help,
             at == CG_AT_THREADS && asked->all_threads ? ", 'all' = every core allowed" : "", (int)shown,
             usually);
}
