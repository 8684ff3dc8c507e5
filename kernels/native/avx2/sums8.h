/* Sums over vectors of 8 lanes, in AVX2, which every processor with AVX-512 has, too. */
#ifndef CONVGAUGE_KERNELS_NATIVE_AVX2_SUMS8_H
#define CONVGAUGE_KERNELS_NATIVE_AVX2_SUMS8_H

#include <immintrin.h>

/* The last n lanes, 0 in the others. */
static inline __attribute__((always_inline, unused)) __m256 x8_last(__m256 v, int n)
{
    const __m256i from_the_end = _mm256_setr_epi32(7, 6, 5, 4, 3, 2, 1, 0);
    return _mm256_and_ps(v, _mm256_castsi256_ps(_mm256_cmpgt_epi32(_mm256_set1_epi32(n), from_the_end)));
}

/* Neighbours of a, then of b, added, in either half. */
static inline __attribute__((always_inline, unused)) __m256 x8_add_pairs(__m256 a, __m256 b)
{
    return _mm256_add_ps(_mm256_shuffle_ps(a, b, 0x88), _mm256_shuffle_ps(a, b, 0xdd));
}

/* Lane i: the sum of v[i]. */
static inline __attribute__((always_inline, unused)) __m256 x8_sums(const __m256 *v)
{
    const __m256 low = x8_add_pairs(x8_add_pairs(v[0], v[1]), x8_add_pairs(v[2], v[3])),
                 high = x8_add_pairs(x8_add_pairs(v[4], v[5]), x8_add_pairs(v[6], v[7]));
    return _mm256_add_ps(_mm256_permute2f128_ps(low, high, 0x20), _mm256_permute2f128_ps(low, high, 0x31));
}

#endif
