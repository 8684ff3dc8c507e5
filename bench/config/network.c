#include "bench/config/network_file.h"

#include "base/array.h"
#include "base/text.h"
#include "bench/graph/rewrite.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_SIDE 16384 /* pixels: more is a slip of the pen */

enum ref_kind {
    REF_NAME,
    REF_LUA,
    REF_FILE, /* of another program: .onnx, .param */
};

struct ref {
    enum ref_kind kind;
    char base[CG_PATH_MAX];    /* family or path */
    char variant[CG_NAME_MAX]; /* or the name of an output in another program's file */
    struct cg_size size;       /* 0x0 when not given */
};

/* Where the path's extension ends, when `text` is a path with that extension followed by nothing, ':' or '@'.
 */
static const char *end_of_extension(const char *text, const char *extension)
{
    const char *found = NULL;
    const size_t length = strlen(extension);
    for (const char *at = strstr(text, extension); at; at = strstr(at + 1, extension))
        if (at[length] == '\0' || at[length] == ':' || at[length] == '@')
            found = at + length;
    return found;
}

bool cg_network_is_path(const char *ref)
{
    return end_of_extension(ref, ".onnx") || end_of_extension(ref, ".param") || end_of_extension(ref, ".lua");
}

/* "192" or "640x480" -> size. */
static bool parse_size(const char *text, struct cg_size *size)
{
    int used = 0, width, height;
    if (!isdigit((unsigned char)text[0]) || strlen(text) > 11)
        return false;
    if (sscanf(text, "%5dx%5d%n", &width, &height, &used) == 2 && text[used] == '\0')
        *size = (struct cg_size){width, height};
    else if (sscanf(text, "%5d%n", &width, &used) == 1 && text[used] == '\0')
        *size = (struct cg_size){width, width};
    else
        return false;
    return size->width >= 1 && size->width <= MAX_SIDE && size->height >= 1 && size->height <= MAX_SIDE;
}

/* Up to the '@' before a size. Names of outputs may hold others. */
static size_t variant_length(const char *text, enum ref_kind kind)
{
    struct cg_size size;
    const char *last = strrchr(text, '@');
    if (kind != REF_FILE)
        return strcspn(text, "@");
    return last && parse_size(last + 1, &size) ? (size_t)(last - text) : strlen(text);
}

static enum cg_status parse_ref(const char *text, struct ref *ref, struct cg_error *err)
{
    *ref = (struct ref){.kind = REF_NAME};
    const char *end = end_of_extension(text, ".onnx");
    if (end || (end = end_of_extension(text, ".param")))
        ref->kind = REF_FILE;
    else if ((end = end_of_extension(text, ".lua")))
        ref->kind = REF_LUA;
    else
        end = text + strcspn(text, ":@");
    if (end == text || (size_t)(end - text) >= sizeof ref->base)
        return cg_fail(err, CG_INVALID, "'%.80s' is not the name of a network", text);
    memcpy(ref->base, text, (size_t)(end - text));
    if (*end == ':') {
        const size_t length = variant_length(end + 1, ref->kind);
        if (length == 0 || length >= sizeof ref->variant)
            return cg_fail(err, CG_INVALID, "%.120s: what follows ':' is not the name of %s", text,
                           ref->kind == REF_FILE ? "an output" : "a variant");
        memcpy(ref->variant, end + 1, length);
        end += 1 + length;
    }
    if (*end == '@' && !parse_size(end + 1, &ref->size))
        return cg_fail(err, CG_INVALID,
                       "%.120s: after '@' stands an input size, 192 or 640x480 (width x height), up to %d",
                       text, MAX_SIDE);
    return CG_OK;
}

/* The path of a family's file; CG_INVALID with the nearest names. */
static enum cg_status find_family(const struct cg_config *config, const char *family, char *path, size_t size,
                                  struct cg_error *err)
{
    char near[200];
    if (cg_config_find_file(config, "networks", family, path, size))
        return CG_OK;
    if (access(family, F_OK) == 0 && strpbrk(family, "/."))
        return cg_fail(err, CG_INVALID,
                       "'%.150s' is not read as a network: its name ends in none of .lua, .onnx and .param",
                       family);
    if (cg_config_find_file(config, "suites", family, path, size))
        return cg_fail(err, CG_INVALID,
                       "'%.100s' is a suite, not a network: 'convgauge run %.100s' measures it", family,
                       family);
    cg_config_nearest_file(config, "networks", family, near, sizeof near);
    return cg_fail(err, CG_INVALID, "there is no network '%.100s'%s ('convgauge list networks' shows all)",
                   family, near);
}

/* The open file at `path`, among `files`; NULL with `err` set. `family` as in cg_network_file_open(). */
static struct cg_network_file *opened_file(struct cg_network_file **files, const struct cg_config *config,
                                           const char *path, const char *family, struct cg_error *err)
{
    struct cg_network_file *file = *files;
    while (file && strcmp(file->script.path, path) != 0)
        file = file->next;
    if (file || !(file = cg_network_file_open(config, path, family, err)))
        return file;
    file->next = *files;
    return *files = file;
}

static struct cg_network *load_lua(const struct cg_config *config, struct cg_network_file **files,
                                   const struct ref *ref, const struct cg_config_options *options,
                                   struct cg_error *err)
{
    char path[CG_PATH_MAX];
    const bool by_name = ref->kind == REF_NAME;
    if (by_name && find_family(config, ref->base, path, sizeof path, err) != CG_OK)
        return NULL;
    struct cg_network_file *file =
        opened_file(files, config, by_name ? path : ref->base, by_name ? ref->base : NULL, err);
    const int variant = file ? cg_network_file_variant(file, ref->variant, err) : -1;
    if (variant < 0)
        return NULL;
    const struct cg_size size = ref->size.width ? ref->size : file->variants[variant].inputs[0];
    return cg_network_file_build(file, variant, size, options && options->batch > 0 ? options->batch : 1,
                                 err);
}

/* The file's graph for that many images a run. */
static enum cg_status set_batch(struct cg_network *network, int batch, struct cg_error *err)
{
    struct cg_shape wanted = network->graph->nodes[network->graph->input].shape;
    if (wanted.n == batch)
        return CG_OK;
    wanted.n = batch;
    struct cg_graph *graph = cg_graph_with_input(network->graph, wanted, err);
    if (!graph)
        return cg_context(err, "%s", network->name);
    cg_graph_destroy(&network->graph);
    network->graph = graph;
    return CG_OK;
}

static void set_names(struct cg_network *network, const struct ref *ref)
{
    const char *slash = strrchr(ref->base, '/');
    char shown[4 * sizeof ref->base]; /* a file's name is another's, too */
    const char *file = cg_printable(slash ? slash + 1 : ref->base, shown, sizeof shown);
    snprintf(network->family, sizeof network->family, "%.*s", (int)(strrchr(file, '.') - file), file);
    snprintf(network->title, sizeof network->title, "%s", network->family);
    snprintf(network->source, sizeof network->source, "%.180s", file);
    snprintf(network->variant, sizeof network->variant, "%s", ref->variant);
    cg_network_set_name(network);
}

static struct cg_network *load_file(const struct ref *ref, const struct cg_config_options *options,
                                    struct cg_error *err)
{
    if (!options || !options->import_file) {
        cg_fail(err, CG_UNSUPPORTED, "%s: this program reads no files of other programs", ref->base);
        return NULL;
    }
    struct cg_network *network = calloc(1, sizeof *network);
    if (!network) {
        cg_fail(err, CG_NO_MEMORY, "no memory for %s", ref->base);
        return NULL;
    }
    const struct cg_import_request request = {.width = ref->size.width,
                                              .height = ref->size.height,
                                              .output = ref->variant[0] ? ref->variant : NULL,
                                              .note = network->note,
                                              .note_size = sizeof network->note};
    network->published = cg_published_unknown();
    network->imported = true;
    enum cg_status status =
        options->import_file(ref->base, &request, &network->graph, &network->weights, err);
    if (status == CG_OK) {
        network->width = network->graph->nodes[network->graph->input].shape.w;
        network->height = network->graph->nodes[network->graph->input].shape.h;
        set_names(network, ref);
    }
    if (status == CG_OK && options->batch > 0)
        status = set_batch(network, options->batch, err);
    if (status != CG_OK)
        cg_network_destroy(&network);
    return network;
}

struct cg_network *cg_network_load(const struct cg_config *config, struct cg_network_file **files,
                                   const char *text, const struct cg_config_options *options,
                                   struct cg_error *err)
{
    struct ref ref;
    if (parse_ref(text, &ref, err) != CG_OK)
        return NULL;
    return ref.kind == REF_FILE ? load_file(&ref, options, err) : load_lua(config, files, &ref, options, err);
}

struct cg_network *cg_config_load_network(const struct cg_config *config, const char *ref,
                                          const struct cg_config_options *options, struct cg_error *err)
{
    struct cg_network_file *files = NULL;
    struct cg_network *network = cg_network_load(config, &files, ref, options, err);
    cg_network_file_close(&files);
    return network;
}

/* ---- what networks there are ---- */

struct list {
    struct cg_network *networks;
    int n, room;
};

static enum cg_status add_file(struct list *list, const struct cg_config *config, const char *family,
                               struct cg_error *err)
{
    char path[CG_PATH_MAX];
    if (!cg_config_find_file(config, "networks", family, path, sizeof path))
        return cg_fail(err, CG_IO, "networks/%s.lua has gone", family);
    struct cg_network_file *file = cg_network_file_open(config, path, family, err);
    if (!file)
        return err ? err->status : CG_INVALID;
    bool ok = true;
    for (int i = 0; i < file->n_variants; i++)
        for (int k = 0; k < file->variants[i].n_inputs && ok; k++) {
            ok = cg_array_fit(list->networks, list->room, list->n + 1);
            if (ok)
                cg_network_file_describe(file, i, file->variants[i].inputs[k], &list->networks[list->n++]);
        }
    cg_network_file_close(&file);
    return ok ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory to list the networks");
}

enum cg_status cg_config_list_networks(const struct cg_config *config, struct cg_network **networks, int *n,
                                       struct cg_error *err)
{
    struct cg_file_names names;
    struct list list = {0};
    enum cg_status status = cg_config_file_names(config, "networks", &names, err);
    for (int i = 0; i < names.n && status == CG_OK; i++)
        status = add_file(&list, config, names.at[i], err);
    cg_config_names_release(&names);
    if (status != CG_OK) {
        free(list.networks);
        list = (struct list){0};
    }
    *networks = list.networks;
    *n = list.n;
    return status;
}
