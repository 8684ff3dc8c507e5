#include "bench/commands/filter.h"

#include <stddef.h>

enum cg_status cg_filter_set(struct cg_filter *filter, const char *text, struct cg_error *err)
{
    char reason[128];
    cg_filter_free(filter);
    const int bad = regcomp(&filter->regex, text, REG_EXTENDED | REG_NOSUB);
    if (bad) {
        regerror(bad, &filter->regex, reason, sizeof reason);
        return cg_fail(err, CG_INVALID, "--filter '%s' is not a regular expression: %s", text, reason);
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
