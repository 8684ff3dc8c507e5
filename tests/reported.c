#include "tests/reported.h"

#include "tests/synthetic.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

char *printed(const struct cg_results *results, const char *suite, enum cg_format format)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    cr_assert(out);
    struct cg_error err = {0};
    cr_expect(cg_report_print(results, suite, format, out, &err) == CG_OK, "%s", err.text);
    fclose(out);
    return text;
}

struct cg_suite_views views_of(const struct cg_results *results, const char *suite)
{
    struct cg_suite_views views;
    const struct cg_suite_record *record = find_suite(results, suite);
    cr_assert(record);
    cr_assert(cg_suite_views_create(results, record, &views, NULL) == CG_OK && views.n > 0);
    return views;
}
