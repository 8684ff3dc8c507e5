#include "kernels/library.h"

#include "base/text.h"
#include "kernels/engine_name.h"
#include "kernels/library_file.h"
#include "kernels/library_trial.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What has been found, by the whole name that asked. */
struct known {
    struct known *next;
    const struct cg_library_kind *kind;
    char name[1024];
    void *handle; /* open in this process, or NULL */
    struct cg_library library;
};

static struct known *all_known;

/* The sentence for a version that is not there, or for none at all. */
static void say_missing(const struct cg_library_kind *kind, const char *wanted, const char *others,
                        struct cg_library *library)
{
    snprintf(library->why_not, sizeof library->why_not,
             "there is no %s%s%.40s in $CONVGAUGE_ENGINES, the user's data folder or the system's library "
             "path%s%.200s; 'bench/engines.sh %s%s%.40s' gets it",
             kind->file, wanted[0] ? " of version " : "", wanted, others[0] ? ", only " : "", others,
             kind->engine, wanted[0] ? "==" : "", wanted);
}

static void look(const struct cg_library_kind *kind, const char *name, struct cg_library *library)
{
    char wanted[PATH_MAX];
    *library = (struct cg_library){.usable = false};
    cg_engine_name_version(name, wanted, sizeof wanted);
    if (wanted[0] == '/')
        snprintf(library->path, sizeof library->path, "%s", wanted);
    else if (!cg_library_search(kind, wanted, library->path, library->others)) {
        say_missing(kind, wanted, library->others, library);
        return;
    }
    library->usable = cg_library_fits(library->path, library->why_not, sizeof library->why_not) &&
                      cg_library_try(kind, library);
    if (!library->usable && library->others[0])
        cg_append(library->why_not, sizeof library->why_not, "; '%s@VERSION' names another: %s", kind->engine,
                  library->others);
}

static struct known *known_by(const struct cg_library_kind *kind, const char *name)
{
    struct known *known = all_known;
    while (known && (known->kind != kind || strcmp(known->name, name) != 0))
        known = known->next;
    if (known)
        return known;
    known = calloc(1, sizeof *known);
    if (!known)
        return NULL;
    known->kind = kind;
    snprintf(known->name, sizeof known->name, "%s", name);
    look(kind, name, &known->library);
    known->next = all_known;
    return all_known = known;
}

/* Never NULL. */
static const struct cg_library *find(const struct cg_library_kind *kind, const char *name)
{
    static const struct cg_library nowhere = {.why_not = "no memory to look for its library"};
    const struct known *known = known_by(kind, name);
    return known ? &known->library : &nowhere;
}

/* Another library of the kind that is open, or NULL. */
static const struct known *other_open(const struct known *known)
{
    for (const struct known *k = all_known; k; k = k->next)
        if (k->kind == known->kind && k->handle && strcmp(k->library.path, known->library.path) != 0)
            return k;
    return NULL;
}

void *cg_library_open(const struct cg_library_kind *kind, const char *name, struct cg_error *err)
{
    struct known *known = known_by(kind, name);
    if (!known || !known->library.usable) {
        cg_fail(err, CG_UNAVAILABLE, "engine %s is not available: %s", name,
                known ? known->library.why_not : "no memory to look for its library");
        return NULL;
    }
    const struct known *other = other_open(known);
    if (other) {
        cg_fail(err, CG_UNAVAILABLE, "this process has '%s' open already: '%s' needs a process of its own",
                other->library.path, known->library.path);
        return NULL;
    }
    if (!known->handle)
        known->handle = dlopen(known->library.path, RTLD_NOW | RTLD_LOCAL);
    if (!known->handle)
        cg_fail(err, CG_UNAVAILABLE, "engine %s cannot be loaded: %s", name, dlerror());
    return known->handle;
}

void cg_library_probe(const struct cg_library_kind *kind, const struct cg_engine *engine,
                      struct cg_engine_info *info)
{
    const struct cg_library *library = find(kind, engine->name);
    *info = (struct cg_engine_info){.available = library->usable, .missing = !library->path[0]};
    snprintf(info->version, sizeof info->version, "%s", library->version);
    snprintf(info->library, sizeof info->library, "%.1023s", library->path);
    snprintf(info->others, sizeof info->others, "%s", library->others);
    snprintf(info->why_not, sizeof info->why_not, "%s", library->why_not);
    snprintf(info->isa, sizeof info->isa, "%s", cg_isa_name(cg_isa_best()));
}
