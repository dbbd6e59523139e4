// The layout of the working memory of a core. Every part begins at the boundary of a vector.
#include "include/kernels.h"

enum { VECTOR_BYTES = 64 };

static size_t vectors_of(size_t bytes) { return (bytes + VECTOR_BYTES - 1) / VECTOR_BYTES; }

struct piece {
    size_t bytes;
    void **place;
};

/// Returns the number of vectors that all parts take, and sets their places in `memory` unless it is null.
static size_t cut(kernel_context *context, char *memory) {
    size_t vectors = context->vectors, topics = vectors * KERNEL_LANES;
    size_t groups = vectors_of(vectors * sizeof(float)) * VECTOR_BYTES;
    const struct piece pieces[] = {
        {topics * sizeof(float), (void **)&context->alpha},
        {topics * sizeof(float), (void **)&context->phi},
        {topics * sizeof(float), (void **)&context->inverse},
        {topics * sizeof(float), (void **)&context->inverse_up},
        {groups, (void **)&context->groups},
        {groups / KERNEL_LANES, (void **)&context->supers},
        {topics * sizeof(int32_t), (void **)&context->counts},
        {(topics + 31) / 32 * sizeof(uint32_t), (void **)&context->touched},
        {(topics + 31) / 32 * sizeof(uint32_t), (void **)&context->stale},
        {2 * (4 + 2 * vectors) * VECTOR_BYTES, (void **)&context->sums},
        {topics * sizeof(uint16_t), (void **)&context->row_topics},
        {topics * sizeof(uint32_t), (void **)&context->row_amounts},
    };
    size_t used = 0;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        if (memory) *pieces[i].place = memory + used * VECTOR_BYTES;
        used += vectors_of(pieces[i].bytes);
    }
    return used;
}

size_t kernel_memory_bytes(uint32_t topics) {
    kernel_context context = {.vectors = (topics + KERNEL_LANES - 1) / KERNEL_LANES};
    return cut(&context, NULL) * VECTOR_BYTES;
}

void kernel_lay_out(kernel_context *context, uint32_t topics, void *memory) {
    context->topics = topics;
    context->vectors = (topics + KERNEL_LANES - 1) / KERNEL_LANES;
    cut(context, memory);
}
