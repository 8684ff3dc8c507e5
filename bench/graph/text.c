#include "bench/graph/text.h"

#include "base/array.h"
#include "base/hash.h"
#include "base/text.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define HEADER "convgauge-graph 1 output="
#define BLOCK  "block name="

/* ---- the fields of a line, in order ---- */

enum field_kind {
    FIELD_INTS,   /* n of them, from `at` on, in kinds of nodes that have `has` */
    FIELD_INPUTS, /* lists */
    FIELD_INDEX,
    FIELD_ACT,    /* unless none */
    FIELD_FLAG,   /* when it is set */
    FIELD_FLOAT,  /* unless 0 */
    FIELD_PARAMS, /* ordinals, unless below 0 */
    FIELD_BLOCK,
    FIELD_NAME, /* unless empty */
};

struct field {
    const char *key;
    enum field_kind kind;
    size_t at; /* in struct cg_node */
    int n;
    unsigned has;  /* of enum cg_op_has */
    bool personal; /* no part of the identity */
};

#define AT(member) offsetof(struct cg_node, member)

static const struct field fields[] = {
    {"in", FIELD_INPUTS, 0, 0, 0, false},
    {"shape", FIELD_INTS, AT(shape), 4, 0, false},
    {"kernel", FIELD_INTS, AT(window.kernel_h), 2, CG_HAS_WINDOW, false},
    {"stride", FIELD_INTS, AT(window.stride_h), 2, CG_HAS_WINDOW, false},
    {"pad", FIELD_INTS, AT(window.pad_top), 4, CG_HAS_WINDOW, false},
    {"dilation", FIELD_INTS, AT(window.dilation_h), 2, CG_HAS_WINDOW, false},
    {"groups", FIELD_INTS, AT(groups), 1, CG_HAS_GROUPS, false},
    {"offset", FIELD_INTS, AT(offset), 1, CG_HAS_OFFSET, false},
    {"index", FIELD_INDEX, 0, 0, CG_HAS_INDEX, false},
    {"act", FIELD_ACT, 0, 0, 0, false},
    {"alpha", FIELD_FLOAT, AT(alpha), 0, 0, false},
    {"beta", FIELD_FLOAT, AT(beta), 0, 0, false},
    {"k", FIELD_FLOAT, AT(k), 0, 0, false},
    {"epsilon", FIELD_FLOAT, AT(epsilon), 0, 0, false},
    {"size", FIELD_INTS, AT(size), 1, CG_HAS_SIZE, false},
    {"log", FIELD_FLAG, AT(log), 0, 0, false},
    {"bias", FIELD_FLAG, AT(bias), 0, 0, false},
    {"norm", FIELD_FLAG, AT(norm), 0, 0, false},
    {"count_padding", FIELD_FLAG, AT(count_padding), 0, 0, false},
    {"params", FIELD_PARAMS, AT(params), 0, 0, false},
    {"block", FIELD_BLOCK, AT(block), 0, 0, true},
    {"name", FIELD_NAME, AT(name), 0, 0, true},
    {"origin", FIELD_NAME, AT(origin), 0, 0, true},
};

#define N_FIELDS (sizeof fields / sizeof fields[0])

_Static_assert(sizeof(struct cg_shape) == 4 * sizeof(int) && sizeof(struct cg_window) == 10 * sizeof(int),
               "shapes and windows are read as arrays of int");

/* ---- writing ---- */

/* Names are percent-encoded: no blanks, control characters or '%' in a field. */
static void add_name(struct cg_text *text, const char *name)
{
    for (const char *p = name; *p; p++) {
        const unsigned char c = (unsigned char)*p;
        cg_text_add(text, c <= ' ' || c == '%' || c == 0x7f ? "%%%02x" : "%c", c);
    }
}

static void add_ints(struct cg_text *text, const char *key, const int *values, int n)
{
    cg_text_add(text, " %s=", key);
    for (int i = 0; i < n; i++)
        cg_text_add(text, "%s%d", i ? "," : "", values[i]);
}

static void add_field(struct cg_text *text, const struct cg_node *node, const struct field *field)
{
    const void *at = (const char *)node + field->at;
    switch (field->kind) {
    case FIELD_INTS:
        add_ints(text, field->key, at, field->n);
        break;
    case FIELD_INPUTS:
        if (node->n_inputs > 0)
            add_ints(text, field->key, node->inputs, node->n_inputs);
        break;
    case FIELD_INDEX:
        add_ints(text, field->key, node->index, node->shape.c);
        break;
    case FIELD_ACT:
        if (node->act != CG_ACT_NONE)
            cg_text_add(text, " %s=%s", field->key, cg_act_name(node->act));
        break;
    case FIELD_FLAG:
        if (*(const bool *)at)
            cg_text_add(text, " %s=1", field->key);
        break;
    case FIELD_FLOAT:
        if (*(const float *)at < 0 || *(const float *)at > 0)
            cg_text_add(text, " %s=%.9g", field->key, (double)*(const float *)at);
        break;
    case FIELD_PARAMS:
    case FIELD_BLOCK:
        if (*(const int *)at >= 0)
            add_ints(text, field->key, at, 1);
        break;
    case FIELD_NAME:
        if (*(const char *)at) {
            cg_text_add(text, " %s=", field->key);
            add_name(text, at);
        }
        break;
    }
}

char *cg_graph_to_text(const struct cg_graph *graph, bool identity)
{
    struct cg_text text = {0};
    cg_text_add(&text, HEADER "%d\n", graph->output);
    for (int i = 0; !identity && i < graph->n_blocks; i++) {
        cg_text_add(&text, BLOCK);
        add_name(&text, graph->blocks[i]);
        cg_text_add(&text, "\n");
    }
    for (int i = 0; i < graph->n_nodes; i++) {
        const struct cg_node *node = &graph->nodes[i];
        cg_text_add(&text, "%s", cg_op_name(node->op));
        for (size_t k = 0; k < N_FIELDS; k++)
            if (cg_op_has(node->op, fields[k].has) && !(identity && fields[k].personal))
                add_field(&text, node, &fields[k]);
        cg_text_add(&text, "\n");
    }
    if (text.failed)
        cg_text_release(&text);
    return text.bytes;
}

uint64_t cg_graph_hash(const struct cg_graph *graph)
{
    char *text = cg_graph_to_text(graph, true);
    const uint64_t hash = cg_hash_text(CG_HASH_START, text ? text : "");
    free(text);
    return hash;
}

/* ---- reading ---- */

/* One line of the text being read. */
struct reader {
    struct cg_graph *graph;
    int line;
    struct cg_node node;
    int *ints; /* inputs, then index: grown for the longest line */
    int n_ints, room;
    int n_inputs, n_index;
};

static bool read_int(const char **p, int *value)
{
    char *end;
    errno = 0;
    const long v = strtol(*p, &end, 10);
    if (end == *p || errno || v < INT_MIN || v > INT_MAX)
        return false;
    *p = end;
    *value = (int)v;
    return true;
}

static bool read_float(const char *p, float *value)
{
    char *end;
    *value = strtof(p, &end);
    return end != p && *end == '\0';
}

/* Exactly n comma-separated ints that end the field. */
static bool read_fixed(const char *p, int *values, int n)
{
    for (int i = 0; i < n; i++) {
        if (i > 0 && *p++ != ',')
            return false;
        if (!read_int(&p, &values[i]))
            return false;
    }
    return *p == '\0';
}

/* One or more ints, appended to r->ints: *n of them. A line has each list once, the inputs first. */
static bool read_list(struct reader *r, const char *p, int *n)
{
    if (*n > 0 || r->n_index > 0)
        return false;
    do {
        if (!cg_array_fit(r->ints, r->room, r->n_ints + 1) || !read_int(&p, &r->ints[r->n_ints++]))
            return false;
        ++*n;
    } while (*p++ == ',');
    return p[-1] == '\0';
}

static bool read_ordinal(const char *p, int *value, int limit)
{
    return read_fixed(p, value, 1) && *value >= 0 && *value < limit;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_name(const char *p, char *name)
{
    size_t length = 0;
    for (; *p; p++) {
        int c = (unsigned char)*p;
        if (c == '%') {
            const int high = hex_digit(p[1]);
            const int low = high < 0 ? -1 : hex_digit(p[2]);
            if (low < 0)
                return false;
            c = 16 * high + low;
            p += 2;
        }
        if (c == 0 || length + 1 >= CG_NAME_MAX)
            return false;
        name[length++] = (char)c;
    }
    name[length] = '\0';
    return true;
}

static bool read_field(struct reader *r, const struct field *field, const char *value)
{
    void *at = (char *)&r->node + field->at;
    int act;
    switch (field->kind) {
    case FIELD_INTS:
        return read_fixed(value, at, field->n);
    case FIELD_INPUTS:
        return read_list(r, value, &r->n_inputs);
    case FIELD_INDEX:
        return read_list(r, value, &r->n_index);
    case FIELD_ACT:
        act = cg_act_from_name(value);
        r->node.act = act < 0 ? CG_ACT_NONE : (enum cg_act)act;
        return act >= 0;
    case FIELD_FLAG:
        *(bool *)at = value[0] == '1';
        return (value[0] == '0' || value[0] == '1') && value[1] == '\0';
    case FIELD_FLOAT:
        return read_float(value, at);
    case FIELD_PARAMS:
        return read_ordinal(value, at, r->graph->n_nodes + 1);
    case FIELD_BLOCK:
        return read_ordinal(value, at, r->graph->n_blocks);
    case FIELD_NAME:
        return read_name(value, at);
    }
    return false;
}

/* Splits "key=value" in place and reads it. */
static bool read_token(struct reader *r, char *token)
{
    char *equals = strchr(token, '=');
    if (!equals)
        return false;
    *equals = '\0';
    for (size_t i = 0; i < N_FIELDS; i++)
        if (strcmp(fields[i].key, token) == 0)
            return read_field(r, &fields[i], equals + 1);
    return false;
}

static enum cg_status read_node(struct reader *r, char *line, struct cg_error *err)
{
    char *rest = NULL;
    const char *kind = strtok_r(line, " ", &rest);
    const int op = cg_op_from_name(kind);
    if (op < 0)
        return cg_fail(err, CG_INVALID, "graph text, line %d: unknown kind of node '%s'", r->line,
                       kind ? kind : "");
    r->node = cg_node_of((enum cg_op)op);
    r->n_ints = r->n_inputs = r->n_index = 0;
    for (char *token; (token = strtok_r(NULL, " ", &rest));)
        if (!read_token(r, token))
            return cg_fail(err, CG_INVALID, "graph text, line %d: cannot read the field '%s'", r->line,
                           token);
    const struct cg_shape declared = r->node.shape;
    r->node.n_inputs = r->n_inputs;
    r->node.inputs = r->ints;
    r->node.index = r->n_index > 0 ? r->ints + r->n_inputs : NULL;
    if (op == CG_PERMUTE && r->n_index != declared.c)
        return cg_fail(err, CG_INVALID, "graph text, line %d: %d channels in the index, %d in the shape",
                       r->line, r->n_index, declared.c);
    const int id = cg_graph_add(r->graph, &r->node, err);
    if (id < 0)
        return cg_context(err, "graph text, line %d", r->line);
    if (!cg_shape_equal(declared, r->graph->nodes[id].shape))
        return cg_fail(err, CG_INVALID,
                       "graph text, line %d: the shape of %s does not follow from its inputs", r->line,
                       r->graph->nodes[id].name);
    return CG_OK;
}

static enum cg_status read_block(struct reader *r, const char *value, struct cg_error *err)
{
    char name[CG_NAME_MAX];
    if (!read_name(value, name))
        return cg_fail(err, CG_INVALID, "graph text, line %d: cannot read the block's name", r->line);
    return cg_graph_add_block(r->graph, name) < 0 ? cg_fail(err, CG_NO_MEMORY, "no memory for a block name")
                                                  : CG_OK;
}

static enum cg_status read_lines(struct reader *r, char *text, struct cg_error *err)
{
    int output = -1;
    char *line = strsep(&text, "\n");
    r->line = 1;
    if (strncmp(line, HEADER, strlen(HEADER)) != 0 || !read_fixed(line + strlen(HEADER), &output, 1))
        return cg_fail(err, CG_INVALID, "graph text, line 1: expected '%sN'", HEADER);
    while ((line = strsep(&text, "\n"))) {
        r->line++;
        const bool block = strncmp(line, BLOCK, strlen(BLOCK)) == 0;
        const enum cg_status status = !*line  ? CG_OK
                                      : block ? read_block(r, line + strlen(BLOCK), err)
                                              : read_node(r, line, err);
        if (status != CG_OK)
            return status;
    }
    if (output < 0 || output >= r->graph->n_nodes || r->graph->input < 0)
        return cg_fail(err, CG_INVALID, "graph text: no input, or output %d is not a node", output);
    r->graph->output = output;
    return CG_OK;
}

struct cg_graph *cg_graph_from_text(const char *text, struct cg_error *err)
{
    struct reader reader = {.graph = cg_graph_create()};
    char *copy = strdup(text);
    const bool ok = reader.graph && copy;
    if (!ok)
        cg_fail(err, CG_NO_MEMORY, "no memory to read a graph");
    if (!ok || read_lines(&reader, copy, err) != CG_OK)
        cg_graph_destroy(&reader.graph);
    free(reader.ints);
    free(copy);
    return reader.graph;
}
