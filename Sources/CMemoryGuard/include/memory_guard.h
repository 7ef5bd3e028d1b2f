// What happens when the system refuses memory or a thread: the program ends with a message and exit code 71.
//
// Linking this target is enough. It replaces malloc and its relatives and pthread_create for the whole process, libraries
// included. None of them can be asked to fail gracefully: the Swift runtime aborts, OpenBLAS asks again for ever, and libdispatch
// waits for a thread that never comes.
//
// getenv is replaced, too, so that OpenBLAS finds OPENBLAS_NUM_THREADS=1 when it is loaded, before the first line of the
// program runs. It would otherwise start a thread for every processor, each with a buffer of its own (128 MB of addresses).
#ifndef ESP_MEMORY_GUARD_H
#define ESP_MEMORY_GUARD_H

#endif
