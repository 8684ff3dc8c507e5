/* Sentences on whom a finding belongs to: the hardware, an engine, the fusion of operations. */
#include "report/saying.h"
#include "report/sentences.h"

#include <stdint.h>
#include <string.h>

#define HOLDS    (1u << CG_HOLDS)
#define NONE     (1u << CG_NO_EFFECT)
#define REVERSED (1u << CG_REVERSED)
#define MIXED    (1u << CG_MIXED)
#define UNCLEAR  (1u << CG_FINDING_UNCLEAR)
#define KNOWN    (HOLDS | NONE | REVERSED | MIXED | UNCLEAR)

/* Engines and what each shows. */
struct shown {
    const char *const *engines;
    const enum cg_finding *findings;
    size_t n;
};

static int count(const struct shown *shown, unsigned wanted)
{
    int n = 0;
    for (size_t i = 0; i < shown->n; i++)
        n += (wanted >> shown->findings[i] & 1) != 0;
    return n;
}

/* `before`, then the engines with a wanted finding: "not by onednn and xnnpack"; nothing when there are none.
 */
static void say_engines(struct saying *s, const char *before, const struct shown *shown, unsigned wanted)
{
    const int n = count(shown, wanted);
    int said = 0;
    for (size_t i = 0; i < shown->n; i++)
        if ((wanted >> shown->findings[i]) & 1) {
            say(s, "%s%.60s", said ? joint(said, n) : before, shown->engines[i]);
            said++;
        }
}

/* "shown by native, not by onednn; reversed with xnnpack; unclear with reference" */
static void say_each(struct saying *s, const struct shown *shown)
{
    const char *between = "";
    if (count(shown, HOLDS)) {
        say_engines(s, "shown by ", shown, HOLDS);
        say_engines(s, ", not by ", shown, NONE);
        between = "; ";
    } else if (count(shown, NONE)) {
        say_engines(s, "no effect with ", shown, NONE);
        between = "; ";
    }
    static const struct {
        unsigned finding;
        const char *words;
    } rest[] = {{REVERSED, "reversed with "}, {MIXED, "mixed with "}, {UNCLEAR, "unclear with "}};
    for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++)
        if (count(shown, rest[i].finding)) {
            say(s, "%s", between);
            say_engines(s, rest[i].words, shown, rest[i].finding);
            between = "; ";
        }
}

int cg_say_shown_by(const char *const *engines, const enum cg_finding *findings, size_t n, char *text,
                    size_t size)
{
    const struct shown shown = {engines, findings, n};
    struct saying s = begin(text, size);
    const enum cg_attribution attribution = cg_attribute(findings, n);
    switch (attribution) {
    case CG_ATTR_ONE:
        say_engines(&s, "property of ", &shown, HOLDS);
        say_engines(&s, "; reversed with ", &shown, REVERSED);
        break;
    case CG_ATTR_SOME:
    case CG_ATTR_UNDECIDED:
        if (count(&shown, UNCLEAR) == count(&shown, KNOWN))
            say(&s, "unclear");
        else
            say_each(&s, &shown);
        break;
    default:
        say(&s, "%s", cg_attribution_name(attribution));
    }
    return end(&s);
}

int cg_say_attribution(const struct cg_suite_record *suite, const char *const *engines,
                       const enum cg_finding *findings, size_t n, char *text, size_t size)
{
    const struct shown shown = {engines, findings, n};
    struct saying s = begin(text, size);
    char subject[256];
    cg_say_subject(suite, subject, sizeof subject);
    switch (cg_attribute(findings, n)) {
    case CG_ATTR_HARDWARE:
        say(&s, "%s is a property of the hardware here: ", subject);
        say_engines(&s, "", &shown, HOLDS);
        say(&s, "%s show it.", count(&shown, HOLDS) == 2 ? " both" : " all");
        break;
    case CG_ATTR_ONE:
        say(&s, "%s is a property of engine ", subject);
        say_engines(&s, "", &shown, HOLDS);
        say(&s, " here: ");
        say_engines(&s, "", &shown, NONE | REVERSED);
        say(&s, " do%s not show it", count(&shown, NONE | REVERSED) == 1 ? "es" : "");
        say_engines(&s, ", it is reversed with ", &shown, REVERSED);
        say(&s, ".");
        break;
    case CG_ATTR_NO_EFFECT:
        say(&s, "%s has no effect here with any of ", subject);
        say_engines(&s, "", &shown, KNOWN);
        say(&s, ".");
        break;
    case CG_ATTR_REVERSED:
        say(&s, "%s is reversed here with every engine: ", subject);
        say_engines(&s, "", &shown, KNOWN);
        say(&s, ".");
        break;
    case CG_ATTR_SOME:
    case CG_ATTR_UNDECIDED:
        say(&s, "%s ", subject);
        if (count(&shown, HOLDS))
            say(&s, "is ");
        else
            say(&s, "is shown throughout by no engine: ");
        say_each(&s, &shown);
        say(&s, ".");
        break;
    default:
        return 0;
    }
    return end(&s);
}

int cg_say_places(const struct cg_said *places, size_t n, char *text, size_t size)
{
    struct saying s = begin(text, size);
    for (size_t i = 0; i < n; i++) {
        size_t first = 0;
        while (strcmp(places[first].what, places[i].what) != 0)
            first++;
        if (first < i)
            continue; /* said with that one */
        const char *what = places[i].what;
        for (size_t k = i, said = 0; k < n; k++)
            if (strcmp(places[k].what, what) == 0)
                say(&s, "%s%s", said++ ? "; " : s.used ? " At " : "At ", places[k].where);
        say(&s, ": %s.", what);
    }
    return end(&s);
}

/* ---- fusion ---- */

/* What the findings with and without fusion say together (X: identifier, words between the suite and the
 * engines, words behind them). */
#define CG_FUSION_SAYINGS(X)                                                                                 \
    X(MATTER, "is a matter of fusion",                                                                       \
      "it holds where every operation runs by itself, and has no effect where the engine fuses")             \
    X(BOTH, "holds", "with and without fusion of operations")                                                \
    X(NEITHER, "has no effect", "with and without fusion of operations")                                     \
    X(OTHER, "", "")

enum fusion_saying {
#define FUSION_ENUM(id, before, behind) FUSION_##id,
    CG_FUSION_SAYINGS(FUSION_ENUM)
#undef FUSION_ENUM
        FUSION_COUNT
};

static const struct {
    const char *before, *behind;
} fusion_words[] = {
#define FUSION_WORDS(id, before, behind) [FUSION_##id] = {before, behind},
    CG_FUSION_SAYINGS(FUSION_WORDS)
#undef FUSION_WORDS
};

static enum fusion_saying fusion_saying_of(enum cg_finding full, enum cg_finding none)
{
    return full == CG_NO_EFFECT && none == CG_HOLDS       ? FUSION_MATTER
           : full == CG_HOLDS && none == CG_HOLDS         ? FUSION_BOTH
           : full == CG_NO_EFFECT && none == CG_NO_EFFECT ? FUSION_NEITHER
                                                          : FUSION_OTHER;
}

int cg_say_fusion(const struct cg_suite_record *suite, enum cg_finding full, enum cg_finding none, char *text,
                  size_t size)
{
    char subject[256];
    cg_say_subject(suite, subject, sizeof subject);
    if (full == CG_NO_FINDING || none == CG_NO_FINDING)
        return 0;
    switch (fusion_saying_of(full, none)) {
    case FUSION_MATTER:
        return snprintf(text, size, "%s %s here: %s.", subject, fusion_words[FUSION_MATTER].before,
                        fusion_words[FUSION_MATTER].behind);
    case FUSION_BOTH:
    case FUSION_NEITHER:
        return snprintf(text, size, "%s %s here %s.", subject,
                        fusion_words[fusion_saying_of(full, none)].before, fusion_words[FUSION_BOTH].behind);
    default:
        return snprintf(text, size, "%s: %s with fusion, %s where every operation runs by itself.", subject,
                        cg_finding_name(full), cg_finding_name(none));
    }
}

int cg_say_fusion_of_engines(const struct cg_suite_record *suite, const char *const *engines,
                             const enum cg_finding *full, const enum cg_finding *none, size_t n, char *text,
                             size_t size)
{
    struct saying s = begin(text, size);
    char subject[256];
    cg_say_subject(suite, subject, sizeof subject);
    for (int kind = 0; kind < FUSION_OTHER; kind++) {
        int said = 0, of_kind = 0;
        for (size_t i = 0; i < n; i++)
            of_kind += (int)fusion_saying_of(full[i], none[i]) == kind;
        for (size_t i = 0; i < n; i++)
            if ((int)fusion_saying_of(full[i], none[i]) == kind) {
                if (!said)
                    say(&s, "%s%s %s with ", s.used ? " " : "", subject, fusion_words[kind].before);
                say(&s, "%s%.60s", joint(said++, of_kind), engines[i]);
            }
        if (said)
            say(&s, "%s%s.", kind == FUSION_MATTER ? ": " : ", ", fusion_words[kind].behind);
    }
    for (size_t i = 0; i < n; i++)
        if (fusion_saying_of(full[i], none[i]) == FUSION_OTHER && full[i] != CG_NO_FINDING &&
            none[i] != CG_NO_FINDING)
            say(&s, "%s%s with %.60s: %s with fusion, %s where every operation runs by itself.",
                s.used ? " " : "", subject, engines[i], cg_finding_name(full[i]), cg_finding_name(none[i]));
    return end(&s);
}
