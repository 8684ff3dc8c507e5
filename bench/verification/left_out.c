#include "bench/verification/left_out.h"

#include "base/text.h"

#include <string.h>

struct trial {
    const struct cg_variant *variants;
    const struct cg_verdict *verdicts;
    int n;
};

/* Whether variant i is refused for the reason for which variant `first` is. */
static bool is_refused_as(const struct trial *t, int i, int first)
{
    return cg_verdict_is_refusal(&t->verdicts[i]) &&
           strcmp(t->verdicts[i].reason, t->verdicts[first].reason) == 0;
}

static bool is_first(const struct trial *t, int i)
{
    int k = 0;
    while (!is_refused_as(t, k, i))
        k++;
    return k == i;
}

/* The next variant that is refused as `first` is and the first of its engine, whose variants stand together,
 * or n. */
static int next_engine(const struct trial *t, int i, int first)
{
    const struct cg_engine *engine = t->variants[i].engine;
    while (i < t->n && (t->variants[i].engine == engine || !is_refused_as(t, i, first)))
        i++;
    return i;
}

/* Whether variant i of the engine of `first` is the first with its value of an option; `refused`: among those
 * that are refused as `first` is. */
static bool brings_value(const struct trial *t, int i, int first, enum cg_setting_place at, bool refused)
{
    const struct cg_variant *own = &t->variants[i];
    if (own->engine != t->variants[first].engine || (refused && !is_refused_as(t, i, first)))
        return false;
    for (int k = 0; k < i; k++) {
        const struct cg_variant *other = &t->variants[k];
        if (other->engine == own->engine && (!refused || is_refused_as(t, k, first)) &&
            !(cg_setting_difference(&own->setting, &other->setting) & 1u << at))
            return false;
    }
    return true;
}

static int count_values(const struct trial *t, int first, enum cg_setting_place at, bool refused)
{
    int n = 0;
    for (int i = 0; i < t->n; i++)
        n += brings_value(t, i, first, at, refused);
    return n;
}

/* The values of the options of which the engine is refused at some only. */
static void name_options(const struct trial *t, int first, char *text, size_t size)
{
    char said[64];
    text[0] = '\0';
    for (enum cg_setting_place at = 0; at < CG_SETTING_N; at++) {
        if (!(CG_VERIFIED_OPTIONS & 1u << at) ||
            count_values(t, first, at, true) == count_values(t, first, at, false))
            continue;
        for (int i = first; i < t->n; i++)
            if (brings_value(t, i, first, at, true)) {
                cg_setting_say(&t->variants[i].setting, 1u << at, CG_SAY_ALL, said, sizeof said);
                cg_append(text, size, "%s%s", text[0] ? ", " : " at ", said);
            }
    }
}

/* The engines that are refused as `first` is, and where: behind all of them where it is the same for each, or
 * else behind each. How many they are. */
static int name_engines(const struct trial *t, int first, char *text, size_t size, char *where,
                        size_t where_size)
{
    char own[160];
    bool same = true;
    int n = 0;
    name_options(t, first, where, where_size);
    for (int i = first; i < t->n; i = next_engine(t, i, first), n++) {
        name_options(t, i, own, sizeof own);
        same = same && strcmp(own, where) == 0;
    }
    for (int i = first; i < t->n; i = next_engine(t, i, first)) {
        cg_append(text, size, "%s%s", i > first ? ", " : "", t->variants[i].engine->name);
        name_options(t, i, own, sizeof own);
        if (!same)
            cg_append(text, size, " (%s)", own[0] ? own + 1 : "everywhere");
    }
    if (!same)
        where[0] = '\0';
    return n;
}

void cg_left_out(const struct cg_variant *variants, const struct cg_verdict *verdicts, int n,
                 cg_left_out_tell tell)
{
    const struct trial t = {variants, verdicts, n};
    for (int i = 0; i < n; i++) {
        char engines[512] = "", where[160];
        if (!cg_verdict_is_refusal(&verdicts[i]) || !is_first(&t, i))
            continue;
        const int n_engines = name_engines(&t, i, engines, sizeof engines, where, sizeof where);
        tell(engines, n_engines > 1, where, verdicts[i].reason);
    }
}
