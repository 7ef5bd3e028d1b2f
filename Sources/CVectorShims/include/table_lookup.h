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

/// Cubic polynomials from a table of four coefficients each: c[0] + t (c[1] + t (c[2] + t c[3])) with c = table + 4 cell.
static inline __attribute__((always_inline)) esp_double8 esp_cubic8(const double *table, esp_int8 cell, esp_double8 t) {
    typedef double esp_quad __attribute__((ext_vector_type(4), aligned(8)));
#define ESP_ROW(k) (*(const esp_quad *)(table + 4 * cell[k]))
#define ESP_ROWS(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7)
    esp_double8 a0 = ESP_ROWS(ESP_ROW(0), ESP_ROW(4)), a1 = ESP_ROWS(ESP_ROW(1), ESP_ROW(5));
    esp_double8 a2 = ESP_ROWS(ESP_ROW(2), ESP_ROW(6)), a3 = ESP_ROWS(ESP_ROW(3), ESP_ROW(7));
#undef ESP_ROW
#undef ESP_ROWS
    esp_double8 even01 = __builtin_shufflevector(a0, a1, 0, 8, 2, 10, 4, 12, 6, 14);
    esp_double8 odd01 = __builtin_shufflevector(a0, a1, 1, 9, 3, 11, 5, 13, 7, 15);
    esp_double8 even23 = __builtin_shufflevector(a2, a3, 0, 8, 2, 10, 4, 12, 6, 14);
    esp_double8 odd23 = __builtin_shufflevector(a2, a3, 1, 9, 3, 11, 5, 13, 7, 15);
    esp_double8 c0 = __builtin_shufflevector(even01, even23, 0, 1, 8, 9, 4, 5, 12, 13);
    esp_double8 c1 = __builtin_shufflevector(odd01, odd23, 0, 1, 8, 9, 4, 5, 12, 13);
    esp_double8 c2 = __builtin_shufflevector(even01, even23, 2, 3, 10, 11, 6, 7, 14, 15);
    esp_double8 c3 = __builtin_shufflevector(odd01, odd23, 2, 3, 10, 11, 6, 7, 14, 15);
    esp_double8 high = __builtin_elementwise_fma(t, c3, c2);
    return __builtin_elementwise_fma(t, __builtin_elementwise_fma(t, high, c1), c0);
}

#endif
