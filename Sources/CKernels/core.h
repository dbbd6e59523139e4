// What both forms of documents share: one token in work, and what happens when n_wk and n_k change.
//
// The order of work. To draw token i, tokens i - 1 and i must be settled; but the sums for token i + 1 take long to make,
// and of all they depend on only one weight changes when token i is put back: that of its new topic k. So the sums of
// i + 1 are made while i is still out, and what k then gains is added to its draw as one more interval:
//
//     weights of i + 1  =  weights with i out  +  [topic k]  (n_dk' + alpha_k) phi_k'  -  (n_dk + alpha_k) phi_k
//
// with n_dk', phi_k' as they are with i in its new place. The gain is never negative. This is the same distribution, term by
// term, and it lets two tokens be in work at once: 16.2 -> 24.3 million tokens a second (100 topics, 20 Newsgroups).
#ifndef CORE_H
#define CORE_H

#include "include/kernels.h"
#include "lanes.h"

/// A token that is taken out: the running sums of its weights.
struct stage {
    /// Sums over whole lanes up to this one, and before it.
    floats *inclusive, *exclusive;
    /// Sums down the vectors, lane by lane.
    floats *running;
    /// Lists only: the list as it was.
    uints *entries;
    /// The sum of all.
    float mass;
    /// Lists only: the list, its vectors, and where the topic is that the token had.
    uint32_t *list, vectors, place;
};

INLINE struct stage stage_at(const kernel_core *c, int which) {
    floats *first = (floats *)c->sums + which * (size_t)(4 + 2 * c->vectors);
    return (struct stage){.inclusive = first, .exclusive = first + 1, .running = first + 2,
                          .entries = (uints *)(first + 3 + c->vectors)};
}

INLINE void finish(struct stage *s, floats running) {
    floats sums = prefix_sums(running);
    *s->inclusive = sums;
    *s->exclusive = shifted(sums);
    s->mass = sums[LANES - 1];
}

/// The first vector whose running sum in `lane` is above what of `draw` falls into that lane.
INLINE uint32_t vector_at(const struct stage *s, uint32_t vectors, uint32_t lane, float draw) {
    floats rest = all_floats(draw - ((const float *)s->exclusive)[lane]);
    ints passed = {0};
    for (uint32_t v = 0; v + 1 < vectors; v++) passed -= s->running[v] <= rest;
    return (uint32_t)((const int32_t *)&passed)[lane];
}

/// Tokens between the request for a document and its use.
enum { LOOK_AHEAD = 8 };

INLINE size_t ahead(const kernel_core *c, size_t token) {
    return token + LOOK_AHEAD < c->tokens ? token + LOOK_AHEAD : c->tokens - 1;
}

/// One token less of topic k. Returns phi_k. The division is not on the way to anything else.
INLINE float take_count(kernel_core *c, uint32_t k) {
    int64_t total = --c->totals[k];
    float count = (float)--c->counts[k];
    c->inverse_up[k] = c->inverse[k];
    c->inverse[k] = 1 / ((float)total + c->beta_sum);
    return (count + c->beta) * c->inverse[k];
}

/// One token more of topic k. Returns phi_k, from the inverse made beforehand.
INLINE float add_count(kernel_core *c, uint32_t k) {
    int64_t total = ++c->totals[k];
    float count = (float)++c->counts[k];
    float inverse = c->inverse_up[k];
    c->inverse[k] = inverse;
    c->inverse_up[k] = 1 / ((float)(total + 1) + c->beta_sum);
    c->touched[k / 32] |= UINT32_C(1) << k % 32;
    return (count + c->beta) * inverse;
}

INLINE void put_weight(kernel_core *c, uint32_t k, float weight) {
    floats *chunk = (floats *)c->phi + k / LANES;
    *chunk = with_lane(*chunk, k % LANES, weight);
}

#endif
