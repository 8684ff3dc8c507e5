#include "bench/onnx/inline.h"

#include "bench/onnx/arguments.h"
#include "bench/onnx/readers.h"

#include <stdio.h>
#include <string.h>

#define DEEPEST_CALL 32

/* Fields that newer formats have and the messages here do not. */
#define FUNCTION_ATTRIBUTE_DEFAULTS 11
#define FUNCTION_OVERLOAD           13
#define NODE_OVERLOAD               8

struct inliner {
    struct cg_onnx_importer *im;
    const Onnx__ModelProto *model;
    Onnx__NodeProto **nodes; /* as they come out */
    size_t n_nodes;
    int n_calls;
};

/* A call that is being replaced. */
struct call {
    const Onnx__FunctionProto *function;
    const Onnx__NodeProto *node;
    int number; /* for names of its own */
};

static bool has_unknown(const ProtobufCMessage *message, uint32_t tag)
{
    for (unsigned i = 0; i < message->n_unknown_fields; i++)
        if (message->unknown_fields[i].tag == tag)
            return true;
    return false;
}

/* "" for the standard's, which has two names. */
static const char *domain_of(const char *domain)
{
    return domain && strcmp(domain, "ai.onnx") != 0 ? domain : "";
}

static const Onnx__FunctionProto *find_function(const Onnx__ModelProto *model, const char *domain,
                                                const char *name)
{
    for (size_t i = 0; i < model->n_functions; i++) {
        const Onnx__FunctionProto *f = model->functions[i];
        if (f->name && name && strcmp(f->name, name) == 0 &&
            strcmp(domain_of(f->domain), domain_of(domain)) == 0)
            return f;
    }
    return NULL;
}

/* A name that stands in the function, as one of this call's alone; NULL after a failure. */
static char *own_name(struct inliner *in, const struct call *call, const char *name)
{
    const size_t size = strlen(call->function->name) + strlen(name) + 24;
    char *own = cg_onnx_alloc(in->im, size, 1);
    if (own)
        snprintf(own, size, "%s#%d/%s", call->function->name, call->number, name);
    return own;
}

/* The caller's name for a value of the function: its inputs and outputs, "" where they are left out, else one
 * of its own. NULL after a failure. */
static char *outer_name(struct inliner *in, const struct call *call, const char *name)
{
    const Onnx__FunctionProto *f = call->function;
    for (size_t i = 0; i < f->n_input; i++)
        if (strcmp(f->input[i], name) == 0)
            return i < call->node->n_input ? call->node->input[i] : (char *)"";
    for (size_t o = 0; o < f->n_output && o < call->node->n_output; o++)
        if (strcmp(f->output[o], name) == 0 && call->node->output[o][0])
            return call->node->output[o];
    return name[0] ? own_name(in, call, name) : (char *)"";
}

static char **outer_names(struct inliner *in, const struct call *call, char **names, size_t n)
{
    char **outer = cg_onnx_alloc(in->im, n, sizeof *outer);
    for (size_t i = 0; outer && i < n; i++) {
        outer[i] = outer_name(in, call, names[i]);
        if (!outer[i])
            return NULL;
    }
    return outer;
}

/* The attributes of a node of the function: where they refer to the function's, those of the call; left out
 * when the call has none. */
static void set_attributes(struct inliner *in, const struct call *call, Onnx__NodeProto *node)
{
    Onnx__AttributeProto **from = node->attribute;
    const size_t n = node->n_attribute;
    node->attribute = cg_onnx_alloc(in->im, n, sizeof(Onnx__AttributeProto *));
    node->n_attribute = 0;
    for (size_t i = 0; i < n && !cg_onnx_failed(in->im); i++) {
        Onnx__AttributeProto *own = cg_onnx_alloc(in->im, 1, sizeof *own);
        const char *reference = from[i]->ref_attr_name;
        const bool refers = reference && reference[0];
        const Onnx__AttributeProto *value = refers ? cg_onnx_attribute(call->node, reference) : from[i];
        if (!value && has_unknown(&call->function->base, FUNCTION_ATTRIBUTE_DEFAULTS))
            cg_onnx_fail(in->im, CG_UNSUPPORTED, "function '%.40s' is called without its attribute '%.40s'",
                         call->function->name, reference);
        if (!value || !own)
            continue;
        *own = *value;
        own->name = from[i]->name;
        node->attribute[node->n_attribute++] = own;
    }
}

static bool is_standard_set(const Onnx__OperatorSetIdProto *set)
{
    return domain_of(set->domain)[0] == '\0';
}

static enum cg_status check_function(struct cg_onnx_importer *im, const Onnx__ModelProto *model,
                                     const Onnx__FunctionProto *f)
{
    const char *name = f->name ? f->name : "";
    if (find_function(model, f->domain, f->name) != f)
        return cg_onnx_fail(im, CG_INVALID, "function '%.40s' has no name, or is defined twice", name);
    if (domain_of(f->domain)[0] == '\0' && cg_onnx_operator_find(name))
        return cg_onnx_fail(im, CG_UNSUPPORTED, "the model gives '%.40s' another meaning, by a function",
                            name);
    for (size_t i = 0; i < f->n_opset_import; i++) {
        const Onnx__OperatorSetIdProto *set = f->opset_import[i];
        if (is_standard_set(set) && (!set->has_version || set->version != im->opset))
            return cg_onnx_fail(im, CG_UNSUPPORTED,
                                "function '%.40s' is of operator set %lld, the model of %d", name,
                                set->has_version ? (long long)set->version : 0, im->opset);
    }
    if (has_unknown(&f->base, FUNCTION_OVERLOAD))
        return cg_onnx_fail(im, CG_UNSUPPORTED, "function '%.40s' has overloads", name);
    return CG_OK;
}

/* Puts out the node, or what its function does. */
static enum cg_status put(struct inliner *in, Onnx__NodeProto *node, int depth)
{
    struct cg_onnx_importer *im = in->im;
    const Onnx__FunctionProto *f = find_function(in->model, node->domain, node->op_type);
    if (!f || cg_onnx_failed(im)) {
        if (in->n_nodes == CG_ONNX_NODES_MAX)
            return cg_onnx_fail(im, CG_UNSUPPORTED, "the graph has more than %d nodes", CG_ONNX_NODES_MAX);
        in->nodes[in->n_nodes++] = node;
        return im->error.status;
    }
    if (depth == DEEPEST_CALL || in->n_calls == CG_ONNX_NODES_MAX)
        return cg_onnx_fail(im, CG_INVALID, "function '%.40s' calls itself, or functions call each other %s",
                            f->name, depth == DEEPEST_CALL ? "too deeply" : "too often");
    const struct call call = {f, node, in->n_calls++};
    if (has_unknown(&node->base, NODE_OVERLOAD) || node->n_input > f->n_input || node->n_output > f->n_output)
        return cg_onnx_fail(im, CG_INVALID, "function '%.40s' is called with other inputs or outputs",
                            f->name);
    for (size_t i = 0; i < f->n_node && !cg_onnx_failed(im); i++) {
        Onnx__NodeProto *inner = cg_onnx_alloc(im, 1, sizeof *inner);
        if (!inner)
            break;
        *inner = *f->node[i];
        inner->input = outer_names(in, &call, inner->input, inner->n_input);
        inner->output = outer_names(in, &call, inner->output, inner->n_output);
        inner->name = f->n_node == 1 ? node->name : own_name(in, &call, inner->name ? inner->name : "");
        set_attributes(in, &call, inner);
        if (!cg_onnx_failed(im))
            put(in, inner, depth + 1);
    }
    return im->error.status;
}

enum cg_status cg_onnx_inline(struct cg_onnx_importer *im, const Onnx__ModelProto *model)
{
    struct inliner in = {.im = im, .model = model};
    for (size_t i = 0; i < model->n_functions; i++)
        if (check_function(im, model, model->functions[i]) != CG_OK)
            return im->error.status;
    Onnx__GraphProto *whole = cg_onnx_alloc(im, 1, sizeof *whole);
    in.nodes = cg_onnx_alloc(im, CG_ONNX_NODES_MAX, sizeof(Onnx__NodeProto *));
    for (size_t i = 0; in.nodes && i < im->file->n_node && !cg_onnx_failed(im); i++)
        put(&in, im->file->node[i], 0);
    if (cg_onnx_failed(im))
        return im->error.status;
    *whole = *im->file;
    whole->node = in.nodes;
    whole->n_node = in.n_nodes;
    im->file = whole;
    return CG_OK;
}
