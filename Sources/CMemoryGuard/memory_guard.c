#define _GNU_SOURCE
#include "memory_guard.h"

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

// glibc's own functions, under the names that it keeps for replacements.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern char **environ;

// As in sysexits.h, and in the program's table of exit codes.
enum { out_of_memory_status = 71 };

static void say(const char *text) {
    size_t length = strlen(text);
    while (length > 0) {
        ssize_t written = write(STDERR_FILENO, text, length);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        text += written;
        length -= (size_t)written;
    }
}

static void say_number(unsigned long value) {
    char digits[24];
    char *place = digits + sizeof digits;
    *--place = 0;
    do {
        *--place = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    say(place);
}

// Writes the limit where there is one. Returns whether there is.
static int say_limit(int resource, const char *before, const char *after) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return 0;
    say(before);
    say_number((unsigned long)(limit.rlim_cur >> 20));
    say(after);
    return 1;
}

static _Noreturn void out_of_memory(size_t size) {
    say("esp: error: the system refuses ");
    say_number((unsigned long)(size >> 20) + 1);
    say(" MB of memory");
    int is_limited = say_limit(RLIMIT_AS, "; the address space is limited to ", " MB (ulimit -v)")
        | say_limit(RLIMIT_DATA, "; data are limited to ", " MB (ulimit -d)");
    say(is_limited ? "\n  Raise the limit, or lower --memory and --threads.\n"
                   : "\n  Close other programs, or lower --memory and --threads.\n");
    // Without exit handlers, which may need memory. Files are written under a temporary name first: none is left half-written.
    _exit(out_of_memory_status);
}

void *malloc(size_t size) {
    void *place = __libc_malloc(size);
    if (place == NULL) out_of_memory(size);
    return place;
}

void *calloc(size_t count, size_t size) {
    void *place = __libc_calloc(count, size);
    if (place == NULL) out_of_memory(count > 0 && size > (size_t)-1 / count ? (size_t)-1 : count * size);
    return place;
}

void *realloc(void *old, size_t size) {
    void *place = __libc_realloc(old, size);
    if (place == NULL && size > 0) out_of_memory(size);
    return place;
}

static void *aligned(size_t alignment, size_t size) {
    void *place = __libc_memalign(alignment, size);
    if (place == NULL) out_of_memory(size);
    return place;
}

void *memalign(size_t alignment, size_t size) { return aligned(alignment, size); }

void *aligned_alloc(size_t alignment, size_t size) { return aligned(alignment, size); }

int posix_memalign(void **place, size_t alignment, size_t size) {
    if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return EINVAL;
    *place = aligned(alignment, size);
    return 0;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument) {
    typedef int (*create_function)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    create_function create = (create_function)dlsym(RTLD_NEXT, "pthread_create");
    int error = create == NULL ? ENOSYS : create(thread, attributes, start, argument);
    if (error == EAGAIN || error == ENOMEM) {
        say("esp: error: the system refuses another thread: the limit on memory or on processes (ulimit -v, ulimit -u) is reached\n"
            "  Raise it, or lower --threads.\n");
        _exit(out_of_memory_status);
    }
    return error;
}


char *getenv(const char *name) {
    static char one[] = "1";
    if (strcmp(name, "OPENBLAS_NUM_THREADS") == 0) return one;
    size_t length = strlen(name);
    if (environ == NULL || length == 0) return NULL;
    for (char **entry = environ; *entry != NULL; entry++) {
        if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=') return *entry + length + 1;
    }
    return NULL;
}
