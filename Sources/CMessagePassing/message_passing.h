// The few calls of MPI that the program makes. The macros of mpi.h cannot be imported.
#ifndef ESP_MESSAGE_PASSING_H
#define ESP_MESSAGE_PASSING_H

#include <mpi.h>

/// Starts MPI; messages are sent by the calling thread only. Errors end all ranks (the default of MPI).
static inline void esp_mpi_start(void) {
    int provided;
    MPI_Init_thread(0, 0, MPI_THREAD_FUNNELED, &provided);
}

static inline int esp_mpi_rank(void) {
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank;
}

static inline int esp_mpi_size(void) {
    int size;
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    return size;
}

/// The number of ranks on this rank's machine.
static inline int esp_mpi_size_of_machine(void) {
    MPI_Comm machine;
    int size;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
    MPI_Comm_size(machine, &size);
    MPI_Comm_free(&machine);
    return size;
}

static inline void esp_mpi_exchange(
    const void *source, const int *sent, const int *sent_places, void *target, const int *received, const int *received_places) {
    MPI_Alltoallv(source, sent, sent_places, MPI_BYTE, target, received, received_places, MPI_BYTE, MPI_COMM_WORLD);
}

static inline void esp_mpi_gather(void *buffer, const int *counts, const int *places) {
    MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, buffer, counts, places, MPI_BYTE, MPI_COMM_WORLD);
}

static inline void esp_mpi_end(void) { MPI_Finalize(); }

static inline void esp_mpi_abort(int status) { MPI_Abort(MPI_COMM_WORLD, status); }

#endif
