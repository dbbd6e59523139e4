// The inner loop of WordMajorSampler. It is written in C, so that the same source can be compiled for several
// instruction sets, of which one is chosen at run time.
//
// All memory belongs to the caller: the arrays are allocated in Swift, and the functions neither allocate memory nor
// fail. Every variant computes the same operations on the same 16 lanes in the same order, so all give bit-identical
// results.
#ifndef KERNELS_H
#define KERNELS_H

#include <stddef.h>
#include <stdint.h>

/// The number of lanes of a vector. Topics are padded to whole vectors; the padding has weight 0.
#define KERNEL_LANES 16

/// The topics of a slice's documents, in one of two forms.
///
/// Rows: n_dk for every k, with `row_stride` numbers per document. Documents 0 ..< `wide` (the longest) have numbers of
/// two bytes in `wide_rows`, the others numbers of one byte in `rows`.
///
/// Lists (`lists` is not null): the topics of a document, in vectors of 16 entries from vector `list_starts[d]` on.
/// Entry 0 is the number of entries that follow; an entry is topic << count_bits | count. Unused entries after the last
/// are 0.
typedef struct {
    uint8_t *rows;
    uint16_t *wide_rows;
    size_t row_stride;
    uint32_t wide;
    uint32_t *lists;
    const uint32_t *list_starts;
    uint32_t count_bits;
} kernel_documents;

/// One slice, and the working memory of one core, whose parts `kernel_lay_out` sets. K is `vectors` x 16.
typedef struct {
    uint32_t topics;
    uint32_t vectors;
    float beta;
    float beta_sum;
    /// K values: alpha_k, 0 for padding. The caller writes it once.
    float *alpha;
    /// K values: the weights of the current word, (n_wk + beta) / (n_k + beta V).
    float *phi;
    /// K values: 1 / (n_k + beta V), and the same with one more token; 0 for padding.
    float *inverse, *inverse_up;
    /// Lists only: the sums of alpha_k phi_k over each vector of topics, and over each group of 16 vectors.
    float *groups, *supers;
    /// K values: n_wk of the current word, 0 between words. K bits each: the topics for which n_wk may not be 0, and
    /// those for which phi is still that of the previous word.
    int32_t *counts;
    uint32_t *touched, *stale;
    /// The sums of the two tokens that are being processed: 2 x (4 + 2 x vectors) vectors.
    float *sums;
    /// K values: the new row of a word.
    uint16_t *row_topics;
    uint32_t *row_amounts;

    /// n_k.
    int64_t *totals;
    /// The document and the topic of each token of the slice.
    const uint32_t *token_documents;
    uint16_t *assignments;
    size_t tokens;
    kernel_documents documents;
    /// The state of xoshiro256++.
    uint64_t random[4];
    /// Whether phi is gathered with an instruction, if the variant has one, or number by number. The results are the
    /// same.
    int32_t gathers;
    /// The number of tokens whose topic was changed; it is increased.
    uint64_t changed;
    /// Whether to compare each running sum with its recount before it is recomputed, and the largest relative
    /// difference so far.
    int32_t keeps_drift;
    float drift;
} kernel_context;

/// Returns the size in bytes of the working memory for `topics` topics.
size_t kernel_memory_bytes(uint32_t topics);

/// Sets the parts of `context` in `memory`, which must be aligned to 64 bytes and must be all 0 at the first call.
void kernel_lay_out(kernel_context *context, uint32_t topics, void *memory);

/// A row of n_wk: `count` pairs of a topic and an amount.
typedef struct {
    const uint16_t *topics;
    const uint32_t *amounts;
    size_t count;
} kernel_row;

/// A variant of the loop for one instruction set.
typedef struct {
    const char *name;
    /// Whether this processor can run it.
    int (*is_supported)(void);
    /// Computes the values that depend only on n_k. Must be called before the first word and after n_k was changed from
    /// outside.
    void (*begin)(kernel_context *context);
    /// Draws a new topic for each token `first` ..< `end` of one word. Writes the word's own row after the draws to
    /// `row_topics` and `row_amounts`, and returns its length.
    size_t (*sample)(kernel_context *context, kernel_row own, kernel_row others, size_t first, size_t end);
} kernel_variant;

/// Whether to gather with an instruction: on all x86-64 processors except AMD's. A Zen 5 takes 13 cycles to gather 16
/// numbers, but 10 to load them one by one. Without the instruction, lists run 1.08 to 1.16 times as fast with AVX-512,
/// and 1.11 to 1.13 times with AVX2.
int32_t kernel_gathers_pay(void);

/// The variants that were compiled, those with the widest registers first.
int32_t kernel_variant_count(void);
const kernel_variant *kernel_variant_at(int32_t index);

#endif
