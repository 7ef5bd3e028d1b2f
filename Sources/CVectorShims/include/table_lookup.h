// Look-up of eight values in tables of sixteen, and the few comparisons that steer it. No chemistry.
#ifndef ESP_TABLE_LOOKUP_H
#define ESP_TABLE_LOOKUP_H

#include "vector_shims.h"

#ifdef __AVX512F__
#include <immintrin.h>
#else
#include <math.h>
#endif

/// table[index & 15] in every lane; the table has sixteen entries and lies on a 64-byte boundary.
static inline __attribute__((always_inline)) esp_double8 esp_lookup16(const double *table, esp_int8 index) {
#ifdef __AVX512F__
    return (esp_double8)_mm512_permutex2var_pd(
        _mm512_load_pd(table), (__m512i)index, _mm512_load_pd(table + 8));
#else
    esp_double8 result;
    for (int lane = 0; lane < 8; lane++) result[lane] = table[index[lane] & 15];
    return result;
#endif
}

/// 1 / sqrt(a) in every lane, to a few units in the last place, for normal positive a.
static inline __attribute__((always_inline)) esp_double8 esp_reciprocal_sqrt8(esp_double8 a) {
#ifdef __AVX512F__
    // Fourteen bits to begin with; each step of y (1.5 - a y^2 / 2) doubles them.
    esp_double8 y = (esp_double8)_mm512_rsqrt14_pd((__m512d)a);
    esp_double8 half = a * -0.5;
    esp_double8 e = __builtin_elementwise_fma(half * y, y, (esp_double8)0.5);
    y = __builtin_elementwise_fma(y, e, y);
    e = __builtin_elementwise_fma(half * y, y, (esp_double8)0.5);
    return __builtin_elementwise_fma(y, e, y);
#else
    return 1.0 / __builtin_elementwise_sqrt(a);
#endif
}

/// 1 where every lane of a is smaller than limit.
static inline __attribute__((always_inline)) int esp_all_below8(esp_double8 a, double limit) {
#ifdef __AVX512F__
    return _mm512_cmp_pd_mask((__m512d)a, _mm512_set1_pd(limit), _CMP_LT_OQ) == 0xff;
#else
    int result = 1;
    for (int lane = 0; lane < 8; lane++) result &= a[lane] < limit;
    return result;
#endif
}

/// 1 where every lane of a is larger than limit.
static inline __attribute__((always_inline)) int esp_all_above8(esp_double8 a, double limit) {
#ifdef __AVX512F__
    return _mm512_cmp_pd_mask((__m512d)a, _mm512_set1_pd(limit), _CMP_GT_OQ) == 0xff;
#else
    int result = 1;
    for (int lane = 0; lane < 8; lane++) result &= a[lane] > limit;
    return result;
#endif
}

/// Lanes of below where a is smaller than limit, of otherwise elsewhere.
static inline __attribute__((always_inline)) esp_double8 esp_select_below8(
    esp_double8 a, double limit, esp_double8 below, esp_double8 otherwise) {
#ifdef __AVX512F__
    return (esp_double8)_mm512_mask_blend_pd(
        _mm512_cmp_pd_mask((__m512d)a, _mm512_set1_pd(limit), _CMP_LT_OQ), (__m512d)otherwise, (__m512d)below);
#else
    esp_double8 result;
    for (int lane = 0; lane < 8; lane++) result[lane] = a[lane] < limit ? below[lane] : otherwise[lane];
    return result;
#endif
}

#endif
