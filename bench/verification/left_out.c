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

/* How many engines are refused as `first` is, and their names. */
static int name_engines(const struct trial *t, int first, char *text, size_t size)
{
    int n = 0;
    const struct cg_engine *last = NULL; /* variants of an engine stand together */
    for (int i = first; i < t->n; i++)
        if (is_refused_as(t, i, first) && t->variants[i].engine != last) {
            last = t->variants[i].engine;
            cg_append(text, size, "%s%s", n++ ? ", " : "", last->name);
        }
    return n;
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

void cg_left_out(const struct cg_variant *variants, const struct cg_verdict *verdicts, int n,
                 cg_left_out_tell tell)
{
    const struct trial t = {variants, verdicts, n};
    for (int i = 0; i < n; i++) {
        char engines[512] = "", where[160] = "";
        if (!cg_verdict_is_refusal(&verdicts[i]) || !is_first(&t, i))
            continue;
        const int n_engines = name_engines(&t, i, engines, sizeof engines);
        name_options(&t, i, where, sizeof where);
        tell(engines, n_engines > 1, where, verdicts[i].reason);
    }
}
