#include "processor_features.h"

#if defined(__x86_64__)
int esp_processor_has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
int esp_processor_has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#else
int esp_processor_has_avx512(void) { return 0; }
int esp_processor_has_avx2(void) { return 0; }
#endif
