#include "kernels/setting.h"

#include "base/hash.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

CG_NAMES_DEFINE(cg_isa, CG_ISAS)
CG_NAMES_DEFINE(cg_fusion, CG_FUSIONS)
CG_NAMES_DEFINE(cg_cache_state, CG_CACHE_STATES)

#define OPTION(id, member, type_, names_, is_later, later_skipped, ...)                                      \
    [CG_AT_##id] = {.key = #member,                                                                          \
                    .type = CG_SETTING_##type_,                                                              \
                    .names = names_,                                                                         \
                    .offset = offsetof(struct cg_setting, member),                                           \
                    .later = is_later,                                                                       \
                    __VA_ARGS__},
const struct cg_setting_option cg_setting_options[CG_SETTING_N] = {CG_SETTING_OPTIONS(OPTION)};

struct cg_setting_value cg_setting_get(const struct cg_setting *setting, enum cg_setting_place at)
{
    const struct cg_setting_option *option = &cg_setting_options[at];
    const char *member = (const char *)setting + option->offset;
    struct cg_setting_value value = {NULL, 0};
    if (option->type == CG_SETTING_TEXT)
        memcpy(&value.text, member, sizeof value.text);
    else
        memcpy(&value.number, member, sizeof value.number); /* enums have an int's size with gcc and clang */
    return value;
}

void cg_setting_put(struct cg_setting *setting, enum cg_setting_place at, struct cg_setting_value value)
{
    const struct cg_setting_option *option = &cg_setting_options[at];
    char *member = (char *)setting + option->offset;
    if (option->type == CG_SETTING_TEXT)
        memcpy(member, &value.text, sizeof value.text);
    else
        memcpy(member, &value.number, sizeof value.number);
}

const char *cg_setting_word(const struct cg_setting *setting, enum cg_setting_place at, char number[16])
{
    const struct cg_setting_option *option = &cg_setting_options[at];
    const struct cg_setting_value value = cg_setting_get(setting, at);
    if (option->type == CG_SETTING_TEXT)
        return value.text;
    if (option->type == CG_SETTING_NAME)
        return value.number < 0 ? NULL : cg_name_at(option->names->texts, option->names->n, value.number);
    snprintf(number, 16, "%d", value.number);
    return number;
}

struct cg_setting cg_setting_default(void)
{
    return (struct cg_setting){
        .engine = "native", .isa = cg_isa_best(), .threads = 1, .fusion = CG_FUSION_FULL};
}

bool cg_setting_is_valid(const struct cg_setting *setting)
{
    bool valid = setting->edges == CG_EDGES_NHWC || setting->edges == CG_EDGES_PLAN;
    for (enum cg_setting_place at = 0; at < CG_SETTING_N; at++) {
        const struct cg_setting_option *option = &cg_setting_options[at];
        const struct cg_setting_value value = cg_setting_get(setting, at);
        valid = valid && (option->type == CG_SETTING_TEXT ? value.text != NULL : value.number >= 0) &&
                (option->type != CG_SETTING_NAME || (size_t)value.number < option->names->n);
    }
    return valid && setting->threads <= CG_THREADS_MAX;
}

unsigned cg_setting_difference(const struct cg_setting *a, const struct cg_setting *b)
{
    unsigned difference = 0;
    for (enum cg_setting_place at = 0; at < CG_SETTING_N; at++) {
        const struct cg_setting_value of_a = cg_setting_get(a, at), of_b = cg_setting_get(b, at);
        if (of_a.number != of_b.number || !cg_same_text(of_a.text, of_b.text))
            difference |= 1u << at;
    }
    return difference;
}

bool cg_setting_equal(const struct cg_setting *a, const struct cg_setting *b)
{
    return cg_setting_difference(a, b) == 0;
}

uint64_t cg_setting_hash(uint64_t hash, const struct cg_setting *setting)
{
    for (enum cg_setting_place at = 0; at < CG_SETTING_N; at++) {
        const struct cg_setting_value value = cg_setting_get(setting, at);
        hash = cg_hash_u64(cg_hash_text(hash, value.text ? value.text : ""), (uint64_t)value.number);
    }
    for (int i = 0; setting->cpus && i < setting->threads; i++)
        hash = cg_hash_u64(hash, (uint64_t)setting->cpus[i] + 1);
    return cg_hash_u64(hash, setting->edges);
}

/* ---- in words ---- */

static bool is_usual(const struct cg_setting *setting, enum cg_setting_place at)
{
    const struct cg_setting_option *option = &cg_setting_options[at];
    const int number = cg_setting_get(setting, at).number;
    return number < 0 || number == option->usual || (option->type == CG_SETTING_INT && number == 0);
}

static bool is_said(const struct cg_setting *setting, enum cg_setting_place at, enum cg_setting_style style)
{
    const struct cg_setting_option *option = &cg_setting_options[at];
    return option->always || style == CG_SAY_ALL || (style == CG_SAY_SHORT && option->in_names) ||
           !is_usual(setting, at);
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static void say_option(const struct cg_setting *setting, enum cg_setting_place at,
                       enum cg_setting_style style, char *text, size_t size)
{
    const struct cg_setting_option *option = &cg_setting_options[at];
    char number[16];
    const char *word = cg_setting_word(setting, at, number);
    const bool brief = style == CG_SAY_SHORT && (option->always || option->in_names);
    const char *before = or_empty(brief ? option->short_before : option->before);
    const char *after = or_empty(brief ? option->short_after : option->after);
    if (!word && style == CG_SAY_SHORT)
        return;
    cg_append(text, size, "%s%s%s%s%s", text[0] ? style == CG_SAY_SHORT ? " " : ", " : "", word ? before : "",
              word ? word : or_empty(option->unknown), word ? after : "",
              word && after[0] && !brief && strcmp(word, "1") != 0 ? "s" : "");
}

int cg_setting_say(const struct cg_setting *setting, unsigned which, enum cg_setting_style style, char *text,
                   size_t size)
{
    char all[512] = "";
    for (int first = 1; first >= 0; first--)
        for (enum cg_setting_place at = 0; at < CG_SETTING_N; at++)
            if ((which & 1u << at) && cg_setting_options[at].always == first && is_said(setting, at, style))
                say_option(setting, at, style, all, sizeof all);
    return snprintf(text, size, "%s", all);
}
