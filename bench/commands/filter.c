#include "bench/commands/filter.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* The product of the largest counts of all "{m,n}", as if each stood inside the others. */
static double times_of(const char *text)
{
    double times = 1;
    for (const char *p = strchr(text, '{'); p; p = strchr(p + 1, '{')) {
        double most = 1;
        for (const char *q = p + 1 + strspn(p + 1, ","); *q >= '0' && *q <= '9'; q += strspn(q, ",")) {
            char *end;
            const double count = strtod(q, &end);
            most = count > most ? count : most;
            q = end;
        }
        times *= most;
    }
    return times;
}

/* A back reference, "\\1", which POSIX does not have here and whose search may take for ever. */
static bool refers_back(const char *text)
{
    for (const char *p = strchr(text, '\\'); p; p = p[1] ? strchr(p + 2, '\\') : NULL)
        if (p[1] >= '1' && p[1] <= '9')
            return true;
    return false;
}

enum cg_status cg_filter_set(struct cg_filter *filter, const char *text, struct cg_error *err)
{
    char reason[128];
    cg_filter_free(filter);
    if (strlen(text) > CG_FILTER_LENGTH_MAX)
        return cg_fail(err, CG_INVALID, "a regular expression has at most %d characters here, not %zu",
                       CG_FILTER_LENGTH_MAX, strlen(text));
    if (times_of(text) > CG_FILTER_TIMES_MAX)
        return cg_fail(err, CG_INVALID, "'%s' repeats more than %d times, its counts multiplied", text,
                       CG_FILTER_TIMES_MAX);
    if (refers_back(text))
        return cg_fail(err, CG_INVALID, "'%s' refers back to a group, which is not supported", text);
    const int bad = regcomp(&filter->regex, text, REG_EXTENDED | REG_NOSUB);
    if (bad) {
        regerror(bad, &filter->regex, reason, sizeof reason);
        return cg_fail(err, CG_INVALID, "'%s' is not a regular expression: %s", text, reason);
    }
    filter->text = text;
    return CG_OK;
}

void cg_filter_free(struct cg_filter *filter)
{
    if (filter->text)
        regfree(&filter->regex);
    filter->text = NULL;
}

bool cg_filter_matches(const struct cg_filter *filter, const char *text)
{
    return !filter->text || regexec(&filter->regex, text, 0, NULL, 0) == 0;
}
