/* Vector primitives in AVX2 + FMA: see template/README.md. */
#ifndef CONVGAUGE_KERNELS_NATIVE_AVX2_VEC_H
#define CONVGAUGE_KERNELS_NATIVE_AVX2_VEC_H

#include "kernels/native/avx2/sums8.h"

#include <immintrin.h>

#define VL             8
#define HL             0
#define ISA_NAME       "avx2"
#define IN_REGISTER(v) __asm__("" : "+x"(v))

typedef __m256 vf;
typedef struct {
    __m256i mask;
    int n;
} vtail;

#define VEC_INLINE static inline __attribute__((always_inline, unused))

#define v_zero  _mm256_setzero_ps
#define v_set1  _mm256_set1_ps
#define v_load  _mm256_loadu_ps
#define v_store _mm256_storeu_ps
#define v_fma   _mm256_fmadd_ps
#define v_add   _mm256_add_ps
#define v_mul   _mm256_mul_ps
#define v_div   _mm256_div_ps
#define v_max   _mm256_max_ps
#define v_min   _mm256_min_ps

VEC_INLINE vtail v_tail(int n)
{
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return (vtail){_mm256_cmpgt_epi32(_mm256_set1_epi32(n), lane), n};
}
VEC_INLINE vf v_load_tail(const float *p, vtail t)
{
    return _mm256_maskload_ps(p, t.mask);
}
/* In pieces: the masked store is slow on several cores. */
VEC_INLINE void v_store_tail(float *p, vf v, vtail t)
{
    if (t.n == 8) {
        v_store(p, v);
        return;
    }
    __m128 part = _mm256_castps256_ps128(v);
    if (t.n & 4) {
        _mm_storeu_ps(p, part);
        part = _mm256_extractf128_ps(v, 1);
        p += 4;
    }
    if (t.n & 2) {
        _mm_storel_pi((__m64 *)(void *)p, part);
        part = _mm_movehl_ps(part, part);
        p += 2;
    }
    if (t.n & 1)
        _mm_store_ss(p, part);
}
#define v_fnma _mm256_fnmadd_ps
VEC_INLINE vf v_abs(vf x)
{
    return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), x);
}
VEC_INLINE vf v_round(vf x)
{
    return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
VEC_INLINE vf v_scale(vf v, vf n)
{
    const __m256i e = _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
    return _mm256_mul_ps(v, _mm256_castsi256_ps(e));
}

typedef __m256i vindex;
typedef struct {
    __m256 odd;
    __m256i partner;
} vfold;

VEC_INLINE vindex v_index(const int *lanes)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)lanes);
}
VEC_INLINE vf v_pick(vf v, vindex lanes)
{
    return _mm256_permutevar8x32_ps(v, lanes);
}
VEC_INLINE vfold v_fold_of(int bit)
{
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7), bits = _mm256_set1_epi32(bit);
    return (vfold){_mm256_castsi256_ps(_mm256_cmpeq_epi32(_mm256_and_si256(lane, bits), bits)),
                   _mm256_xor_si256(lane, bits)};
}
VEC_INLINE vf v_fold(vf a, vf b, vfold f)
{
    return _mm256_add_ps(_mm256_blendv_ps(a, b, f.odd),
                         _mm256_permutevar8x32_ps(_mm256_blendv_ps(b, a, f.odd), f.partner));
}

#endif
