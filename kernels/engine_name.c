#include "kernels/engine_name.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

size_t cg_engine_name_length(const char *name)
{
    return strcspn(name, "@:");
}

void cg_engine_name_version(const char *name, char *text, size_t size)
{
    name += cg_engine_name_length(name);
    name += *name == '@';
    snprintf(text, size, "%.*s", (int)strcspn(name, ":"), name);
}

/* The first ":KEY=VALUE", or the end of the name. */
static const char *options_of(const char *name)
{
    return name + strcspn(name, ":");
}

/* The value of `key` in ":KEY=VALUE"... from `at` on, or NULL. */
static const char *find_value(const char *at, const char *key)
{
    const size_t length = strlen(key);
    for (; *at == ':'; at = options_of(at + 1))
        if (strncmp(at + 1, key, length) == 0 && at[1 + length] == '=')
            return at + length + 2;
    return NULL;
}

char cg_engine_name_value(const char *name, const struct cg_engine_option *option)
{
    const char *value = find_value(options_of(name), option->key);
    return value ? *value : option->values[0];
}

/* Whether it names a library by its path. */
static bool has_path(const char *name)
{
    name += cg_engine_name_length(name);
    return name[0] == '@' && name[1] == '/';
}

static enum cg_status refuse_path(const char *name, struct cg_error *err)
{
    return cg_fail(err, CG_INVALID,
                   "'%s': the path of a library may have no comma and no colon, which separate engines and "
                   "options",
                   name);
}

void cg_engine_options_say(const struct cg_engine *engine, char *text, size_t size)
{
    text[0] = '\0';
    for (const struct cg_engine_option *o = engine->options; o && o->key; o++)
        cg_append(text, size, "%s%s=%c or %c", text[0] ? ", " : "", o->key, o->values[0], o->values[1]);
}

static enum cg_status check_option(const struct cg_engine *engine, const char *text, size_t length,
                                   struct cg_error *err)
{
    char known[128];
    for (const struct cg_engine_option *o = engine->options; o && o->key; o++) {
        const size_t key = strlen(o->key);
        if (length == key + 2 && strncmp(text, o->key, key) == 0 && text[key] == '=' &&
            strchr(o->values, text[key + 1]))
            return find_value(options_of(text), o->key)
                       ? cg_fail(err, CG_INVALID, "engine %s: option %s is set twice", engine->name, o->key)
                       : CG_OK;
    }
    cg_engine_options_say(engine, known, sizeof known);
    return cg_fail(err, CG_INVALID, "engine %s has no option '%.*s'%s%s", engine->name, (int)length, text,
                   known[0] ? "; it takes " : "; it has none", known);
}

enum cg_status cg_engine_name_check(const struct cg_engine *engine, const char *name, struct cg_error *err)
{
    char version[8];
    if (!engine->options)
        return cg_fail(err, CG_INVALID, "engine %s has neither versions nor options: name it '%s'",
                       engine->name, engine->name);
    cg_engine_name_version(name, version, sizeof version);
    const bool asks = name[cg_engine_name_length(name)] == '@';
    if (asks && engine->one_version)
        return cg_fail(err, CG_INVALID, "engine %s has one version, that of convgauge: name it without @",
                       engine->name);
    if (asks && !has_path(name) && memchr(name, '/', strcspn(name, ":")))
        return cg_fail(
            err, CG_INVALID,
            "'%s': a library is named by its whole path, which begins with '/'; a version has none", name);
    if (asks && !version[0])
        return cg_fail(err, CG_INVALID, "'%s' names no version or path behind its @", name);
    if (strchr(name, ','))
        return refuse_path(name, err);
    enum cg_status status = CG_OK;
    for (const char *at = options_of(name); status == CG_OK && *at == ':'; at = options_of(at + 1)) {
        const size_t length = strcspn(at + 1, ":");
        const bool of_path = has_path(name) && (memchr(at + 1, '/', length) || !memchr(at + 1, '=', length));
        status = of_path ? refuse_path(name, err) : check_option(engine, at + 1, length, err);
    }
    return status;
}
