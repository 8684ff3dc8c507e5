/* Input and constants, what names a value anew or orders its elements, and parts of channels. */
#include "bench/ncnn/readers.h"

#include <string.h>

/* ---- inputs ---- */

/* The channels that the first convolution behind the input needs, where the input does not say; 0: unknown.
 */
static int channels_by_conv(struct cg_ncnn_reader *r)
{
    const struct cg_ncnn_layer *input = r->layer;
    int64_t channels = 0;
    for (int l = 0; l < r->file.n_layers && !channels; l++) {
        const struct cg_ncnn_layer *layer = &r->file.layers[l];
        if (strcmp(layer->type, "Convolution") != 0 || layer->n_bottoms != 1 ||
            layer->bottoms[0] != input->first_top)
            continue;
        r->layer = layer;
        const int64_t columns = cg_ncnn_int(r, 1, 0), rows = cg_ncnn_int(r, 11, (int)columns);
        const int64_t out = cg_ncnn_int(r, 0, 0), size = cg_ncnn_int(r, 6, 0);
        if (rows > 0 && columns > 0 && out > 0 && rows < 256 && columns < 256 && size > 0)
            channels = size / (rows * columns * out);
    }
    r->layer = input;
    return (int)channels;
}

void cg_ncnn_read_input(struct cg_ncnn_reader *r)
{
    const int width = cg_ncnn_int(r, 0, 0), height = cg_ncnn_int(r, 1, 0);
    struct cg_node node = cg_node_of(CG_INPUT);
    node.shape = (struct cg_shape){1, r->wanted.height > 0 ? r->wanted.height : height,
                                   r->wanted.width > 0 ? r->wanted.width : width, cg_ncnn_int(r, 2, 0)};
    cg_ncnn_require(r, 11, 0, "of four dimensions");
    if (node.shape.c == 0)
        node.shape.c = channels_by_conv(r);
    if (node.shape.c == 0)
        cg_ncnn_fail(r, CG_UNSUPPORTED,
                     "it does not say its channels; write 0=WIDTH 1=HEIGHT 2=CHANNELS behind it");
    else if (node.shape.h == 0 || node.shape.w == 0)
        cg_ncnn_fail(r, CG_UNSUPPORTED,
                     "it does not say its size; say at which to read it, as in NET.param@224");
    if (r->graph->input >= 0)
        cg_ncnn_fail(r, CG_UNSUPPORTED, "the network has several inputs");
    cg_ncnn_give(r, 0, cg_ncnn_add(r, &node), CG_NCNN_MAP);
}

/* A value a channel. */
void cg_ncnn_read_memory(struct cg_ncnn_reader *r)
{
    const int n = cg_ncnn_int(r, 0, 0);
    cg_ncnn_require(r, 1, 0, "of several dimensions");
    cg_ncnn_require(r, 2, 0, "of several dimensions");
    cg_ncnn_require(r, 11, 0, "of several dimensions");
    const int form = cg_ncnn_int(r, 21, 1);
    if (n < 1 || (form != 0 && form != 1))
        cg_ncnn_fail(r, CG_UNSUPPORTED, "%d numbers in form %d", n, form);
    const float *constant = cg_ncnn_floats(r, n, form == 0);
    cg_ncnn_give_value(r, 0, (struct cg_ncnn_value){.form = CG_NCNN_CONSTANT, .n = n, .constant = constant});
}

/* ---- other names, other orders ---- */

void cg_ncnn_read_same(struct cg_ncnn_reader *r)
{
    cg_ncnn_give_value(r, 0, *cg_ncnn_bottom(r, 0));
}

void cg_ncnn_read_dropout(struct cg_ncnn_reader *r)
{
    if (cg_ncnn_float(r, 0, 0, 1) != 1.0f)
        cg_ncnn_fail(r, CG_UNSUPPORTED, "it scales its input");
    cg_ncnn_read_same(r);
}

void cg_ncnn_read_split(struct cg_ncnn_reader *r)
{
    struct cg_ncnn_value value = *cg_ncnn_bottom(r, 0);
    value.shared |= r->layer->n_tops > 1;
    for (int i = 0; i < r->layer->n_tops; i++)
        cg_ncnn_give_value(r, i, value);
}

void cg_ncnn_read_flatten(struct cg_ncnn_reader *r)
{
    const struct cg_ncnn_value *value = cg_ncnn_bottom(r, 0);
    cg_ncnn_give(r, 0, value->form == CG_NCNN_FLAT ? value->node : cg_ncnn_map(r, 0), CG_NCNN_FLAT);
}

/* To one dimension, or to the map as it was. */
void cg_ncnn_read_reshape(struct cg_ncnn_reader *r)
{
    const int none = -233; /* no such dimension */
    const struct cg_ncnn_value *value = cg_ncnn_bottom(r, 0);
    const int node = value->form == CG_NCNN_FLAT ? value->node : cg_ncnn_map(r, 0);
    const struct cg_shape s = cg_ncnn_shape(r, node);
    const int w = cg_ncnn_int(r, 0, none), h = cg_ncnn_int(r, 1, none), c = cg_ncnn_int(r, 2, none);
    const int64_t whole = cg_shape_elements(s);
    cg_ncnn_require(r, 11, none, "to four dimensions");
    if (h == none && c == none && (w == -1 || w == whole)) {
        cg_ncnn_give(r, 0, node, CG_NCNN_FLAT);
        return;
    }
    const bool known =
        (w == s.w || w == -1 || w == 0) && (h == s.h || h == -1 || h == 0) && (c == s.c || c == -1 || c == 0);
    if (!known || (w == -1) + (h == -1) + (c == -1) > 1)
        cg_ncnn_fail(r, CG_UNSUPPORTED, "%dx%d, %d channels, to %d, %d, %d", s.h, s.w, s.c, w, h, c);
    cg_ncnn_give(r, 0, node, CG_NCNN_MAP);
}

void cg_ncnn_read_permute(struct cg_ncnn_reader *r)
{
    enum { AS_IT_IS = 0, CHANNELS_LAST = 3, BACK = 4 };
    const struct cg_ncnn_value *value = cg_ncnn_bottom(r, 0);
    const int order = cg_ncnn_int(r, 0, AS_IT_IS);
    if (order == AS_IT_IS)
        cg_ncnn_read_same(r);
    else if (order == BACK && value->form == CG_NCNN_CHANNELS_LAST)
        cg_ncnn_give(r, 0, value->node, CG_NCNN_MAP);
    else if (order == CHANNELS_LAST && value->form == CG_NCNN_MAP)
        cg_ncnn_give(r, 0, cg_ncnn_map(r, 0), CG_NCNN_CHANNELS_LAST);
    else
        cg_ncnn_fail(r, CG_UNSUPPORTED, "order %d", order);
    if (!cg_ncnn_failed(r))
        r->values[r->layer->first_top].shared = true; /* nothing is merged through it */
}

/* ---- channels ---- */

static void refuse_axis(struct cg_ncnn_reader *r, int id)
{
    const int axis = cg_ncnn_int(r, id, 0);
    if (axis != 0 && axis != -3)
        cg_ncnn_fail(r, CG_UNSUPPORTED, "along axis %d, not the channels", axis);
}

static void give_part(struct cg_ncnn_reader *r, int i, int input, int offset, int channels)
{
    struct cg_ncnn_part *part = cg_arena_array(r->arena, 1, sizeof *part);
    if (!part) {
        cg_ncnn_fail(r, CG_NO_MEMORY, "no memory for a part of channels");
        return;
    }
    *part = (struct cg_ncnn_part){r->layer, offset, channels, -1};
    cg_ncnn_give_value(r, i, (struct cg_ncnn_value){.form = CG_NCNN_MAP, .node = input, .part = part});
}

/* Sizes of the parts, -233 being an even share of what is left, or the places where parts end. */
void cg_ncnn_read_slice(struct cg_ncnn_reader *r)
{
    int n_sizes, n_ends;
    const int input = cg_ncnn_map(r, 0), parts = r->layer->n_tops, share = -233;
    const int64_t channels = cg_ncnn_shape(r, input).c;
    const int *sizes = cg_ncnn_ints(r, 0, &n_sizes), *ends = cg_ncnn_ints(r, 2, &n_ends);
    refuse_axis(r, 1);
    if (ends ? n_ends < parts - 1 : n_sizes < parts)
        cg_ncnn_fail(r, CG_INVALID, "it gives %d parts and has %d sizes or %d ends", parts, n_sizes, n_ends);
    int64_t at = 0;
    for (int i = 0; i < parts && !cg_ncnn_failed(r); i++) {
        int64_t size;
        if (ends)
            size = (i == parts - 1 ? channels : ends[i] < 0 ? channels + ends[i] : ends[i]) - at;
        else
            size = sizes[i] == share ? (channels - at) / (parts - i) : sizes[i];
        if (size < 1 || size > channels - at)
            cg_ncnn_fail(r, CG_INVALID, "part %d has %lld of the %lld channels from %lld on", i,
                         (long long)size, (long long)channels, (long long)at);
        give_part(r, i, input, (int)at, (int)size);
        at += size;
    }
}

/* What is cut out of one axis. */
struct range {
    int64_t first, end;
};

/* By lists of starts, ends and axes. */
static void read_ranges(struct cg_ncnn_reader *r, const int *starts, struct range *ranges, const int *extents)
{
    int n, n_ends, n_axes;
    const int *ends = cg_ncnn_ints(r, 10, &n_ends), *axes = cg_ncnn_ints(r, 11, &n_axes);
    n = r->layer->params[9].n;
    if (!ends || n_ends != n || (axes && n_axes != n) || n > 3)
        cg_ncnn_fail(r, CG_INVALID, "its starts, ends and axes do not fit each other");
    for (int i = 0; i < n && !cg_ncnn_failed(r); i++) {
        const int axis = !axes ? i : axes[i] < 0 ? axes[i] + 3 : axes[i];
        if (axis < 0 || axis > 2) {
            cg_ncnn_fail(r, CG_INVALID, "it cuts axis %d", axis);
            return;
        }
        const int64_t extent = extents[axis];
        const int64_t first = starts[i] == -233 ? 0 : starts[i] < 0 ? extent + starts[i] : starts[i];
        const int64_t end = ends[i] == -233 || ends[i] > extent ? extent
                            : ends[i] <= 0                      ? extent + ends[i]
                                                                : ends[i];
        ranges[axis] = (struct range){first, end};
    }
}

/* By offsets from both ends (ids of channels, rows, columns) and most extents. */
static void read_offsets(struct cg_ncnn_reader *r, struct range *ranges, const int *extents)
{
    static const int before[] = {2, 1, 0}, most[] = {5, 4, 3}, behind[] = {8, 7, 6};
    for (int axis = 0; axis < 3; axis++) {
        const int64_t first = cg_ncnn_int(r, before[axis], 0);
        const int64_t end = extents[axis] - (int64_t)cg_ncnn_int(r, behind[axis], 0);
        const int extent = cg_ncnn_int(r, most[axis], 0);
        ranges[axis] = (struct range){first, extent != -233 && first + extent < end ? first + extent : end};
    }
}

void cg_ncnn_read_crop(struct cg_ncnn_reader *r)
{
    int n;
    int node = cg_ncnn_map(r, 0);
    const struct cg_shape s = cg_ncnn_shape(r, node);
    const int extents[3] = {s.c, s.h, s.w}, *starts = cg_ncnn_ints(r, 9, &n);
    struct range a[3] = {{0, s.c}, {0, s.h}, {0, s.w}};
    if (starts)
        read_ranges(r, starts, a, extents);
    else
        read_offsets(r, a, extents);
    for (int axis = 0; axis < 3; axis++)
        if (a[axis].first < 0 || a[axis].end > extents[axis] || a[axis].first >= a[axis].end)
            cg_ncnn_fail(r, CG_INVALID, "it cuts %lld to %lld out of %d along axis %d",
                         (long long)a[axis].first, (long long)a[axis].end, extents[axis], axis);
    if (cg_ncnn_failed(r))
        return;
    if (a[1].end - a[1].first < s.h || a[2].end - a[2].first < s.w) {
        struct cg_node crop = cg_ncnn_over(CG_PAD, &node);
        crop.window.pad_top = -(int)a[1].first;
        crop.window.pad_bottom = (int)a[1].end - s.h;
        crop.window.pad_left = -(int)a[2].first;
        crop.window.pad_right = (int)a[2].end - s.w;
        node = cg_ncnn_add(r, &crop);
    }
    if (a[0].end - a[0].first < s.c)
        give_part(r, 0, node, (int)a[0].first, (int)(a[0].end - a[0].first));
    else
        cg_ncnn_give(r, 0, node, CG_NCNN_MAP);
}

/* All inputs as maps, in the arena. */
int *cg_ncnn_maps(struct cg_ncnn_reader *r)
{
    int *inputs = cg_arena_array(r->arena, (size_t)r->layer->n_bottoms, sizeof *inputs);
    if (!inputs)
        cg_ncnn_fail(r, CG_NO_MEMORY, "no memory for its inputs");
    for (int i = 0; inputs && i < r->layer->n_bottoms; i++)
        inputs[i] = cg_ncnn_map(r, i);
    return inputs;
}

/* Whether all inputs are parts of one node; how many channels they have. */
static bool are_parts_of_one(struct cg_ncnn_reader *r, int64_t *channels)
{
    *channels = 0;
    for (int i = 0; i < r->layer->n_bottoms; i++) {
        const struct cg_ncnn_value *value = cg_ncnn_bottom(r, i);
        if (!value->part || value->node != cg_ncnn_bottom(r, 0)->node)
            return false;
        *channels += value->part->channels;
    }
    return *channels <= INT32_MAX;
}

/* Parts of one node in another order: a permutation of its channels. */
static void give_permuted(struct cg_ncnn_reader *r, int channels)
{
    int *index = cg_arena_array(r->arena, (size_t)channels, sizeof *index), n = 0;
    struct cg_node node = cg_ncnn_over(CG_PERMUTE, &cg_ncnn_bottom(r, 0)->node);
    if (!index) {
        cg_ncnn_fail(r, CG_NO_MEMORY, "no memory for a list of channels");
        return;
    }
    for (int i = 0; i < r->layer->n_bottoms; i++) {
        const struct cg_ncnn_part *part = cg_ncnn_bottom(r, i)->part;
        for (int c = 0; c < part->channels; c++)
            index[n++] = part->offset + c;
    }
    node.index = index;
    node.shape.c = channels;
    cg_ncnn_give(r, 0, cg_ncnn_add(r, &node), CG_NCNN_MAP);
}

void cg_ncnn_read_concat(struct cg_ncnn_reader *r)
{
    int64_t channels;
    refuse_axis(r, 0);
    if (!cg_ncnn_failed(r) && are_parts_of_one(r, &channels)) {
        give_permuted(r, (int)channels);
        return;
    }
    struct cg_node node = cg_ncnn_over(CG_CONCAT, cg_ncnn_maps(r));
    node.n_inputs = r->layer->n_bottoms;
    cg_ncnn_give(r, 0, cg_ncnn_add(r, &node), CG_NCNN_MAP);
}

/* Reversed: with as many groups as a group has channels. */
void cg_ncnn_read_shuffle(struct cg_ncnn_reader *r)
{
    const int input = cg_ncnn_map(r, 0), channels = cg_ncnn_shape(r, input).c;
    struct cg_node node = cg_ncnn_over(CG_SHUFFLE, &input);
    node.groups = cg_ncnn_int(r, 0, 1);
    if (cg_ncnn_int(r, 1, 0) && node.groups > 0 && channels % node.groups == 0)
        node.groups = channels / node.groups;
    cg_ncnn_give(r, 0, cg_ncnn_add(r, &node), CG_NCNN_MAP);
}
