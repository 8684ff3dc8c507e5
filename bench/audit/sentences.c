#include "bench/audit/costs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const summaries[] = {
#define CG_GUIDELINE_SUMMARY(id, name, what) [id] = what,
    CG_GUIDELINES(CG_GUIDELINE_SUMMARY)
#undef CG_GUIDELINE_SUMMARY
};

int cg_audit_places(const struct cg_audit *audit, enum cg_guideline guideline)
{
    int places = 0;
    for (int i = 0; i < audit->n_breaches; i++)
        places += audit->breaches[i].guideline == guideline;
    return places;
}

/* How many blocks break it. */
static int blocks_of(const struct cg_audit *audit, enum cg_guideline guideline)
{
    int blocks = 0;
    const char *last = NULL;
    for (int i = 0; i < audit->n_breaches; i++) {
        const struct cg_breach *breach = &audit->breaches[i];
        if (breach->guideline != guideline || (last && strcmp(last, breach->block) == 0))
            continue;
        last = breach->block;
        blocks++;
    }
    return blocks;
}

/* "1.08 [1.06, 1.10]"; without an interval "1.08". */
static void say_interval(struct cg_interval interval, double unit, int decimals, char text[96])
{
    const int length = snprintf(text, 96, "%.*f", decimals, interval.value / unit);
    if (!isnan(interval.low) && !isnan(interval.high))
        snprintf(text + length, (size_t)(96 - length), " [%.*f, %.*f]", decimals, interval.low / unit,
                 decimals, interval.high / unit);
}

/* Decimals of milliseconds, as many as the interval supports. */
static int decimals_of(struct cg_interval ns)
{
    const double width = (ns.high - ns.low) / 1e6;
    const int decimals = width > 0 ? (int)ceil(-log10(width)) + 1 : 3;
    return decimals < 1 ? 1 : decimals > 5 ? 5 : decimals;
}

static int say_cost(const struct cg_audit_cost *cost, const struct cg_audit_costs *costs, char *text,
                    size_t size)
{
    char ms[96], ratio[96], left_out[64] = "";
    say_interval(cost->cost_ns, 1e6, decimals_of(cost->cost_ns), ms);
    say_interval(cg_ratio_of(cost->ratio), 1, 2, ratio);
    const double share = 100 * fabs(cost->cost_ns.value) / costs->network_ns.value;
    if (cost->measured < cost->places)
        snprintf(left_out, sizeof left_out, " (%d of the places timed)", cost->measured);
    switch (cost->verdict) {
    case CG_SLOWER:
        return snprintf(
            text, size,
            "; that costs %s ms here%s, %.1f %% of the network's time: at equal multiply-adds the "
            "places take %s times the time of their replacements",
            ms, left_out, share, ratio);
    case CG_FASTER:
        return snprintf(
            text, size,
            "; that costs nothing here%s: at equal multiply-adds the places take only %s times the "
            "time of their replacements",
            left_out, ratio);
    case CG_SAME:
        return snprintf(
            text, size,
            "; that costs nothing that can be seen here%s: at equal multiply-adds the places take %s "
            "times the time of their replacements, within %.2g %%",
            left_out, ratio, 100 * costs->delta);
    case CG_UNCLEAR:
        return snprintf(
            text, size,
            "; whether that costs time here is unclear%s: %s ms; at equal multiply-adds the places take "
            "%s times the time of their replacements",
            left_out, ms, ratio);
    default:
        return snprintf(text, size, "; measured%s: %s ms, ratio %s (one process: no verdict)", left_out, ms,
                        ratio);
    }
}

int cg_audit_say(const struct cg_audit *audit, const struct cg_audit_costs *costs,
                 enum cg_guideline guideline, char *text, size_t size)
{
    const int places = cg_audit_places(audit, guideline), blocks = blocks_of(audit, guideline);
    char cost[512] = "";
    if (places == 0 && !audit->has_blocks && (guideline == CG_G3 || guideline == CG_G4))
        return snprintf(text, size, "%s (%s) was not looked for: the network names no blocks.",
                        cg_guideline_name(guideline), summaries[guideline]);
    if (places == 0)
        return snprintf(text, size, "%s (%s) is broken nowhere.", cg_guideline_name(guideline),
                        summaries[guideline]);
    if (costs && costs->guidelines[guideline].measured > 0)
        say_cost(&costs->guidelines[guideline], costs, cost, sizeof cost);
    else if (costs)
        snprintf(cost, sizeof cost, "; none of the places could be timed");
    return snprintf(text, size, "%s (%s) is broken at %d place%s in %d block%s%s.",
                    cg_guideline_name(guideline), summaries[guideline], places, places == 1 ? "" : "s",
                    blocks, blocks == 1 ? "" : "s", cost);
}
