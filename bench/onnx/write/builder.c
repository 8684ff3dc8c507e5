#include "bench/onnx/write/builder.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void cg_onnx_build_start(struct cg_onnx_builder *b, const char *name)
{
    *b = (struct cg_onnx_builder){.arena = cg_arena_create(0)};
    onnx__graph_proto__init(&b->graph);
    onnx__node_proto__init(&b->spare_node);
    b->graph.name = cg_onnx_build_name(b, "%s", name);
}

void *cg_onnx_build_alloc(struct cg_onnx_builder *b, size_t count, size_t size)
{
    void *memory = b->arena ? cg_arena_array(b->arena, count, size) : NULL;
    b->failed |= memory == NULL;
    return memory;
}

char *cg_onnx_build_name(struct cg_onnx_builder *b, const char *format, ...)
{
    static char nameless[1];
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const size_t size = strlen(text) + 1;
    char *copy = cg_onnx_build_alloc(b, size, 1);
    return copy ? memcpy(copy, text, size) : nameless;
}

/* Room for one more pointer in an array that doubles; false without memory. */
static bool grow(struct cg_onnx_builder *b, void ***items, size_t n, size_t *room)
{
    if (n < *room)
        return true;
    const size_t more = *room ? 2 * *room : 256;
    void **larger = cg_onnx_build_alloc(b, more, sizeof *larger);
    if (!larger)
        return false;
    if (n)
        memcpy(larger, *items, n * sizeof *larger);
    *items = larger;
    *room = more;
    return true;
}

Onnx__NodeProto *cg_onnx_build_node(struct cg_onnx_builder *b, const char *op, const char *name,
                                    const char *const *inputs, size_t n_inputs, size_t n_outputs)
{
    enum { ATTRIBUTES_MAX = 8 };
    void **nodes = (void **)b->graph.node;
    const bool grown = grow(b, &nodes, b->graph.n_node, &b->node_room);
    b->graph.node = (Onnx__NodeProto **)nodes;
    Onnx__NodeProto *node = cg_onnx_build_alloc(b, 1, sizeof *node);
    char **in = cg_onnx_build_alloc(b, n_inputs, sizeof *in);
    char **out = cg_onnx_build_alloc(b, n_outputs, sizeof *out);
    Onnx__AttributeProto **attributes = cg_onnx_build_alloc(b, ATTRIBUTES_MAX, sizeof *attributes);
    if (!grown || !node || !in || !out || !attributes)
        return &b->spare_node;
    onnx__node_proto__init(node);
    node->op_type = cg_onnx_build_name(b, "%s", op);
    node->name = cg_onnx_build_name(b, "%s", name);
    for (size_t i = 0; i < n_inputs; i++)
        in[i] = (char *)inputs[i];
    node->input = in;
    node->n_input = n_inputs;
    node->output = out;
    node->n_output = n_outputs;
    node->attribute = attributes;
    b->graph.node[b->graph.n_node++] = node;
    return node;
}

/* A new attribute of the node. */
static Onnx__AttributeProto *add_attribute(struct cg_onnx_builder *b, Onnx__NodeProto *node, const char *name,
                                           Onnx__AttributeProto__AttributeType type)
{
    Onnx__AttributeProto *attribute = cg_onnx_build_alloc(b, 1, sizeof *attribute);
    if (!attribute || node == &b->spare_node)
        return &b->spare_attribute;
    onnx__attribute_proto__init(attribute);
    attribute->name = cg_onnx_build_name(b, "%s", name);
    attribute->has_type = 1;
    attribute->type = type;
    attribute->has_i = type == ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT;
    attribute->has_s = type == ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING;
    attribute->has_f = type == ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT;
    return node->attribute[node->n_attribute++] = attribute;
}

void cg_onnx_build_int(struct cg_onnx_builder *b, Onnx__NodeProto *node, const char *name, int64_t value)
{
    add_attribute(b, node, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT)->i = value;
}

void cg_onnx_build_float(struct cg_onnx_builder *b, Onnx__NodeProto *node, const char *name, float value)
{
    add_attribute(b, node, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT)->f = value;
}

/* The text is borrowed. */
void cg_onnx_build_text(struct cg_onnx_builder *b, Onnx__NodeProto *node, const char *name, const char *text)
{
    add_attribute(b, node, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING)->s =
        (ProtobufCBinaryData){strlen(text), (uint8_t *)text};
}

/* A copy of a list, or NULL. */
static int64_t *copied(struct cg_onnx_builder *b, const int64_t *values, size_t n)
{
    int64_t *copy = cg_onnx_build_alloc(b, n, sizeof *copy);
    return copy && n ? memcpy(copy, values, n * sizeof *copy) : copy;
}

void cg_onnx_build_ints(struct cg_onnx_builder *b, Onnx__NodeProto *node, const char *name,
                        const int64_t *values, size_t n)
{
    Onnx__AttributeProto *a = add_attribute(b, node, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS);
    a->ints = copied(b, values, n);
    a->n_ints = a->ints ? n : 0;
}

/* Of floats or of 64-bit integers. */
static const char *add_tensor(struct cg_onnx_builder *b, const char *name, const int64_t *dims, size_t rank,
                              bool floats, const void *values)
{
    void **tensors = (void **)b->graph.initializer;
    const bool grown = grow(b, &tensors, b->graph.n_initializer, &b->initialiser_room);
    b->graph.initializer = (Onnx__TensorProto **)tensors;
    Onnx__TensorProto *tensor = cg_onnx_build_alloc(b, 1, sizeof *tensor);
    int64_t *extents = copied(b, dims, rank);
    if (!grown || !tensor || !extents)
        return name;
    onnx__tensor_proto__init(tensor);
    tensor->name = (char *)name;
    tensor->has_data_type = 1;
    tensor->data_type = floats ? ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT : ONNX__TENSOR_PROTO__DATA_TYPE__INT64;
    tensor->n_dims = rank;
    tensor->dims = extents;
    size_t bytes = floats ? sizeof(float) : sizeof(int64_t);
    for (size_t i = 0; i < rank; i++)
        bytes *= (size_t)dims[i];
    tensor->has_raw_data = 1;
    tensor->raw_data.data = (uint8_t *)values;
    tensor->raw_data.len = bytes;
    b->graph.initializer[b->graph.n_initializer++] = tensor;
    return name;
}

const char *cg_onnx_build_floats(struct cg_onnx_builder *b, const char *name, const int64_t *dims,
                                 size_t rank, const float *values)
{
    return add_tensor(b, name, dims, rank, true, values);
}

const char *cg_onnx_build_integers(struct cg_onnx_builder *b, const char *name, const int64_t *values,
                                   size_t n)
{
    const int64_t extent = (int64_t)n, *copy = copied(b, values, n);
    return copy ? add_tensor(b, name, &extent, 1, false, copy) : name;
}

const char *cg_onnx_build_row(struct cg_onnx_builder *b, const char *name, const int64_t *values, size_t n)
{
    const int64_t extents[] = {1, (int64_t)n}, *copy = copied(b, values, n);
    return copy ? add_tensor(b, name, extents, 2, false, copy) : name;
}

/* The type of a value: one allocation for the whole nest of messages. */
static Onnx__ValueInfoProto **build_value(struct cg_onnx_builder *b, const char *name, const int64_t *dims,
                                          size_t rank)
{
    struct nest {
        Onnx__ValueInfoProto *list[1], value;
        Onnx__TypeProto type;
        Onnx__TypeProto__Tensor tensor;
        Onnx__TensorShapeProto shape;
        Onnx__TensorShapeProto__Dimension dim[4], *dims[4];
    } *nest = cg_onnx_build_alloc(b, 1, sizeof *nest);
    if (!nest)
        return NULL;
    onnx__value_info_proto__init(&nest->value);
    onnx__type_proto__init(&nest->type);
    onnx__type_proto__tensor__init(&nest->tensor);
    onnx__tensor_shape_proto__init(&nest->shape);
    for (size_t i = 0; i < rank && i < 4; i++) {
        onnx__tensor_shape_proto__dimension__init(&nest->dim[i]);
        nest->dim[i].value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
        nest->dim[i].dim_value = dims[i];
        nest->dims[i] = &nest->dim[i];
    }
    nest->shape.n_dim = rank;
    nest->shape.dim = nest->dims;
    nest->tensor.has_elem_type = 1;
    nest->tensor.elem_type = ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
    nest->tensor.shape = &nest->shape;
    nest->type.value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
    nest->type.tensor_type = &nest->tensor;
    nest->value.name = (char *)name;
    nest->value.type = &nest->type;
    nest->list[0] = &nest->value;
    return nest->list;
}

void cg_onnx_build_input(struct cg_onnx_builder *b, const char *name, const int64_t *dims, size_t rank)
{
    b->graph.input = build_value(b, name, dims, rank);
    b->graph.n_input = b->graph.input != NULL;
}

void cg_onnx_build_output(struct cg_onnx_builder *b, const char *name, const int64_t *dims, size_t rank)
{
    b->graph.output = build_value(b, name, dims, rank);
    b->graph.n_output = b->graph.output != NULL;
}
