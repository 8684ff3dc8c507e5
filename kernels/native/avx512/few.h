/* Gemm tiles of 2 and 4 columns: the lanes that columns leave idle take further values of k. A vector of
 * weights holds 16 / columns of them for each column, and a row is read as it lies, as many values at once,
 * for the columns of each half; in the end the values of a column are summed. So no lane idles. In halves: a
 * whole vector's broadcast that is no part of its multiply-add takes 1.3 cycles with it (Zen 4). Panels are
 * those of any tile. Included by kernels.c after gemm.h. */
#ifndef CONVGAUGE_KERNELS_NATIVE_AVX512_FEW_H
#define CONVGAUGE_KERNELS_NATIVE_AVX512_FEW_H

/* Values of k at once; as many rows' sums end up in one vector. */
#define FEW_K(columns) (VL / (columns))

/* [k][column] as [column][k]: the lanes of a vector of weights; of 4 columns its own reverse. */
VEC_INLINE __m512i few_by_columns(const int columns)
{
    return columns == 4 ? _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)
                        : _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15);
}

/* What few_half finds of both halves as [row][column]. */
VEC_INLINE __m512i few_by_rows(const int columns)
{
    return columns == 4 ? few_by_columns(4)
                        : _mm512_setr_epi32(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
}

/* The values of k at `a`, for each column of a half. */
VEC_INLINE hf few_row(const float *a, const int columns)
{
    return columns == 4 ? _mm256_broadcast_ps((const __m128 *)(const void *)a) : h_load(a);
}

/* The first n of them only, zeros for the others. */
VEC_INLINE hf few_row_part(const float *a, const int columns, int n)
{
    const hf part = h_load_tail(a, h_tail(n));
    const __m128 low = _mm256_castps256_ps128(part);
    return columns == 4 ? _mm256_set_m128(low, low) : part;
}

/* Sums of a row: those of the first half of the columns, then of the others. */
struct few_sums {
    hf of[2][GEMM_MAX_ROWS];
};

VEC_INLINE void few_add(struct few_sums *sums, const int i, hf row, vf weights)
{
    IN_REGISTER(row); /* one load, not one in each multiply-add */
    sums->of[0][i] = h_fma(row, h_low(weights), sums->of[0][i]);
    sums->of[1][i] = h_fma(row, h_high(weights), sums->of[1][i]);
}

/* The last n (< FEW_K) values of k of a segment of `len`, at p and b. */
VEC_INLINE void few_last(struct few_sums *sums, const float *const *p, ptrdiff_t stride, const float *b,
                         int len, int n, const int rows, const int columns)
{
    const int k = FEW_K(columns), again = len < k ? 0 : k - n;
    /* Together with those before, whose weights are zero now: masked loads take longer. */
    const vtail used = (vtail)(((1u << n * columns) - 1) << again * columns);
    const vf bv = v_pick(v_load_tail(b - again * columns, used), few_by_columns(columns));
    GEMM_UNROLL
    for (int i = 0; i < rows; i++) {
        const float *a = gemm_at(p, stride, i);
        few_add(sums, i, again ? few_row(a - again, columns) : few_row_part(a, columns, n), bv);
    }
}

VEC_INLINE void few_segment(struct few_sums *sums, const struct cg_gemm_segment *seg, int i0, const float *b,
                            uintptr_t *ahead, const int rows, const int columns)
{
    const ptrdiff_t stride = seg->stride;
    vindex by_columns = few_by_columns(columns);
    IN_REGISTER(by_columns);
    const float *p[GEMM_POINTERS] = {NULL};
    GEMM_UNROLL
    for (int i = 0; i < GEMM_POINTERS; i++)
        if (GEMM_HAS_POINTER(i, rows))
            p[i] = seg->a + (i0 + GEMM_FIRST_ROW(i)) * stride;
    int k = seg->len;
    for (; k >= FEW_K(columns); k -= FEW_K(columns)) {
        const vf bv = v_pick(v_load(b), by_columns);
        GEMM_UNROLL
        for (int i = 0; i < rows; i++)
            few_add(sums, i, few_row(gemm_at(p, stride, i), columns), bv);
        b += VL;
        *ahead = gemm_fetch_ahead(*ahead, CG_NATIVE_ALIGN, 2 * VL);
        GEMM_UNROLL
        for (int i = 0; i < GEMM_POINTERS; i++)
            if (GEMM_HAS_POINTER(i, rows)) {
                p[i] += FEW_K(columns);
                __asm__("" : "+r"(p[i])); /* see gemm_advance */
            }
    }
    if (k)
        few_last(sums, p, stride, b, seg->len, k, rows, columns);
}

/* Of FEW_K rows, a half of the columns: the values of each column summed. */
VEC_INLINE hf few_half(const hf *of, const int columns)
{
    return columns == 4 ? x8_add_pairs(x8_add_pairs(of[0], of[1]), x8_add_pairs(of[2], of[3])) : x8_sums(of);
}

/* The sums of FEW_K rows from row i on: [row][column]. */
VEC_INLINE vf few_rows(const struct few_sums *sums, const int i, const int columns)
{
    const vf found = v_pair_of(few_half(&sums->of[0][i], columns), few_half(&sums->of[1][i], columns));
    return v_pick(found, few_by_rows(columns));
}

VEC_INLINE vf few_bias(const float *bias, const int columns)
{
    if (columns == 4)
        return _mm512_broadcast_f32x4(_mm_loadu_ps(bias));
    return _mm512_castpd_ps(_mm512_broadcastsd_pd(_mm_castps_pd(_mm_setr_ps(bias[0], bias[1], 0, 0))));
}

/* n rows at p, of as many columns as `tail` says: [row][column]. */
VEC_INLINE vf few_rows_at(const float *p, ptrdiff_t stride, htail tail, const int n, const int columns)
{
    __m128 four[4] = {_mm_setzero_ps(), _mm_setzero_ps(), _mm_setzero_ps(), _mm_setzero_ps()};
    GEMM_UNROLL
    for (int i = 0; i < n; i++) {
        const __m128 row = _mm256_castps256_ps128(h_load_tail(p + i * stride, tail));
        __m128 *quarter = &four[i * columns / 4];
        *quarter = columns == 2 && i % 2 ? _mm_movelh_ps(*quarter, row) : row;
    }
    return v_pair_of(_mm256_set_m128(four[1], four[0]), _mm256_set_m128(four[3], four[2]));
}

/* Row i of [row][column]. */
VEC_INLINE hf few_row_of(vf sums, const int i, const int columns)
{
    const int quarter = i * columns / 4;
    const __m128 four = quarter == 0   ? _mm512_castps512_ps128(sums)
                        : quarter == 1 ? _mm512_extractf32x4_ps(sums, 1)
                        : quarter == 2 ? _mm512_extractf32x4_ps(sums, 2)
                                       : _mm512_extractf32x4_ps(sums, 3);
    return _mm256_castps128_ps256(columns == 2 && i % 2 ? _mm_movehl_ps(four, four) : four);
}

/* Sums the lanes of each column, adds the bias and the residual, clamps and stores. */
VEC_INLINE void few_store(const struct few_sums *all, struct gemm_target to, const float *bias_at,
                          const int rows, const int columns)
{
    const vf bias = few_bias(bias_at, columns), lo = v_set1(to.lo), hi = v_set1(to.hi);
    const htail tail = h_tail(to.n);
    GEMM_UNROLL
    for (int first = 0; first < rows; first += FEW_K(columns)) {
        const int n = rows - first < FEW_K(columns) ? rows - first : FEW_K(columns);
        vf sums = v_add(few_rows(all, first, columns), bias);
        if (to.residual) {
            sums = v_add(sums, few_rows_at(to.residual, to.residual_stride, tail, n, columns));
            to.residual += n * to.residual_stride;
        }
        sums = v_min(v_max(sums, lo), hi);
        GEMM_UNROLL
        for (int i = 0; i < n; i++) {
            h_store_tail(to.c, few_row_of(sums, i, columns), tail);
            to.c += to.c_stride;
            __asm__ volatile("" : "+r"(to.c)); /* one pointer, not one a row */
        }
    }
}

VEC_INLINE void few_tile(const struct cg_gemm_args *g, int i0, uintptr_t ahead, const int rows,
                         const int columns)
{
    struct few_sums sums;
    GEMM_UNROLL
    for (int i = 0; i < GEMM_MAX_ROWS; i++)
        sums.of[0][i] = sums.of[1][i] = h_set1(0);
    const struct cg_gemm_args *volatile g_home = g; /* wait in memory: see gemm_tile */
    const struct cg_gemm_segment *volatile seg_home = g->segments;
    volatile int i0_home = i0;
    for (volatile int left = g->n_segments; left > 0; left--) {
        const struct cg_gemm_segment *seg = seg_home;
        seg_home = seg + 1;
        few_segment(&sums, seg, i0_home, g_home->b + (size_t)seg->k * columns, &ahead, rows, columns);
    }
    g = g_home;
    i0 = i0_home;
    few_store(&sums, gemm_target_of(g, i0), g->bias, rows, columns);
}

#define FEW_TILE_FN(rows, columns)                                                                           \
    static __attribute__((noinline)) void few_##rows##_##columns(const struct cg_gemm_args *g, int i0,       \
                                                                 uintptr_t ahead, uintptr_t below)           \
    {                                                                                                        \
        (void)below; /* most of the lines that are written are those of the panel before */                  \
        few_tile(g, i0, ahead, rows, columns);                                                               \
    }
#define FEW_TILE_NAME(rows, columns) few_##rows##_##columns,

/* The kernel of `rows` x `columns`, and its table row. Whole pipes take as long: sums are halves. */
#define FEW_KERNEL(rows, columns)                                                                            \
    REPEAT_##rows(FEW_TILE_FN,                                                                               \
                  columns) static void gemm_f32_few_##rows##_##columns(const struct cg_gemm_args *g)         \
    {                                                                                                        \
        static gemm_tile_fn *const tiles[] = {NULL, REPEAT_##rows(FEW_TILE_NAME, columns)};                  \
        gemm_rows(g, tiles, rows, 0);                                                                        \
    }
#define FEW_ROW(rows, columns, k_cost, tile_cost)                                                            \
    {                                                                                                        \
        .name = "gemm_f32_" #rows "x" #columns "__" ISA_NAME, .run = gemm_f32_few_##rows##_##columns,        \
        .tile_m = rows, .tile_n = columns, .k_step = FEW_K(columns), .cost = {                               \
            [CG_PIPES_HALF] = {k_cost, tile_cost},                                                           \
            [CG_PIPES_WHOLE] = {k_cost, tile_cost}                                                           \
        }                                                                                                    \
    }

#endif
