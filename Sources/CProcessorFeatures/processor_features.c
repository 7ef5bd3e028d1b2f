#include "processor_features.h"

#include <stdlib.h>

#if defined(__GLIBC__)
#include <malloc.h>
void esp_release_freed_memory(void) { malloc_trim(0); }
#else
void esp_release_freed_memory(void) {}
#endif

#if defined(__x86_64__)
int esp_processor_has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
int esp_processor_has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2");
}
#else
int esp_processor_has_avx512(void) { return 0; }
int esp_processor_has_avx2(void) { return 0; }
#endif
