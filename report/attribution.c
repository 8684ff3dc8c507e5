/* Sentences on whom a finding belongs to: the hardware, an engine, the fusion of operations. */
#include "report/sentences.h"

#include "base/text.h"

#include <string.h>

#define HOLDS    (1u << CG_HOLDS)
#define NONE     (1u << CG_NO_EFFECT)
#define REVERSED (1u << CG_REVERSED)
#define MIXED    (1u << CG_MIXED)
#define UNCLEAR  (1u << CG_FINDING_UNCLEAR)
#define IN_PART  (1u << CG_IN_PART)
#define MACHINE  (1u << CG_FINDING_BY_MACHINE)
#define KNOWN    (HOLDS | NONE | REVERSED | MIXED | UNCLEAR | IN_PART | MACHINE)

static int count(const struct cg_shown *shown, unsigned wanted)
{
    int n = 0;
    for (size_t i = 0; i < shown->n; i++)
        n += (wanted >> shown->findings[i] & 1) != 0;
    return n;
}

/* `before`, then the engines with a wanted finding: "not by onednn and xnnpack"; nothing when there are none.
 */
static void say_engines(struct cg_sentence *s, const char *before, const struct cg_shown *shown,
                        unsigned wanted)
{
    const int n = count(shown, wanted);
    int said = 0;
    for (size_t i = 0; i < shown->n; i++)
        if ((wanted >> shown->findings[i]) & 1) {
            cg_say(s, "%s%.60s", said ? cg_joint(said, n) : before, shown->engines[i]);
            said++;
        }
}

/* "shown by native, not by onednn; reversed with xnnpack; unclear with reference" */
static void say_each(struct cg_sentence *s, const struct cg_shown *shown)
{
    static const struct {
        unsigned finding;
        const char *words;
    } rest[] = {{REVERSED, "reversed with "},
                {MIXED, "contradictory with "},
                {IN_PART, "undecided in part with "},
                {UNCLEAR, "unclear with "},
                {MACHINE, "undecided, by the state of the machine, with "}};
    const bool holds = count(shown, HOLDS) > 0;
    bool first = !holds && !count(shown, NONE);
    if (holds) {
        say_engines(s, "shown by ", shown, HOLDS);
        say_engines(s, ", not by ", shown, NONE);
    } else {
        say_engines(s, "no effect with ", shown, NONE);
    }
    for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++)
        if (count(shown, rest[i].finding)) {
            cg_say(s, "%s", first ? "" : "; ");
            say_engines(s, rest[i].words, shown, rest[i].finding);
            first = false;
        }
}

struct cg_sentence cg_say_shown_by(const struct cg_shown *shown)
{
    struct cg_sentence s = {""};
    const enum cg_attribution attribution = cg_attribute(shown->findings, shown->n);
    switch (attribution) {
    case CG_ATTR_ONE:
        say_engines(&s, "property of ", shown, HOLDS);
        say_engines(&s, "; reversed with ", shown, REVERSED);
        break;
    case CG_ATTR_NONE:
        say_each(&s, shown);
        cg_say(&s, "%s", s.text[0] ? ", the only one compared" : cg_attribution_name(attribution));
        break;
    case CG_ATTR_SOME:
    case CG_ATTR_UNDECIDED:
        if (count(shown, UNCLEAR) == count(shown, KNOWN))
            cg_say(&s, "unclear");
        else
            say_each(&s, shown);
        break;
    default:
        cg_say(&s, "%s", cg_attribution_name(attribution));
    }
    return s;
}

struct cg_sentence cg_say_attribution(const struct cg_suite_record *suite, const struct cg_shown *shown)
{
    struct cg_sentence s = {""};
    const enum cg_attribution attribution = cg_attribute(shown->findings, shown->n);
    const int against = count(shown, NONE | REVERSED);
    if (attribution == CG_ATTR_NONE)
        return s;
    cg_say(&s, "%s ", cg_subject(suite).text);
    switch (attribution) {
    case CG_ATTR_HARDWARE:
        say_engines(&s, "is a property of the hardware here: ", shown, HOLDS);
        cg_say(&s, "%s show it", count(shown, HOLDS) == 2 ? " both" : " all");
        break;
    case CG_ATTR_ONE:
        say_engines(&s, "is a property of engine ", shown, HOLDS);
        say_engines(&s, " here: ", shown, NONE | REVERSED);
        cg_say(&s, " do%s not show it", against == 1 ? "es" : "");
        say_engines(&s, ", it is reversed with ", shown, REVERSED);
        break;
    case CG_ATTR_NO_EFFECT:
        say_engines(&s, "has no effect here with any of ", shown, KNOWN);
        break;
    case CG_ATTR_REVERSED:
        say_engines(&s, "is reversed here with every engine: ", shown, KNOWN);
        break;
    default:
        cg_say(&s, count(shown, HOLDS) ? "is " : "is shown throughout by no engine: ");
        say_each(&s, shown);
    }
    cg_say(&s, ".");
    return s;
}

struct cg_sentence cg_say_places(const struct cg_said *places, size_t n)
{
    struct cg_sentence s = {""};
    for (size_t i = 0; i < n; i++) {
        size_t first = 0;
        while (strcmp(places[first].what.text, places[i].what.text) != 0)
            first++;
        if (first < i)
            continue; /* said with that one */
        for (size_t k = i, said = 0; k < n; k++)
            if (strcmp(places[k].what.text, places[i].what.text) == 0)
                cg_say(&s, "%s%s", said++ ? "; " : s.text[0] ? " At " : "At ", places[k].where.text);
        cg_say(&s, ": %s.", places[i].what.text);
    }
    return s;
}

/* ---- fusion ---- */

/* What the findings with and without fusion say together: words between the suite and the engines, between
 * the engines and the rest ("here", where no engine is named), and the rest. */
static const struct fusion_saying {
    enum cg_finding full, none;
    const char *before, *after_engines, *after_here, *rest;
} fusion_sayings[] = {
    {CG_NO_EFFECT, CG_HOLDS, "is a matter of fusion", ":", ":",
     "it holds where every operation runs by itself, and has no effect where the engine fuses"},
    {CG_HOLDS, CG_HOLDS, "holds", ",", "", "with and without fusion of operations"},
    {CG_NO_EFFECT, CG_NO_EFFECT, "has no effect", ",", "", "with and without fusion of operations"},
};
#define N_SAYINGS (sizeof fusion_sayings / sizeof fusion_sayings[0])

/* NULL: no common saying. */
static const struct fusion_saying *saying_of(enum cg_finding full, enum cg_finding none)
{
    for (size_t i = 0; i < N_SAYINGS; i++)
        if (fusion_sayings[i].full == full && fusion_sayings[i].none == none)
            return &fusion_sayings[i];
    return NULL;
}

static const char *words_of(const struct cg_shown *shown, size_t i)
{
    return shown->words[i].text[0] ? shown->words[i].text : cg_finding_name(shown->findings[i]);
}

struct cg_sentence cg_say_fusion(const struct cg_suite_record *suite, const struct cg_shown *full,
                                 const struct cg_shown *none)
{
    struct cg_sentence s = {""};
    const struct cg_phrase subject = cg_subject(suite);
    const bool named = full->engines[0] != NULL;
    for (const struct fusion_saying *f = fusion_sayings; f < fusion_sayings + N_SAYINGS; f++) {
        int said = 0, n = 0;
        for (size_t i = 0; i < full->n; i++)
            n += saying_of(full->findings[i], none->findings[i]) == f;
        for (size_t i = 0; i < full->n; i++)
            if (saying_of(full->findings[i], none->findings[i]) == f) {
                if (!said)
                    cg_say(&s, "%s%s %s %s", s.text[0] ? " " : "", subject.text, f->before,
                           named ? "with " : "here");
                cg_say(&s, "%s%.60s", cg_joint(said++, n), named ? full->engines[i] : "");
            }
        if (said)
            cg_say(&s, "%s %s.", named ? f->after_engines : f->after_here, f->rest);
    }
    for (size_t i = 0; i < full->n; i++)
        if (!saying_of(full->findings[i], none->findings[i]) && full->findings[i] != CG_NO_FINDING &&
            none->findings[i] != CG_NO_FINDING)
            cg_say(&s, "%s%s%s%.60s: %s with fusion, %s where every operation runs by itself.",
                   s.text[0] ? " " : "", subject.text, named ? " with " : "", named ? full->engines[i] : "",
                   words_of(full, i), words_of(none, i));
    return s;
}
