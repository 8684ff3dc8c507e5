#include "base/refusals.h"

#include "base/text.h"

#include <stdio.h>

/* The kept reason of that text, a new one where there is none; NULL: no more are kept. */
static struct cg_refusal *find(struct cg_refusals *refusals, const char *text)
{
    int i = 0;
    while (i < refusals->n && strcmp(refusals->list[i].reason, text) != 0)
        i++;
    if (i == CG_REFUSALS_MAX)
        return NULL;
    if (i == refusals->n)
        strcpy(refusals->list[refusals->n++].reason, text);
    return &refusals->list[i];
}

void cg_refusals_add(struct cg_refusals *refusals, const char *kind, const char *reason, const char *name)
{
    char text[sizeof refusals->list[0].reason];
    snprintf(text, sizeof text, "%.60s%s%.120s", kind, reason[0] ? ": " : "", reason);
    struct cg_refusal *r = find(refusals, text);
    if (!r)
        refusals->n_further++;
    else if (++r->count <= 4)
        cg_append(r->names, sizeof r->names, "%s'%.24s'", r->names[0] ? ", " : "", name);
    else if (r->count == 5)
        cg_append(r->names, sizeof r->names, " ...");
}

enum cg_status cg_refusals_fail(const struct cg_refusals *refusals, const char *what, struct cg_error *err)
{
    char text[sizeof err->text] = "";
    for (int i = 0; i < refusals->n; i++) {
        const struct cg_refusal *r = &refusals->list[i];
        cg_append(text, sizeof text, "%s%s (", i ? "; " : "", r->reason);
        if (r->count > 1)
            cg_append(text, sizeof text, "%d of them: ", r->count);
        cg_append(text, sizeof text, "%s)", r->names);
    }
    if (refusals->n_further > 0)
        cg_append(text, sizeof text, "; and %d more", refusals->n_further);
    return cg_fail(err, CG_UNSUPPORTED, "%s that are not read: %s", what, text);
}
