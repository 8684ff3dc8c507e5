#include "bench/graph/text.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADER "convgauge-graph 1"

/* ---- writing ---- */

/* Names are percent-encoded: no blanks, control characters or '%' in a field. */
static void print_name(FILE *out, const char *key, const char *name)
{
    fprintf(out, " %s=", key);
    for (const char *p = name; *p; p++) {
        const unsigned char c = (unsigned char)*p;
        if (c <= ' ' || c == '%' || c == 0x7f)
            fprintf(out, "%%%02x", c);
        else
            fputc(c, out);
    }
}

static void print_ints(FILE *out, const char *key, const int *values, int n)
{
    fprintf(out, " %s=", key);
    for (int i = 0; i < n; i++)
        fprintf(out, "%s%d", i ? "," : "", values[i]);
}

static void print_window(FILE *out, const struct cg_window *w)
{
    fprintf(out, " kernel=%d,%d stride=%d,%d pad=%d,%d,%d,%d dilation=%d,%d", w->kernel_h, w->kernel_w,
            w->stride_h, w->stride_w, w->pad_top, w->pad_left, w->pad_bottom, w->pad_right, w->dilation_h,
            w->dilation_w);
}

static void print_node(FILE *out, const struct cg_node *node, bool identity)
{
    fprintf(out, "%s", cg_op_name(node->op));
    if (node->n_inputs > 0)
        print_ints(out, "in", node->inputs, node->n_inputs);
    fprintf(out, " shape=%d,%d,%d,%d", node->shape.n, node->shape.h, node->shape.w, node->shape.c);
    if (node->op == CG_CONV || node->op == CG_MAX_POOL || node->op == CG_AVG_POOL || node->op == CG_PAD)
        print_window(out, &node->window);
    if (node->op == CG_CONV || node->op == CG_SHUFFLE)
        fprintf(out, " groups=%d", node->groups);
    if (node->op == CG_SPLIT)
        fprintf(out, " offset=%d", node->offset);
    if (node->op == CG_PERMUTE)
        print_ints(out, "index", node->index, node->shape.c);
    if (node->act != CG_ACT_NONE)
        fprintf(out, " act=%s", cg_act_name(node->act));
    if (node->bias)
        fprintf(out, " bias=1");
    if (node->norm)
        fprintf(out, " norm=1");
    if (node->count_padding)
        fprintf(out, " count_padding=1");
    if (node->params >= 0)
        fprintf(out, " params=%d", node->params);
    if (!identity) {
        if (node->block >= 0)
            fprintf(out, " block=%d", node->block);
        print_name(out, "name", node->name);
        if (node->origin[0])
            print_name(out, "origin", node->origin);
    }
    fputc('\n', out);
}

char *cg_graph_to_text(const struct cg_graph *graph, bool identity)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    fprintf(out, HEADER " output=%d\n", graph->output);
    for (int i = 0; !identity && i < graph->n_blocks; i++) {
        fprintf(out, "block");
        print_name(out, "name", graph->blocks[i]);
        fputc('\n', out);
    }
    for (int i = 0; i < graph->n_nodes; i++)
        print_node(out, &graph->nodes[i], identity);
    const bool failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed) {
        free(text);
        return NULL;
    }
    return text;
}

uint64_t cg_graph_hash(const struct cg_graph *graph)
{
    char *text = cg_graph_to_text(graph, true);
    uint64_t hash = 14695981039346656037u;
    for (const char *p = text; p && *p; p++)
        hash = (hash ^ (unsigned char)*p) * 1099511628211u;
    free(text);
    return hash;
}

/* ---- reading ---- */

/* One line of the text being read. */
struct reader {
    const struct cg_graph *graph;
    struct cg_node node;
    int *ints; /* inputs, then index: grown for the longest line */
    size_t n_ints, room;
    int n_inputs, n_index;
    bool has_index;
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

/* Any number of ints, appended to r->ints; returns how many or -1. */
static int read_list(struct reader *r, const char *p)
{
    int count = 0;
    for (;;) {
        if (r->n_ints == r->room) {
            const size_t room = r->room ? 2 * r->room : 64;
            int *ints = realloc(r->ints, room * sizeof *ints);
            if (!ints)
                return -1;
            r->ints = ints;
            r->room = room;
        }
        if (!read_int(&p, &r->ints[r->n_ints]))
            return -1;
        r->n_ints++;
        count++;
        if (*p == '\0')
            return count;
        if (*p++ != ',')
            return -1;
    }
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

static bool read_flag(const char *p, bool *flag)
{
    *flag = p[0] == '1';
    return (p[0] == '0' || p[0] == '1') && p[1] == '\0';
}

static bool read_window_part(struct cg_window *w, const char *key, const char *value)
{
    int v[4];
    if (strcmp(key, "pad") == 0) {
        if (!read_fixed(value, v, 4))
            return false;
        w->pad_top = v[0], w->pad_left = v[1], w->pad_bottom = v[2], w->pad_right = v[3];
        return true;
    }
    if (!read_fixed(value, v, 2))
        return false;
    if (key[0] == 'k')
        w->kernel_h = v[0], w->kernel_w = v[1];
    else if (key[0] == 's')
        w->stride_h = v[0], w->stride_w = v[1];
    else
        w->dilation_h = v[0], w->dilation_w = v[1];
    return true;
}

static bool read_shape(const char *value, struct cg_shape *shape)
{
    int v[4];
    if (!read_fixed(value, v, 4))
        return false;
    *shape = (struct cg_shape){v[0], v[1], v[2], v[3]};
    return true;
}

static bool read_field(struct reader *r, const char *key, const char *value)
{
    struct cg_node *node = &r->node;
    if (strcmp(key, "in") == 0)
        return r->n_inputs == 0 && !r->has_index && (r->n_inputs = read_list(r, value)) > 0;
    if (strcmp(key, "index") == 0) {
        r->has_index = true;
        return (r->n_index = read_list(r, value)) > 0;
    }
    if (strcmp(key, "shape") == 0)
        return read_shape(value, &node->shape);
    if (strcmp(key, "kernel") == 0 || strcmp(key, "stride") == 0 || strcmp(key, "pad") == 0 ||
        strcmp(key, "dilation") == 0)
        return read_window_part(&node->window, key, value);
    if (strcmp(key, "groups") == 0)
        return read_fixed(value, &node->groups, 1);
    if (strcmp(key, "offset") == 0)
        return read_fixed(value, &node->offset, 1);
    if (strcmp(key, "params") == 0)
        return read_fixed(value, &node->params, 1) && node->params >= 0 && node->params <= r->graph->n_nodes;
    if (strcmp(key, "block") == 0)
        return read_fixed(value, &node->block, 1) && node->block >= 0 && node->block < r->graph->n_blocks;
    if (strcmp(key, "bias") == 0)
        return read_flag(value, &node->bias);
    if (strcmp(key, "norm") == 0)
        return read_flag(value, &node->norm);
    if (strcmp(key, "count_padding") == 0)
        return read_flag(value, &node->count_padding);
    if (strcmp(key, "name") == 0)
        return read_name(value, node->name);
    if (strcmp(key, "origin") == 0)
        return read_name(value, node->origin);
    if (strcmp(key, "act") == 0) {
        const int act = cg_act_from_name(value);
        node->act = act < 0 ? CG_ACT_NONE : (enum cg_act)act;
        return act >= 0;
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
    return read_field(r, token, equals + 1);
}

static enum cg_status read_node(struct reader *r, struct cg_graph *graph, char *line, int number,
                                struct cg_error *err)
{
    char *rest = NULL;
    const char *kind = strtok_r(line, " ", &rest);
    const int op = kind ? cg_op_from_name(kind) : -1;
    if (op < 0)
        return cg_fail(err, CG_INVALID, "graph text, line %d: unknown kind of node '%s'", number,
                       kind ? kind : "");
    r->graph = graph;
    r->node = cg_node_of((enum cg_op)op);
    r->n_ints = 0;
    r->n_inputs = r->n_index = 0;
    r->has_index = false;
    for (char *token; (token = strtok_r(NULL, " ", &rest));)
        if (!read_token(r, token))
            return cg_fail(err, CG_INVALID, "graph text, line %d: cannot read the field '%s'", number, token);
    struct cg_shape declared = r->node.shape;
    r->node.n_inputs = r->n_inputs;
    r->node.inputs = r->ints;
    r->node.index = r->has_index ? r->ints + r->n_inputs : NULL;
    if (op == CG_PERMUTE && r->n_index != declared.c)
        return cg_fail(err, CG_INVALID, "graph text, line %d: %d channels in the index, %d in the shape",
                       number, r->n_index, declared.c);
    const int id = cg_graph_add(graph, &r->node, err);
    if (id < 0)
        return cg_context(err, "graph text, line %d", number);
    if (!cg_shape_equal(declared, graph->nodes[id].shape))
        return cg_fail(err, CG_INVALID,
                       "graph text, line %d: the shape of %s does not follow from its inputs", number,
                       graph->nodes[id].name);
    return CG_OK;
}

static enum cg_status read_line(struct reader *r, struct cg_graph *graph, char *line, int number, int *output,
                                struct cg_error *err)
{
    if (number == 1) {
        if (strncmp(line, HEADER " output=", sizeof HEADER " output=" - 1) != 0 ||
            !read_fixed(line + sizeof HEADER " output=" - 1, output, 1))
            return cg_fail(err, CG_INVALID, "graph text, line 1: expected '%s output=N'", HEADER);
        return CG_OK;
    }
    if (strncmp(line, "block name=", 11) == 0) {
        char name[CG_NAME_MAX];
        if (!read_name(line + 11, name))
            return cg_fail(err, CG_INVALID, "graph text, line %d: cannot read the block's name", number);
        if (cg_graph_add_block(graph, name) < 0)
            return cg_fail(err, CG_NO_MEMORY, "no memory for a block name");
        return CG_OK;
    }
    return read_node(r, graph, line, number, err);
}

struct cg_graph *cg_graph_from_text(const char *text, struct cg_error *err)
{
    struct cg_graph *graph = cg_graph_create();
    char *copy = strdup(text);
    struct reader reader = {0};
    int output = -1, number = 0;
    enum cg_status status = CG_OK;
    if (!graph || !copy)
        status = cg_fail(err, CG_NO_MEMORY, "no memory to read a graph");
    char *rest = copy;
    for (char *line; status == CG_OK && (line = strsep(&rest, "\n"));) {
        number++;
        if (*line || number == 1)
            status = read_line(&reader, graph, line, number, &output, err);
    }
    if (status == CG_OK && (output < 0 || output >= graph->n_nodes || graph->input < 0))
        status = cg_fail(err, CG_INVALID, "graph text: no input, or output %d is not a node", output);
    if (status == CG_OK)
        graph->output = output;
    else if (graph)
        cg_graph_destroy(&graph);
    free(reader.ints);
    free(copy);
    return graph;
}
