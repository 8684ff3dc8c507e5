#include "bench/record/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

json_t *cg_json_text(const char *text)
{
    json_t *json = text ? json_string(text) : json_null();
    char *copy = json ? NULL : strdup(text);
    for (char *c = copy; c && *c; c++)
        if ((unsigned char)*c >= 0x80)
            *c = '?';
    json = copy ? json_string(copy) : json;
    free(copy);
    return json;
}

json_t *cg_json_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *cg_json_interval(struct cg_interval interval)
{
    return json_pack("{s:o, s:o, s:o}", "value", cg_json_number(interval.value), "ci_low",
                     cg_json_number(interval.low), "ci_high", cg_json_number(interval.high));
}

json_t *cg_json_shape(struct cg_shape s)
{
    return s.c ? json_pack("[i,i,i,i]", s.n, s.h, s.w, s.c) : json_null();
}

enum cg_status cg_json_print(json_t *json, FILE *out, struct cg_error *err)
{
    if (!json)
        return cg_fail(err, CG_NO_MEMORY, "no memory to print JSON");
    const bool written =
        json_dumpf(json, out, JSON_INDENT(2) | JSON_ENSURE_ASCII) == 0 && putc('\n', out) == '\n';
    json_decref(json);
    return written ? CG_OK : cg_fail(err, CG_IO, "cannot write the output");
}
