// Vector operations that Swift's SIMD types lower lane by lane: one instruction each here. No chemistry.
#ifndef ESP_VECTOR_SHIMS_H
#define ESP_VECTOR_SHIMS_H

typedef double esp_double8 __attribute__((ext_vector_type(8)));
typedef long long esp_int8 __attribute__((ext_vector_type(8)));

/// a * b + c, rounded once, in every lane.
static inline __attribute__((always_inline)) esp_double8 esp_fma8(esp_double8 a, esp_double8 b, esp_double8 c) {
    return __builtin_elementwise_fma(a, b, c);
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
