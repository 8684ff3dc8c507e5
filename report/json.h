/* Writing JSON piece by piece; commas stand where they are due. */
#ifndef CONVGAUGE_REPORT_JSON_H
#define CONVGAUGE_REPORT_JSON_H

#include "bench/stats/stats.h"

#include <stdio.h>

struct cg_json {
    FILE *out;
    bool more; /* the next member or item is not the first */
};

/* A member of an object, or with key NULL an item of an array. Unknown (NULL, NAN) is null. */
void cg_json_put_text(struct cg_json *json, const char *key, const char *text);
void cg_json_put_number(struct cg_json *json, const char *key, double value);
void cg_json_put_int(struct cg_json *json, const char *key, int value);
void cg_json_put_bool(struct cg_json *json, const char *key, bool value);
/* `verdict` NULL: not judged, and no member says so. */
void cg_json_put_judged(struct cg_json *json, const char *key, struct cg_interval interval,
                        const char *verdict);
void cg_json_put_interval(struct cg_json *json, const char *key, struct cg_interval interval);

/* `bracket`: '{' or '[' opens; '}' or ']' closes. */
void cg_json_put_open(struct cg_json *json, const char *key, char bracket);
void cg_json_put_close(struct cg_json *json, char bracket);

/* Opens an object that is an item, on a line of its own. */
void cg_json_put_open_line(struct cg_json *json);

#endif
