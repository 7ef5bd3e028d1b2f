// libstdc++ names arc4random, which the C library has only since version 2.36, for std::random_device, which the program does not use.
// With a definition of its own the program runs with older C libraries.
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

__attribute__((visibility("hidden"))) uint32_t arc4random(void) {
    uint32_t value;
    if (getrandom(&value, sizeof value, 0) != sizeof value) abort();
    return value;
}
