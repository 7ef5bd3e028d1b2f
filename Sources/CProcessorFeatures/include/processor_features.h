// What the processor of this run offers, and memory that goes back to the system; compiled for the baseline instruction set.
#ifndef ESP_PROCESSOR_FEATURES_H
#define ESP_PROCESSOR_FEATURES_H

/// 1 when the processor has AVX-512 (F, BW, CD, DQ, VL: x86-64-v4), 0 otherwise.
int esp_processor_has_avx512(void);
/// 1 when the processor has AVX2, fused multiply-add, BMI1 and BMI2 (x86-64-v3), 0 otherwise.
int esp_processor_has_avx2(void);
/// Gives memory that was freed, but that the allocator holds, back to the system.
void esp_release_freed_memory(void);

#endif
