#include "report/network_names.h"

#include "base/text.h"
#include "report/format.h"

#include <ctype.h>

#define AUTHORS ", the authors'"

static bool ends_with(const char *text, const char *end)
{
    const size_t length = text ? strlen(text) : 0, n = strlen(end);
    return length >= n && strcmp(text + length - n, end) == 0;
}

/* Both give the label, or another one; NULL without memory. */
static const char *label_by_authors(struct cg_results *results, const struct cg_case_record *c)
{
    static const char *const ours[] = {", ours", ", our impl.", " (ours)", " (our impl.)"};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        if (c->network && ends_with(c->label, ours[i]))
            return cg_results_format(results, "%.*s" AUTHORS, (int)(strlen(c->label) - strlen(ours[i])),
                                     c->label);
    return c->label;
}

/* "0.5x (g=3)" of a variant "0.5x_g3". */
static struct cg_phrase variant_words(const char *variant)
{
    const char *groups = strstr(variant, "_g");
    return groups && strspn(groups + 2, "0123456789") == strlen(groups + 2)
               ? cg_phrase("%.*s (g=%.8s)", (int)(groups - variant), variant, groups + 2)
               : cg_phrase("%.40s", variant);
}

/* Whether the first bytes of a label have a word that is none of the network's; "x" and "g" stand beside
 * numbers. */
static bool says_else(const char *label, size_t length, const struct cg_case_record *c)
{
    const struct cg_phrase own =
        cg_phrase("%.80s %.80s %.60s x g", c->network, c->title, c->variant ? c->variant : "");
    for (size_t at = 0, n; at<length; at += n> 0 ? n : 1) {
        n = 0;
        while (at + n < length && (isalpha((unsigned char)label[at + n]) || label[at + n] & 0x80))
            n++;
        if (n > 0 && !strcasestr(own.text, cg_phrase("%.*s", (int)n, label + at).text))
            return true;
    }
    return false;
}

static const char *published_label(struct cg_results *results, enum cg_suite_kind kind,
                                   const struct cg_case_record *c)
{
    if (!c->network || !c->title || !c->label || cg_same_text(c->title, c->network))
        return c->label;
    const size_t own = strlen(c->network);
    const bool typed = strncmp(c->label, c->network, own) == 0 && strchr(":@", c->label[own]);
    const char *size = c->name ? strchr(c->name, '@') : NULL, *variant = c->variant ? c->variant : "";
    /* The paper has two rows of some networks. */
    const char *whose = ends_with(c->label, AUTHORS)        ? AUTHORS
                        : ends_with(c->label, ", reported") ? ", reported"
                                                            : "";
    if ((!typed && kind != CG_KIND_RANKING) || says_else(c->label, strlen(c->label) - strlen(whose), c))
        return c->label;
    return cg_results_format(results, "%s%s%s%s%s%s", c->title, variant[0] ? " " : "",
                             variant_words(variant).text, size ? " " : "", size ? size : "", whose);
}

static void name_cases(struct cg_results *results, bool published)
{
    for (int s = 0; s < results->n_suites; s++) {
        const struct cg_suite_record *suite = results->suites[s];
        for (int g = 0; g < suite->n_groups; g++)
            for (int i = 0; i < suite->groups[g]->n_cases; i++) {
                struct cg_case_record *c = suite->groups[g]->cases[i];
                const char *label =
                    published ? published_label(results, suite->kind, c) : label_by_authors(results, c);
                c->label = label ? label : c->label;
            }
    }
}

/* The label of a network of this graph; `name`: there is none. */
static const char *label_of_graph(const struct cg_results *results, const char *graph, const char *name)
{
    for (int s = 0; s < results->n_suites; s++)
        for (int g = 0; g < results->suites[s]->n_groups; g++)
            for (int i = 0; i < results->suites[s]->groups[g]->n_cases; i++) {
                const struct cg_case_record *c = results->suites[s]->groups[g]->cases[i];
                if (c->network && c->label && graph && cg_same_text(c->graph, graph))
                    return c->label;
            }
    return name;
}

void cg_name_authors(struct cg_results *results)
{
    name_cases(results, false);
}

void cg_name_as_published(struct cg_results *results)
{
    name_cases(results, true);
    for (int r = 0; r < results->n_records; r++)
        if (results->records[r]->network)
            results->records[r]->case_name =
                label_of_graph(results, results->records[r]->graph, results->records[r]->case_name);
}
