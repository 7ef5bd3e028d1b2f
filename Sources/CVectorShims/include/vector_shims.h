// Vector operations that Swift's SIMD types lower lane by lane: one instruction each here. No chemistry.
#ifndef ESP_VECTOR_SHIMS_H
#define ESP_VECTOR_SHIMS_H

typedef double esp_double8 __attribute__((ext_vector_type(8)));
typedef long long esp_int8 __attribute__((ext_vector_type(8)));

/// a * b + c, rounded once, in every lane.
static inline __attribute__((always_inline)) esp_double8 esp_fma8(esp_double8 a, esp_double8 b, esp_double8 c) {
    return __builtin_elementwise_fma(a, b, c);
}

/// Eight single-precision numbers, as doubles; p needs the alignment of a float only.
static inline __attribute__((always_inline)) esp_double8 esp_widen8(const float *p) {
    typedef float unaligned __attribute__((ext_vector_type(8), aligned(4)));
    return __builtin_convertvector(*(const unaligned *)p, esp_double8);
}

/// Square root in every lane.
static inline __attribute__((always_inline)) esp_double8 esp_sqrt8(esp_double8 a) {
    return __builtin_elementwise_sqrt(a);
}

/// Smaller of two values in every lane.
static inline __attribute__((always_inline)) esp_double8 esp_min8(esp_double8 a, esp_double8 b) {
    return __builtin_elementwise_min(a, b);
}

/// Larger of two values in every lane.
static inline __attribute__((always_inline)) esp_double8 esp_max8(esp_double8 a, esp_double8 b) {
    return __builtin_elementwise_max(a, b);
}

/// 1 when any lane of a exceeds that of b, 0 otherwise.
static inline __attribute__((always_inline)) int esp_any_greater8(esp_double8 a, esp_double8 b) {
    return __builtin_reduce_or(a > b) != 0;
}

/// Lane by lane: a where c exceeds d, b elsewhere.
static inline __attribute__((always_inline)) esp_double8 esp_select_greater8(esp_double8 c, esp_double8 d,
                                                                              esp_double8 a, esp_double8 b) {
    return c > d ? a : b;
}

/// Sum of the lanes.
static inline __attribute__((always_inline)) double esp_sum8(esp_double8 a) {
    esp_double8 b = a + __builtin_shufflevector(a, a, 4, 5, 6, 7, 0, 1, 2, 3);
    esp_double8 c = b + __builtin_shufflevector(b, b, 2, 3, 0, 1, 6, 7, 4, 5);
    return c[0] + c[1];
}

/// Asks for the cache line at p, which is to be read soon; any address will do.
static inline __attribute__((always_inline)) void esp_prefetch(const void *p) { __builtin_prefetch(p, 0, 2); }

/// Transposes the 8 x 8 matrix whose row i is the eight doubles at rows[i]; the result is aligned to 64 bytes.
static inline __attribute__((always_inline)) void esp_transpose8(const double *const rows[8], double *result) {
    esp_double8 *out = (esp_double8 *)result;
    typedef double unaligned __attribute__((ext_vector_type(8), aligned(8)));
    esp_double8 r0 = *(const unaligned *)rows[0], r1 = *(const unaligned *)rows[1];
    esp_double8 r2 = *(const unaligned *)rows[2], r3 = *(const unaligned *)rows[3];
    esp_double8 r4 = *(const unaligned *)rows[4], r5 = *(const unaligned *)rows[5];
    esp_double8 r6 = *(const unaligned *)rows[6], r7 = *(const unaligned *)rows[7];
#define ESP_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14)
#define ESP_HIGH(a, b) __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15)
    esp_double8 a0 = ESP_LOW(r0, r1), a1 = ESP_HIGH(r0, r1), a2 = ESP_LOW(r2, r3), a3 = ESP_HIGH(r2, r3);
    esp_double8 a4 = ESP_LOW(r4, r5), a5 = ESP_HIGH(r4, r5), a6 = ESP_LOW(r6, r7), a7 = ESP_HIGH(r6, r7);
#undef ESP_LOW
#undef ESP_HIGH
    // Now a(2i) holds columns 0, 2, 4, 6 of rows 2i, 2i+1 and a(2i+1) holds columns 1, 3, 5, 7.
#define ESP_PAIR_LOW(a, b) __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define ESP_PAIR_HIGH(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
    esp_double8 b0 = ESP_PAIR_LOW(a0, a2), b1 = ESP_PAIR_LOW(a1, a3);
    esp_double8 b2 = ESP_PAIR_HIGH(a0, a2), b3 = ESP_PAIR_HIGH(a1, a3);
    esp_double8 b4 = ESP_PAIR_LOW(a4, a6), b5 = ESP_PAIR_LOW(a5, a7);
    esp_double8 b6 = ESP_PAIR_HIGH(a4, a6), b7 = ESP_PAIR_HIGH(a5, a7);
#undef ESP_PAIR_LOW
#undef ESP_PAIR_HIGH
#define ESP_HALF_LOW(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
#define ESP_HALF_HIGH(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15)
    out[0] = ESP_HALF_LOW(b0, b4), out[1] = ESP_HALF_LOW(b1, b5);
    out[2] = ESP_HALF_LOW(b2, b6), out[3] = ESP_HALF_LOW(b3, b7);
    out[4] = ESP_HALF_HIGH(b0, b4), out[5] = ESP_HALF_HIGH(b1, b5);
    out[6] = ESP_HALF_HIGH(b2, b6), out[7] = ESP_HALF_HIGH(b3, b7);
#undef ESP_HALF_LOW
#undef ESP_HALF_HIGH
}

/// Loads the eight table rows of eight doubles numbered `row`, transposed:
/// out[8 k + lane] = table[8 row[lane] + k]; out is aligned to 64 bytes.
static inline __attribute__((always_inline)) void esp_gather_rows8(const double *table, esp_int8 row, double *out) {
    const double *rows[8] = {table + 8 * row[0], table + 8 * row[1], table + 8 * row[2], table + 8 * row[3],
                             table + 8 * row[4], table + 8 * row[5], table + 8 * row[6], table + 8 * row[7]};
    esp_transpose8(rows, out);
}

/// Nearest integer of small non-negative numbers (below 2^51) in every lane, as floating point.
static inline __attribute__((always_inline)) esp_double8 esp_round8(esp_double8 a) {
    return __builtin_elementwise_rint(a);
}

/// Largest integer that is not above the number, in every lane, as floating point.
static inline __attribute__((always_inline)) esp_double8 esp_floor8(esp_double8 a) { return __builtin_elementwise_floor(a); }

/// The integers that esp_round8 or esp_floor8 gave, as integers.
static inline __attribute__((always_inline)) esp_int8 esp_integer8(esp_double8 a) {
    return __builtin_convertvector(a, esp_int8);
}

/// The sums over the lanes of eight vectors, in this order.
static inline __attribute__((always_inline)) esp_double8 esp_sums8(
    esp_double8 a0, esp_double8 a1, esp_double8 a2, esp_double8 a3, esp_double8 a4, esp_double8 a5, esp_double8 a6,
    esp_double8 a7) {
#define ESP_PAIR(a, b) \
    (__builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14) + __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15))
#define ESP_QUAD(a, b) \
    (__builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13) + __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15))
    esp_double8 b0 = ESP_PAIR(a0, a1), b2 = ESP_PAIR(a2, a3), b4 = ESP_PAIR(a4, a5), b6 = ESP_PAIR(a6, a7);
    esp_double8 c0 = ESP_QUAD(b0, b2), c4 = ESP_QUAD(b4, b6);
#undef ESP_PAIR
#undef ESP_QUAD
    return __builtin_shufflevector(c0, c4, 0, 1, 2, 3, 8, 9, 10, 11)
        + __builtin_shufflevector(c0, c4, 4, 5, 6, 7, 12, 13, 14, 15);
}

/// 1 when the code that includes this header is compiled for 512-bit vectors, 0 otherwise.
static inline int esp_compiled_for_avx512(void) {
#ifdef __AVX512F__
    return 1;
#else
    return 0;
#endif
}

/// 1 when the code that includes this header is compiled for AVX2 and fused multiply-add, 0 otherwise.
static inline int esp_compiled_for_avx2(void) {
#if defined(__AVX2__) && defined(__FMA__)
    return 1;
#else
    return 0;
#endif
}

#endif
