#include "bench/commands/profile_kinds.h"

#include "base/text.h"

#include <math.h>

/* The kinds of the layers with multiply-adds that a step runs, as bits. */
static unsigned kinds_of(const struct cg_profile *profile, const struct cg_profile_row *row)
{
    unsigned kinds = 0;
    for (int k = 0; k < row->n_nodes; k++)
        if (cg_node_cost(profile->graph, row->nodes[k]).madds > 0)
            kinds |= 1u << cg_node_category(profile->graph, row->nodes[k]);
    return kinds;
}

static bool is_mixed(unsigned kinds)
{
    return (kinds & (kinds - 1)) != 0;
}

/* "conv+depthwise" */
static struct cg_phrase kinds_words(unsigned kinds)
{
    struct cg_phrase words = {""};
    for (int c = 0; c < CG_CATEGORY_COUNT; c++)
        if (kinds >> c & 1)
            cg_append(words.text, sizeof words.text, "%s%s", words.text[0] ? "+" : "",
                      cg_category_name((enum cg_category)c));
    return words;
}

struct cg_phrase cg_kind_of_step(const struct cg_profile *profile, const struct cg_profile_row *row,
                                 const char *kind)
{
    const unsigned kinds = kinds_of(profile, row);
    return is_mixed(kinds) ? kinds_words(kinds) : cg_phrase("%s", kind);
}

static void add_step(const struct cg_profile *profile, const struct cg_profile_row *step,
                     struct cg_kind_row *sum)
{
    const bool known = profile->lanes > 0, bounded = !isnan(step->bound.ns);
    sum->ns += step->ns.value;
    sum->peak_ns += !known ? NAN : bounded ? step->peak_ns : 0;
    sum->bound_ns += !known ? NAN : bounded ? step->bound.ns : 0;
    sum->lanes_ns += !known ? NAN : bounded ? step->lanes_ns : 0;
}

/* All steps whose layers with multiply-adds are of exactly these kinds, or that have none and are of it. */
static struct cg_kind_row kinds_row(const struct cg_profile *profile, unsigned kinds)
{
    struct cg_kind_row sum = {.name = kinds_words(kinds), .category = -1};
    for (int i = 0; i < profile->n_rows; i++) {
        const unsigned of = kinds_of(profile, &profile->rows[i]);
        if ((of ? of : 1u << profile->rows[i].category) == kinds)
            add_step(profile, &profile->rows[i], &sum);
    }
    return sum;
}

int cg_profile_kinds(const struct cg_profile *profile, struct cg_kind_row rows[CG_KIND_ROWS])
{
    int n = 0;
    for (int c = 0; c < CG_CATEGORY_COUNT; c++) {
        rows[n] = kinds_row(profile, 1u << c);
        rows[n++].category = c;
    }
    for (unsigned kinds = 1; kinds < CG_KIND_ROWS; kinds++)
        if (is_mixed(kinds)) {
            rows[n] = kinds_row(profile, kinds);
            n += rows[n].ns > 0;
        }
    return n;
}

struct cg_kind_row cg_profile_all(const struct cg_profile *profile)
{
    struct cg_kind_row sum = {.name = cg_phrase("all"), .category = -1};
    for (int i = 0; i < profile->n_rows; i++)
        add_step(profile, &profile->rows[i], &sum);
    return sum;
}
