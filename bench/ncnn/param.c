#include "bench/ncnn/param.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC      "7767517"
#define NAME_MAX_  255   /* characters, as ncnn has it */
#define OLD_ARRAYS 23300 /* -23300 - id = length, then the values */

struct parser {
    struct cg_arena *arena;
    struct cg_ncnn_file *file;
    char *at; /* what is left of the text, of the line */
    char *line_at;
    int line;
    struct cg_error *err;
};

__attribute__((format(printf, 2, 3))) static enum cg_status refuse(struct parser *p, const char *format, ...)
{
    char reason[512];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    return cg_fail(p->err, CG_INVALID, "line %d: %s", p->line, reason);
}

/* ---- words ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Goes to the next line that is not empty; false: there is none. */
static bool next_line(struct parser *p)
{
    while (*p->at) {
        p->line++;
        p->line_at = p->at;
        p->at += strcspn(p->at, "\n");
        if (*p->at)
            *p->at++ = '\0';
        while (is_blank(*p->line_at))
            p->line_at++;
        if (*p->line_at)
            return true;
    }
    return false;
}

/* The next word of the line, or NULL. */
static char *next_word(struct parser *p)
{
    char *word = p->line_at;
    while (is_blank(*word))
        word++;
    if (!*word)
        return NULL;
    for (p->line_at = word; *p->line_at && !is_blank(*p->line_at);)
        p->line_at++;
    if (*p->line_at)
        *p->line_at++ = '\0';
    return word;
}

static bool is_whole(const char *text, const char *end, long least, long most, int *value)
{
    char *stop;
    errno = 0;
    const long number = strtol(text, &stop, 10);
    if (stop != end || stop == text || errno || number < least || number > most)
        return false;
    *value = (int)number;
    return true;
}

static enum cg_status read_number(struct parser *p, const char *what, int most, int *value)
{
    const char *word = next_word(p);
    if (!word)
        return refuse(p, "%s is missing", what);
    if (!is_whole(word, word + strlen(word), 0, most, value))
        return refuse(p, "%s is '%.40s', no number from 0 to %d", what, word, most);
    return CG_OK;
}

static enum cg_status read_name(struct parser *p, const char *what, const char **name)
{
    *name = next_word(p);
    if (!*name)
        return refuse(p, "%s is missing", what);
    if (strlen(*name) > NAME_MAX_)
        return refuse(p, "%s has more than %d characters", what, NAME_MAX_);
    return CG_OK;
}

/* ---- a layer ---- */

/* "id=value", "id=value,value" or "-23300-id=length,value,value". */
static enum cg_status read_param(struct parser *p, struct cg_ncnn_layer *layer, const char *word)
{
    int id, n = 1, length = -1;
    const char *text = strchr(word, '=');
    if (!text || !is_whole(word, text, -OLD_ARRAYS - CG_NCNN_PARAMS + 1, CG_NCNN_PARAMS - 1, &id) ||
        (id < 0 && id > -OLD_ARRAYS))
        return refuse(p, "layer %.60s: '%.40s' is no parameter, 0=value to %d=value", layer->name, word,
                      CG_NCNN_PARAMS - 1);
    text++;
    if (id < 0) {
        id = -OLD_ARRAYS - id;
        const char *end = text + strcspn(text, ",");
        if (!is_whole(text, end, 0, INT32_MAX, &length))
            return refuse(p, "layer %.60s: the array of parameter %d does not begin with its length",
                          layer->name, id);
        text = *end ? end + 1 : end;
    }
    for (const char *c = text; *c; c++)
        n += *c == ',';
    if (!*text)
        n = 0;
    if ((length >= 0 && n != length) || (length < 0 && n == 0))
        return refuse(p, "layer %.60s: parameter %d has %d values, not %d", layer->name, id, n,
                      length < 0 ? 1 : length);
    if (layer->params[id].text)
        return refuse(p, "layer %.60s: parameter %d is given twice", layer->name, id);
    layer->params[id] = (struct cg_ncnn_values){text, n};
    return CG_OK;
}

static enum cg_status add_tops(struct parser *p, struct cg_ncnn_layer *layer)
{
    struct cg_ncnn_file *file = p->file;
    layer->first_top = file->n_blobs;
    for (int i = 0; i < layer->n_tops; i++) {
        if (file->n_blobs == file->blob_room)
            return refuse(p, "there are more blobs than the %d that the file's second line says",
                          file->blob_room);
        struct cg_ncnn_blob *blob = &file->blobs[file->n_blobs];
        blob->layer = (int)(layer - file->layers);
        if (read_name(p, "the name of a blob that it gives", &blob->name) != CG_OK)
            return p->err->status;
        file->n_blobs++;
    }
    return CG_OK;
}

static enum cg_status read_layer(struct parser *p, struct cg_ncnn_layer *layer)
{
    const char *word;
    layer->line = p->line;
    if (read_name(p, "a layer's type", &layer->type) != CG_OK ||
        read_name(p, "the layer's name", &layer->name) != CG_OK ||
        read_number(p, "the number of blobs that it reads", p->file->blob_room, &layer->n_bottoms) != CG_OK ||
        read_number(p, "the number of blobs that it gives", p->file->blob_room, &layer->n_tops) != CG_OK)
        return p->err->status;
    if ((size_t)layer->n_bottoms > strlen(p->line_at))
        return refuse(p, "layer %.60s: the blobs that it reads are missing", layer->name);
    layer->bottom_names = cg_arena_array(p->arena, (size_t)layer->n_bottoms, sizeof *layer->bottom_names);
    layer->bottoms = cg_arena_array(p->arena, (size_t)layer->n_bottoms, sizeof *layer->bottoms);
    if (!layer->bottom_names || !layer->bottoms)
        return cg_fail(p->err, CG_NO_MEMORY, "no memory for the layers of a model");
    for (int i = 0; i < layer->n_bottoms; i++)
        if (read_name(p, "the name of a blob that it reads", &layer->bottom_names[i]) != CG_OK)
            return p->err->status;
    if (add_tops(p, layer) != CG_OK)
        return p->err->status;
    while ((word = next_word(p)))
        if (read_param(p, layer, word) != CG_OK)
            return p->err->status;
    return CG_OK;
}

/* ---- blobs by name ---- */

static int compare_names(const void *a, const void *b)
{
    return strcmp((*(struct cg_ncnn_blob *const *)a)->name, (*(struct cg_ncnn_blob *const *)b)->name);
}

static struct cg_ncnn_blob **sorted_blobs(struct parser *p)
{
    struct cg_ncnn_file *file = p->file;
    const size_t n = (size_t)file->n_blobs;
    struct cg_ncnn_blob **sorted = cg_arena_array(p->arena, n, sizeof(struct cg_ncnn_blob *));
    if (!sorted) {
        cg_fail(p->err, CG_NO_MEMORY, "no memory for the blobs of a model");
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
        sorted[i] = &file->blobs[i];
    qsort(sorted, n, sizeof(struct cg_ncnn_blob *), compare_names);
    for (size_t i = 1; i < n; i++)
        if (strcmp(sorted[i - 1]->name, sorted[i]->name) == 0) {
            const int a = sorted[i - 1]->layer, b = sorted[i]->layer;
            p->line = file->layers[a > b ? a : b].line;
            refuse(p, "blob '%.80s' is given a second time", sorted[i]->name);
            return NULL;
        }
    return sorted;
}

static enum cg_status find_bottoms(struct parser *p)
{
    struct cg_ncnn_file *file = p->file;
    struct cg_ncnn_blob **sorted = sorted_blobs(p);
    if (!sorted)
        return p->err->status;
    for (int l = 0; l < file->n_layers; l++) {
        struct cg_ncnn_layer *layer = &file->layers[l];
        for (int i = 0; i < layer->n_bottoms; i++) {
            const struct cg_ncnn_blob wanted = {.name = layer->bottom_names[i]}, *key = &wanted;
            struct cg_ncnn_blob **found =
                bsearch(&key, sorted, (size_t)file->n_blobs, sizeof(struct cg_ncnn_blob *), compare_names);
            p->line = layer->line;
            if (!found || (*found)->layer >= l)
                return refuse(p, "layer %.60s reads blob '%.80s', which no layer before it gives",
                              layer->name, wanted.name);
            (*found)->reads++;
            layer->bottoms[i] = (int)(*found - file->blobs);
        }
    }
    return CG_OK;
}

/* ---- the file ---- */

static enum cg_status read_head(struct parser *p)
{
    const char *word = next_line(p) ? next_word(p) : NULL;
    if (!word || strcmp(word, MAGIC) != 0)
        return cg_fail(p->err, CG_INVALID, "not a .param file of ncnn, which begins with " MAGIC);
    if (!next_line(p))
        return refuse(p, "the numbers of layers and blobs are missing");
    if (read_number(p, "the number of layers", CG_NCNN_LAYERS_MAX, &p->file->n_layers) != CG_OK)
        return p->err->status;
    return read_number(p, "the number of blobs", 4 * CG_NCNN_LAYERS_MAX, &p->file->blob_room);
}

static enum cg_status check_characters(const char *text, size_t length, struct cg_error *err)
{
    for (size_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char)text[i];
        if ((c < ' ' && c != '\n' && c != '\r' && c != '\t') || c == 0x7f)
            return cg_fail(err, CG_INVALID,
                           "not a text: byte %zu has the value %d (models of ncnn are read from .param, not "
                           "from .param.bin)",
                           i, c);
    }
    return CG_OK;
}

enum cg_status cg_ncnn_parse(const char *text, size_t length, struct cg_arena *arena,
                             struct cg_ncnn_file *file, struct cg_error *err)
{
    struct parser p = {.arena = arena, .file = file, .err = err};
    if (check_characters(text, length, err) != CG_OK)
        return err->status;
    p.at = cg_arena_text(arena, text, length);
    if (!p.at)
        return cg_fail(err, CG_NO_MEMORY, "no memory to read a model");
    if (read_head(&p) != CG_OK)
        return err->status;
    file->layers = cg_arena_array(arena, (size_t)file->n_layers, sizeof *file->layers);
    file->blobs = cg_arena_array(arena, (size_t)file->blob_room, sizeof *file->blobs);
    if (!file->layers || !file->blobs)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the layers of a model");
    for (int n = 0; n < file->n_layers; n++) { /* what stands behind the last is not read by ncnn either */
        if (!next_line(&p))
            return refuse(&p, "the file ends after %d of %d layers", n, file->n_layers);
        if (read_layer(&p, &file->layers[n]) != CG_OK)
            return err->status;
    }
    return find_bottoms(&p);
}

/* ---- values ---- */

/* Where value i begins and ends. */
static const char *value_at(const struct cg_ncnn_values *values, int i, const char **end)
{
    const char *at = values->text;
    if (!at || i < 0 || i >= values->n)
        return NULL;
    for (; i > 0; i--)
        at += strcspn(at, ",") + 1;
    *end = at + strcspn(at, ",");
    return at;
}

static bool is_written_as_float(const char *at, const char *end)
{
    for (; at < end; at++)
        if (*at == '.' || *at == 'e' || *at == 'E')
            return true;
    return false;
}

bool cg_ncnn_value_ints(const struct cg_ncnn_values *values, int *numbers)
{
    const char *at = values->text;
    for (int i = 0; i < values->n; i++) {
        const char *end = at + strcspn(at, ",");
        if (!is_whole(at, end, INT32_MIN, INT32_MAX, &numbers[i]))
            return false;
        at = *end ? end + 1 : end;
    }
    return true;
}

bool cg_ncnn_value_float(const struct cg_ncnn_values *values, int i, float *value)
{
    const char *end, *at = value_at(values, i, &end);
    char *stop;
    int zero;
    if (!at)
        return false;
    if (is_whole(at, end, 0, 0, &zero)) {
        *value = 0; /* whose bits are those of 0 */
        return true;
    }
    if (!is_written_as_float(at, end))
        return false;
    const float number = strtof(at, &stop);
    if (stop != end || !isfinite(number))
        return false;
    *value = number;
    return true;
}
