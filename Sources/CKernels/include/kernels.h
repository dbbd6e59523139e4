// The hot loop of WordMajorSampler, in C so that one source serves several instruction sets, chosen at run time.
//
// Everything here belongs to the caller: the arrays are Swift's, nothing is allocated, nothing fails. Each variant
// computes the same operations on the same 16 lanes in the same order, so all give the same bits.
#ifndef KERNELS_H
#define KERNELS_H

#include <stddef.h>
#include <stdint.h>

/// Lanes of a vector. Topics are padded to whole vectors; what is padding has weight 0.
#define KERNEL_LANES 16

/// The topics of a slice's documents, in one of two forms.
///
/// Rows: n_dk for every k, `row_stride` numbers a document. Documents 0 ..< `wide` (the longest) have numbers of two
/// bytes in `wide_rows`, the others of one byte in `rows`.
///
/// Lists (`lists` is not null): the topics a document has, in vectors of 16 entries from vector `list_starts[d]` on. Entry 0
/// says how many follow; an entry is topic << count_bits | count, those behind the last are 0.
typedef struct {
    uint8_t *rows;
    uint16_t *wide_rows;
    size_t row_stride;
    uint32_t wide;
    uint32_t *lists;
    const uint32_t *list_starts;
    uint32_t count_bits;
} kernel_documents;

/// One slice and the working memory of one core, whose pieces `kernel_lay_out` sets. K is `vectors` x 16.
typedef struct {
    uint32_t topics;
    uint32_t vectors;
    float beta;
    float beta_sum;
    /// K: alpha_k, 0 for padding. The caller writes it once.
    float *alpha;
    /// K: the weight of the word at hand, (n_wk + beta) / (n_k + beta V).
    float *phi;
    /// K: 1 / (n_k + beta V), and the same with one token more; 0 for padding.
    float *inverse, *inverse_up;
    /// Lists only: sums of alpha_k phi_k over each vector of topics, and of those over each 16 of them.
    float *groups, *supers;
    /// K: n_wk of the word at hand, 0 between words; and K bits: where it may not be 0, and where phi is still that of the
    /// word before.
    int32_t *counts;
    uint32_t *touched, *stale;
    /// The sums of the two tokens in work: 2 x (4 + 2 x vectors) vectors.
    float *sums;
    /// K: where a word's new row is written.
    uint16_t *row_topics;
    uint32_t *row_amounts;

    /// n_k.
    int64_t *totals;
    /// The slice's tokens: document and topic of each.
    const uint32_t *token_documents;
    uint16_t *assignments;
    size_t tokens;
    kernel_documents documents;
    /// The state of xoshiro256++.
    uint64_t random[4];
    /// Whether phi is gathered by an instruction, where the variant has one, or number by number. Same bits.
    int32_t gathers;
    /// Tokens whose topic was changed; counted on.
    uint64_t changed;
    /// Whether to compare each running sum with its recount before it is made anew, and the largest relative difference seen.
    int32_t keeps_drift;
    float drift;
} kernel_core;

/// Bytes of working memory for that many topics.
size_t kernel_memory_bytes(uint32_t topics);

/// Sets the pieces of `core` in `memory`, which is aligned to 64 bytes and all 0 the first time.
void kernel_lay_out(kernel_core *core, uint32_t topics, void *memory);

/// A row of n_wk: `count` pairs of topic and amount.
typedef struct {
    const uint16_t *topics;
    const uint32_t *amounts;
    size_t count;
} kernel_row;

/// A variant of the loop.
typedef struct {
    const char *name;
    /// Whether this processor can run it.
    int (*is_supported)(void);
    /// Makes what depends on n_k alone, before the first word and whenever n_k was changed from outside.
    void (*begin)(kernel_core *core);
    /// Draws a new topic for each token `first` ..< `end` of one word. Leaves the word's own row after the draws in `row_topics` and
    /// `row_amounts`, and returns its length.
    size_t (*sample)(kernel_core *core, kernel_row own, kernel_row others, size_t first, size_t end);
} kernel_variant;

/// Whether to gather by an instruction: on all but AMD's processors. A Zen 5 takes 13 cycles for 16 numbers, and 10 to load them
/// one by one: lists then run 1.08 to 1.16 times as fast with AVX-512, 1.11 to 1.13 times with AVX2.
int32_t kernel_gathers_pay(void);

/// The variants that were compiled, the widest first.
int32_t kernel_variant_count(void);
const kernel_variant *kernel_variant_at(int32_t index);

#endif
