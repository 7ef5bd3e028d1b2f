// bin/esp of a release: starts the build of the program that fits the processor, and becomes it.
//
// The processor and the operating system are asked by the compiler's own test, which also covers that the system saves the registers.
// ESP_PROCESSOR=x86-64-v3 or x86-64-v4 chooses instead. Exit codes are those of the program (esp --help): 64 for a value of
// ESP_PROCESSOR that does not exist, 69 where no build can run.
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { USAGE = 64, UNAVAILABLE = 69 };

static int has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

static int has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2");
}

static int fail(int status, const char *problem, const char *detail, const char *cure) {
    fprintf(stderr, "esp: error: %s%s\n  %s\n", problem, detail, cure);
    return status;
}

int main(int count, char *arguments[]) {
    (void)count;
    __builtin_cpu_init();
    const char *wish = getenv("ESP_PROCESSOR");
    const char *build;
    if (!wish || !*wish) {
        build = has_avx2() && has_avx512() ? "v4" : "v3";
    } else if (!strcmp(wish, "x86-64-v3") || !strcmp(wish, "x86-64-v4")) {
        build = wish + strlen("x86-64-");
    } else {
        return fail(
            USAGE, "unknown value of ESP_PROCESSOR: ", wish, "Set it to x86-64-v3 (AVX2) or x86-64-v4 (AVX-512), or unset it.");
    }
    if (!has_avx2()) {
        return fail(
            UNAVAILABLE, "this processor lacks AVX2, FMA or BMI, which every build of this release needs", "",
            "Build the program from source for this processor: ESP_MARCH=native swift build -c release.");
    }
    if (!strcmp(build, "v4") && !has_avx512()) {
        return fail(
            UNAVAILABLE, "this processor lacks AVX-512, which ESP_PROCESSOR=x86-64-v4 asks for", "",
            "Unset ESP_PROCESSOR, or set it to x86-64-v3.");
    }

    // The folder above that of the launcher, without symbolic links. Swift's libraries need /proc, too: they read the arguments from it.
    char folder[PATH_MAX];
    if (!realpath("/proc/self/exe", folder)) {
        return fail(
            UNAVAILABLE, "/proc/self/exe cannot be read: ", strerror(errno),
            "The program needs the file system /proc. In a chroot: mount -t proc proc /proc.");
    }
    for (int level = 0; level < 2; level++) {
        char *end = strrchr(folder, '/');
        if (end) *end = 0;
    }
    char program[PATH_MAX + 32];
    snprintf(program, sizeof program, "%s/libexec/esp/esp-%s", folder, build);
    execv(program, arguments);
    char problem[PATH_MAX + 64];
    snprintf(problem, sizeof problem, "%s cannot be started: ", program);
    return fail(
        UNAVAILABLE, problem, strerror(errno), "Keep bin, lib, libexec and share of the release together; unpack the archive again.");
}
