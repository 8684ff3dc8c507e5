#include "report/family.h"

#include "base/array.h"

void cg_family_add(struct cg_family *family, struct cg_estimate ratio, int a, int b)
{
    family->failed = family->failed || !cg_array_fit(family->ratios, family->room, family->n + 1) ||
                     !cg_array_fit(family->keys, family->keys_room, family->n + 1);
    if (family->failed)
        return;
    family->ratios[family->n] = ratio;
    family->keys[family->n][0] = a;
    family->keys[family->n++][1] = b;
}

bool cg_family_judge(struct cg_family *family, double delta)
{
    family->verdicts = calloc((size_t)family->n + 1, sizeof *family->verdicts);
    return !family->failed && family->verdicts &&
           cg_verdicts(family->ratios, (size_t)family->n, delta, family->verdicts);
}

void cg_family_free(struct cg_family *family)
{
    free(family->ratios);
    free(family->keys);
    free(family->verdicts);
    *family = (struct cg_family){0};
}
