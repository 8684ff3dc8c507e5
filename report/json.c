#include "report/json.h"

#include "report/escape.h"

#include <math.h>

static void put_key(struct cg_json *json, const char *key)
{
    fputs(json->more ? ", " : "", json->out);
    json->more = true;
    if (!key)
        return;
    cg_put_json(key, json->out);
    fputs(": ", json->out);
}

void cg_json_put_text(struct cg_json *json, const char *key, const char *text)
{
    put_key(json, key);
    if (text)
        cg_put_json(text, json->out);
    else
        fputs("null", json->out);
}

void cg_json_put_number(struct cg_json *json, const char *key, double value)
{
    put_key(json, key);
    if (isfinite(value))
        fprintf(json->out, "%.17g", value);
    else
        fputs("null", json->out);
}

void cg_json_put_int(struct cg_json *json, const char *key, int value)
{
    put_key(json, key);
    fprintf(json->out, "%d", value);
}

void cg_json_put_bool(struct cg_json *json, const char *key, bool value)
{
    put_key(json, key);
    fputs(value ? "true" : "false", json->out);
}

void cg_json_put_interval(struct cg_json *json, const char *key, struct cg_interval interval)
{
    cg_json_put_judged(json, key, interval, NULL);
}

void cg_json_put_judged(struct cg_json *json, const char *key, struct cg_interval interval,
                        const char *verdict)
{
    cg_json_put_open(json, key, '{');
    cg_json_put_number(json, "value", interval.value);
    cg_json_put_number(json, "ci_low", interval.low);
    cg_json_put_number(json, "ci_high", interval.high);
    if (verdict)
        cg_json_put_text(json, "verdict", verdict);
    cg_json_put_close(json, '}');
}

void cg_json_put_open(struct cg_json *json, const char *key, char bracket)
{
    put_key(json, key);
    putc(bracket, json->out);
    json->more = false;
}

void cg_json_put_close(struct cg_json *json, char bracket)
{
    putc(bracket, json->out);
    json->more = true;
}

void cg_json_put_open_line(struct cg_json *json)
{
    fputs(json->more ? ",\n {" : "\n {", json->out);
    json->more = false;
}
