/* Moving channels, rows and columns by the nodes that the graph has: cutting, picking each so many, padding
 * by what stands in the map. Functions return the id of the last node, as cg_onnx_add(): -1 after a failure.
 */
#ifndef CONVGAUGE_BENCH_ONNX_PIXELS_H
#define CONVGAUGE_BENCH_ONNX_PIXELS_H

#include "bench/onnx/arguments.h"

/* A CG_PAD by top, left, bottom, right; the input itself where all are 0, unless the file was
 * written here. */
int cg_onnx_add_pads(struct cg_onnx_importer *im, int input, const int pads[4]);

/* Channels [first, first + n). */
int cg_onnx_add_part(struct cg_onnx_importer *im, int input, int first, int n);

/* n channels: those of the index, each times its scale plus its shift (arrays of the arena). */
struct cg_onnx_channels {
    int n;
    int *index;
    float *scale, *shift;
};

/* Room for n channels, which are all of value 0; n is 0 after a failure. */
struct cg_onnx_channels cg_onnx_channels_of(struct cg_onnx_importer *im, int n);
int cg_onnx_add_channels(struct cg_onnx_importer *im, int input, const struct cg_onnx_channels *channels);

/* The rows and columns of two slices with steps above 0. */
int cg_onnx_add_picked(struct cg_onnx_importer *im, int input, const struct cg_onnx_slice *rows,
                       const struct cg_onnx_slice *columns);

/* Each block of `rows` x `columns` pixels becomes one, whose channels are those of the block's first pixel,
 * then of the next in its row ... */
int cg_onnx_add_space_to_depth(struct cg_onnx_importer *im, int input, int rows, int columns);

/* The reverse: each pixel becomes a block, of the first of its channels the block's first pixel ... */
int cg_onnx_add_depth_to_space(struct cg_onnx_importer *im, int input, int rows, int columns);

/* Which row (or column), out of `extent`, stands at `at`, outside the map, or inside. */
typedef int cg_onnx_outside(int at, int extent);
cg_onnx_outside cg_onnx_reflected, cg_onnx_nearest, cg_onnx_wrapped;

/* Rows and columns around the map, each equal to one of the map's. CG_UNSUPPORTED for more than 32. */
int cg_onnx_add_outside(struct cg_onnx_importer *im, int input, const int pads[4], cg_onnx_outside *rule);

#endif
