#include "bench/commands/counter_print.h"

#include "bench/commands/json_print.h"

#include <math.h>
#include <stdio.h>

void cg_counters_print(const struct cg_counter *counters, int n, int indent)
{
    for (int i = 0; i < n; i++) {
        const struct cg_counter *c = &counters[i];
        printf("%*s%-18s %-9s ", indent, "", c->name, cg_counter_source_name(c->source));
        if (!c->available)
            printf("not available\n");
        else if (isnan(c->relative_error))
            printf("%s\n", c->event);
        else
            printf("%s, off by %+.2f %% on a loop of known count\n", c->event, 100 * c->relative_error);
    }
    char sentence[512];
    cg_counters_describe(counters, n, sentence, sizeof sentence);
    printf("%*s%s\n", indent, "", sentence);
}

json_t *cg_counters_json(const struct cg_counter *counters, int n)
{
    json_t *array = json_array();
    for (int i = 0; i < n; i++) {
        const struct cg_counter *c = &counters[i];
        json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s, s:b, s:o, s:s?}", "name", c->name,
                                               "event", c->event, "unit", c->unit, "source",
                                               cg_counter_source_name(c->source), "available", c->available,
                                               "relative_error",
                                               cg_json_number(c->available ? c->relative_error : NAN),
                                               "why_not", c->available ? NULL : c->why_not));
    }
    return array;
}
