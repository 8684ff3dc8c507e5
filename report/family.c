#include "report/family.h"

#include "base/array.h"

void cg_family_add(struct cg_family *family, struct cg_judged row)
{
    family->failed = family->failed || !cg_array_fit(family->rows, family->room, family->n + 1);
    if (!family->failed)
        family->rows[family->n++] = row;
}

bool cg_family_judge(struct cg_family *family, enum cg_question question)
{
    return !family->failed && cg_judge(family->rows, (size_t)family->n, question);
}

void cg_family_free(struct cg_family *family)
{
    free(family->rows);
    *family = (struct cg_family){0};
}
