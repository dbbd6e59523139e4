// Resamples the tokens of one word in documents that are lists of topics. The weights are split (Yao, Mimno, McCallum
// 2009) into the document part n_dk phi_k over the topics of the document, and the prior part alpha_k phi_k over all
// topics, which is taken from hierarchical sums.
#ifndef LIST_LOOP_H
#define LIST_LOOP_H

#include "token_step.h"

INLINE uint32_t count_mask(const kernel_context *c) { return (UINT32_C(1) << c->documents.count_bits) - 1; }

/// Returns vector `v` of a list. Entry 0, the number of entries that follow, is replaced by 0, so that it has no
/// tokens.
INLINE uints entries_at(const uint32_t *list, uint32_t v) {
    const uints all_but_first = {0, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u};
    uints entries = ((const uints *)list)[v];
    return v == 0 ? entries & all_but_first : entries;
}

/// Returns the lanes in which the entries are of topic k and have tokens.
INLINE ints matches(const kernel_context *c, uints entries, uint32_t k) {
    return entries - all_uints((k << c->documents.count_bits) + 1) < all_uints(count_mask(c));
}

/// Returns the place of topic k in a list, 0 if the list does not have it.
INLINE uint32_t find(const kernel_context *c, const uint32_t *list, uint32_t vectors, uint32_t k) {
    uint32_t place = 0;
    for (uint32_t v = 0; v < vectors; v++) {
        uint32_t found = bits(matches(c, entries_at(list, v), k));
        place = found ? v * LANES + (uint32_t)__builtin_ctz(found) : place;
    }
    return place;
}

/// Returns the value of the only lane that is not 0, or 0 if there is none.
INLINE uint32_t only(uints v) {
    v |= __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
    v |= __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
    v |= __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
    v |= __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
    return v[0];
}

/// Returns the number of tokens of topic k in the list as it was when the token was removed.
INLINE uint32_t count_of(const kernel_context *c, const struct stage *s, uint32_t k) {
    uints found = {0};
    for (uint32_t v = 0; v < s->vectors; v++) found |= s->entries[v] & (uints)matches(c, s->entries[v], k);
    return only(found) & count_mask(c);
}

INLINE uint32_t list_vectors(const uint32_t *list) { return list[0] / LANES + 1; }

/// Sets a weight, and updates the sums that include it and `prior`, the total.
INLINE void put_weight_and_sums(kernel_context *c, float *prior, uint32_t k, float weight) {
    float gain = c->alpha[k] * (weight - c->phi[k]);
    c->phi[k] = weight;
    c->groups[k / LANES] += gain;
    c->supers[k / (LANES * LANES)] += gain;
    *prior += gain;
}

/// Returns phi of the topics in vector `v` of a list. The lane of entry 0, which has no tokens, is phi of an arbitrary
/// topic.
INLINE floats weights_at(const kernel_context *c, const uint32_t *list, uint32_t v, int gathers) {
    const uint32_t shift = c->documents.count_bits;
    return gathers ? gather(c->phi, ((const uints *)list)[v] >> shift) : loads(c->phi, list + v * LANES, shift);
}

/// Removes a token from the counts and prepares its draw.
INLINE void take_from_list(kernel_context *c, struct stage *s, float *prior, size_t token, int gathers) {
    uint32_t old = c->assignments[token];
    put_weight_and_sums(c, prior, old, take_count(c, old));
    uint32_t *list = c->documents.lists + (size_t)c->documents.list_starts[c->token_documents[token]] * LANES;
    uint32_t vectors = list_vectors(list), place = 0;
    floats running = all_floats(0);
    for (uint32_t v = 0; v < vectors; v++) {
        uints entries = entries_at(list, v);
        ints here = matches(c, entries, old);
        uint32_t found = bits(here);
        place = found ? v * LANES + (uint32_t)__builtin_ctz(found) : place;
        entries += (uints)here;
        floats weights = weights_at(c, list, v, gathers);
        running += __builtin_convertvector((ints)(entries & all_uints(count_mask(c))), floats) * weights;
        s->running[v] = running;
        s->entries[v] = entries;
    }
    CHECK(place > 0 && place <= list[0] && (list[place] & count_mask(c)) > 0);
    list[place]--;
    finish(s, running);
    s->list = list;
    s->vectors = vectors;
    s->place = place;
}

/// Returns the lane of `weights` into which `mass` falls, and subtracts the sum of the lanes before it from `mass`.
INLINE uint32_t descend(floats weights, float *mass) {
    floats sums = prefix_sums(weights);
    uint32_t lane = lane_at(sums, *mass);
    floats before = shifted(sums);
    *mass -= ((const float *)&before)[lane];
    return lane;
}

/// Returns the topic of the prior part into which `mass` falls.
static uint32_t prior_topic(const kernel_context *c, float mass) {
    uint32_t rows = (c->vectors + LANES * LANES - 1) / (LANES * LANES), row = 0;
    for (; row + 1 < rows; row++) {
        float sum = total(((const floats *)c->supers)[row]);
        if (mass < sum) break;
        mass -= sum;
    }
    uint32_t super = row * LANES + descend(((const floats *)c->supers)[row], &mass);
    uint32_t last = (c->vectors - 1) / LANES;
    super = super < last ? super : last;
    uint32_t group = super * LANES + descend(((const floats *)c->groups)[super], &mass);
    group = group < c->vectors ? group : c->vectors - 1;
    uint32_t k = group * LANES
        + descend(((const floats *)c->phi)[group] * ((const floats *)c->alpha)[group], &mass);
    return k < c->topics ? k : c->topics - 1;
}

/// Adds one token of a topic that may not be in the list. If `reuse` is set, the list may have empty entries, and one
/// of them is used again.
INLINE void add_to_list(const kernel_context *c, uint32_t *list, uint32_t k, int reuse) {
    uint32_t place = find(c, list, list_vectors(list), k);
    if (place == 0) {
        uint32_t count = list[0];
        place = count + 1;
        if (reuse) {
            for (uint32_t i = count; i > 0; i--) place = list[i] & count_mask(c) ? place : i;
        }
        list[place] = k << c->documents.count_bits;
        list[0] = place > count ? place : count;
    }
    list[place]++;
}

/// Removes the empty entries of a list.
static void compact(const kernel_context *c, uint32_t *list) {
    uint32_t count = list[0], next = 1;
    for (uint32_t i = 1; i <= count; i++) {
        uint32_t entry = list[i];
        list[next] = entry;
        next += (entry & count_mask(c)) != 0;
    }
    for (uint32_t i = next; i <= count; i++) list[i] = 0;
    list[0] = next - 1;
}

/// Replaces an entry that has no tokens by the last entry. There is no branch, because it would be mispredicted often.
INLINE void drop_if_empty(const kernel_context *c, uint32_t *list, uint32_t place) {
    CHECK(place > 0 && place <= list[0]);
    uint32_t count = list[0], last = list[count], entry = list[place];
    int empty = (entry & count_mask(c)) == 0;
    list[place] = empty ? last : entry;
    last = list[count];
    list[count] = empty ? 0 : last;
    list[0] = count - (uint32_t)empty;
}

/// Resamples the tokens `first` ..< `end` of the current word, whose prior part has the sum `prior`. Returns the sum
/// afterwards. `gathers` is a constant in the callers, because testing it for every vector costs 4 % at 1,000 topics.
INLINE float sample_lists(kernel_context *context, float prior, size_t first, size_t end, int gathers) {
    kernel_context local = *context, *c = &local;
    struct stage stages[2] = {stage_at(c, 0), stage_at(c, 1)};
    take_from_list(c, &stages[first & 1], &prior, first, gathers);
    // The gain from the token before, which is another interval of the draw (see token_step.h), and its topic.
    float gain = 0;
    uint32_t gain_topic = 0;
    // Whether the current list may have entries without tokens.
    int has_empty_entries = 0;
    uint64_t moves = 0;
    for (size_t token = first; token < end; token++) {
        struct stage *s = &stages[token & 1], *next = &stages[~token & 1];
        const char *coming = (const char *)(
            c->documents.lists + (size_t)c->documents.list_starts[c->token_documents[ahead(c, token)]] * LANES);
        __builtin_prefetch(coming, 1, 3);
        __builtin_prefetch(coming + 64, 1, 3);
        __builtin_prefetch(coming + 128, 1, 3);

        // The next token is removed before this one is drawn; the loss of its topic in the prior part is added back
        // below.
        int is_last = token + 1 == end;
        float prior_before = prior;
        if (!is_last) take_from_list(c, next, &prior, token + 1, gathers);

        uint32_t old = c->assignments[token], place = 0, k;
        float mass = s->mass, document = mass + gain;
        float draw = next_uniform(c->random) * (document + prior_before);
        if (draw < document) {
            uint32_t lane = lane_at(*s->inclusive, draw);
            place = vector_at(s, s->vectors, lane, draw) * LANES + lane;
            uint32_t entry = ((const uint32_t *)s->entries)[place];
            int is_gain = draw >= mass;
            place = is_gain || (entry & count_mask(c)) == 0 ? 0 : place;
            k = place ? entry >> c->documents.count_bits : is_gain ? gain_topic : old;
        } else {
            float rest = draw - document, loss = prior_before - prior;
            k = !is_last && rest < loss ? c->assignments[token + 1] : prior_topic(c, rest - (is_last ? 0 : loss));
        }
        moves += k != old;
        c->assignments[token] = (uint16_t)k;

        float before = c->phi[k], after = add_count(c, k);
        put_weight_and_sums(c, &prior, k, after);
        uint32_t *list = s->list;
        int is_same = !is_last && next->list == list;
        CHECK(place <= list[0] && (place == 0 || list[place] >> c->documents.count_bits == k));
        if (place) list[place]++;
        else add_to_list(c, list, k, has_empty_entries);
        // Entries must not move while the sums of the next token refer to this list.
        if (is_same) has_empty_entries |= (list[s->place] & count_mask(c)) == 0;
        else if (has_empty_entries) {
            compact(c, list);
            has_empty_entries = 0;
        } else drop_if_empty(c, list, s->place);

        if (!is_last) {
            float then = (float)count_of(c, next, k);
            gain = (then + (float)is_same) * after - then * before;
            gain_topic = k;
        }
    }
    __builtin_memcpy(context->random, c->random, sizeof context->random);
    context->changed += moves;
    return prior;
}

static float sample_lists_gathered(kernel_context *context, float prior, size_t first, size_t end) {
    return sample_lists(context, prior, first, end, 1);
}

static float sample_lists_loaded(kernel_context *context, float prior, size_t first, size_t end) {
    return sample_lists(context, prior, first, end, 0);
}

/// Return the sums of the prior part over vector `group`, and over the group of vectors `super`.
INLINE float group_sum(const kernel_context *c, uint32_t group) {
    return total(((const floats *)c->phi)[group] * ((const floats *)c->alpha)[group]);
}

INLINE float super_sum(const kernel_context *c, uint32_t super) {
    return total(((const floats *)c->groups)[super]);
}

#endif
