// Blocks of consecutive doubles at eight places, turned to vectors with one place a lane, and back. No chemistry.
#ifndef ESP_COLUMN_BLOCKS_H
#define ESP_COLUMN_BLOCKS_H

#include "vector_shims.h"

typedef double esp_double4_unaligned __attribute__((ext_vector_type(4), aligned(8)));
typedef double esp_double8_unaligned __attribute__((ext_vector_type(8), aligned(8)));

/// out[8 k + lane] = base[stride * column[lane] + k] for k < count; out is aligned to 64 bytes.
static inline __attribute__((always_inline)) void esp_load_columns8(
    const double *base, const int *column, long stride, long count, double *out) {
    const double *row[8];
    for (int lane = 0; lane < 8; lane++) row[lane] = base + stride * column[lane];
    long k = 0;
    for (; k + 8 <= count; k += 8) {
        const double *from[8] = {row[0] + k, row[1] + k, row[2] + k, row[3] + k,
                                 row[4] + k, row[5] + k, row[6] + k, row[7] + k};
        esp_transpose8(from, out + 8 * k);
    }
    if (k + 4 <= count) {
        esp_double4_unaligned r[8];
        for (int lane = 0; lane < 8; lane++) r[lane] = *(const esp_double4_unaligned *)(row[lane] + k);
        esp_double8 z0 = __builtin_shufflevector(r[0], r[4], 0, 1, 2, 3, 4, 5, 6, 7);
        esp_double8 z1 = __builtin_shufflevector(r[1], r[5], 0, 1, 2, 3, 4, 5, 6, 7);
        esp_double8 z2 = __builtin_shufflevector(r[2], r[6], 0, 1, 2, 3, 4, 5, 6, 7);
        esp_double8 z3 = __builtin_shufflevector(r[3], r[7], 0, 1, 2, 3, 4, 5, 6, 7);
        esp_double8 a0 = __builtin_shufflevector(z0, z1, 0, 8, 2, 10, 4, 12, 6, 14);
        esp_double8 a1 = __builtin_shufflevector(z0, z1, 1, 9, 3, 11, 5, 13, 7, 15);
        esp_double8 a2 = __builtin_shufflevector(z2, z3, 0, 8, 2, 10, 4, 12, 6, 14);
        esp_double8 a3 = __builtin_shufflevector(z2, z3, 1, 9, 3, 11, 5, 13, 7, 15);
        esp_double8 *to = (esp_double8 *)(out + 8 * k);
        to[0] = __builtin_shufflevector(a0, a2, 0, 1, 8, 9, 4, 5, 12, 13);
        to[1] = __builtin_shufflevector(a1, a3, 0, 1, 8, 9, 4, 5, 12, 13);
        to[2] = __builtin_shufflevector(a0, a2, 2, 3, 10, 11, 6, 7, 14, 15);
        to[3] = __builtin_shufflevector(a1, a3, 2, 3, 10, 11, 6, 7, 14, 15);
        k += 4;
    }
    for (; k < count; k++) {
        *(esp_double8 *)(out + 8 * k) =
            (esp_double8){row[0][k], row[1][k], row[2][k], row[3][k], row[4][k], row[5][k], row[6][k], row[7][k]};
    }
}

/// base[stride * column[lane] + k] += in[8 k + lane] for k < count, one lane after the other, since lanes may share a
/// column; in is aligned to 64 bytes.
static inline __attribute__((always_inline)) void esp_add_columns8(
    double *base, const int *column, long stride, long count, const double *in) {
    double *row[8];
    for (int lane = 0; lane < 8; lane++) row[lane] = base + stride * column[lane];
    long k = 0;
    for (; k + 8 <= count; k += 8) {
        double turned[64] __attribute__((aligned(64)));
        const double *from[8] = {in + 8 * k,      in + 8 * k + 8,  in + 8 * k + 16, in + 8 * k + 24,
                                 in + 8 * k + 32, in + 8 * k + 40, in + 8 * k + 48, in + 8 * k + 56};
        esp_transpose8(from, turned);
        for (int lane = 0; lane < 8; lane++) {
            *(esp_double8_unaligned *)(row[lane] + k) += *(const esp_double8 *)(turned + 8 * lane);
        }
    }
    if (k + 4 <= count) {
        const esp_double8 *r = (const esp_double8 *)(in + 8 * k);
        esp_double8 a0 = __builtin_shufflevector(r[0], r[1], 0, 8, 2, 10, 4, 12, 6, 14);
        esp_double8 a1 = __builtin_shufflevector(r[0], r[1], 1, 9, 3, 11, 5, 13, 7, 15);
        esp_double8 a2 = __builtin_shufflevector(r[2], r[3], 0, 8, 2, 10, 4, 12, 6, 14);
        esp_double8 a3 = __builtin_shufflevector(r[2], r[3], 1, 9, 3, 11, 5, 13, 7, 15);
        // Lanes 0 and 4, 1 and 5, 2 and 6, 3 and 7.
        esp_double8 pair[4] = {
            __builtin_shufflevector(a0, a2, 0, 1, 8, 9, 4, 5, 12, 13), __builtin_shufflevector(a1, a3, 0, 1, 8, 9, 4, 5, 12, 13),
            __builtin_shufflevector(a0, a2, 2, 3, 10, 11, 6, 7, 14, 15),
            __builtin_shufflevector(a1, a3, 2, 3, 10, 11, 6, 7, 14, 15)};
        for (int lane = 0; lane < 4; lane++) {
            *(esp_double4_unaligned *)(row[lane] + k) += __builtin_shufflevector(pair[lane], pair[lane], 0, 1, 2, 3);
        }
        for (int lane = 0; lane < 4; lane++) {
            *(esp_double4_unaligned *)(row[lane + 4] + k) += __builtin_shufflevector(pair[lane], pair[lane], 4, 5, 6, 7);
        }
        k += 4;
    }
    for (; k < count; k++) {
        for (int lane = 0; lane < 8; lane++) row[lane][k] += in[8 * k + lane];
    }
}

#endif
