// Tokens of one word whose documents are lists of topics: the document part n_dk phi_k over the topics of the document,
// the prior part alpha_k phi_k over all topics from sums of sums (Yao, Mimno, McCallum 2009, for the split).
#ifndef LIST_LOOP_H
#define LIST_LOOP_H

#include "core.h"

INLINE uint32_t count_mask(const kernel_core *c) { return (UINT32_C(1) << c->documents.count_bits) - 1; }

/// Entry 0 of a list says how many follow; as an entry it counts nothing.
INLINE uints entries_at(const uint32_t *list, uint32_t v) {
    const uints all_but_first = {0, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u};
    uints entries = ((const uints *)list)[v];
    return v == 0 ? entries & all_but_first : entries;
}

/// Where the entries are of topic k and not empty.
INLINE ints matches(const kernel_core *c, uints entries, uint32_t k) {
    return entries - all_uints((k << c->documents.count_bits) + 1) < all_uints(count_mask(c));
}

/// The place of topic k, 0 if it has none.
INLINE uint32_t find(const kernel_core *c, const uint32_t *list, uint32_t vectors, uint32_t k) {
    uint32_t place = 0;
    for (uint32_t v = 0; v < vectors; v++) {
        uint32_t found = bits(matches(c, entries_at(list, v), k));
        place = found ? v * LANES + (uint32_t)__builtin_ctz(found) : place;
    }
    return place;
}

/// The one lane that is not 0, or 0.
INLINE uint32_t only(uints v) {
    v |= __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
    v |= __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
    v |= __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
    v |= __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
    return v[0];
}

/// Tokens of topic k in the list as it was when a token was taken out.
INLINE uint32_t count_of(const kernel_core *c, const struct stage *s, uint32_t k) {
    uints found = {0};
    for (uint32_t v = 0; v < s->vectors; v++) found |= s->entries[v] & (uints)matches(c, s->entries[v], k);
    return only(found) & count_mask(c);
}

INLINE uint32_t list_vectors(const uint32_t *list) { return list[0] / LANES + 1; }

/// A weight with its sums, and with `prior`, the sum of all.
INLINE void put_weight_and_sums(kernel_core *c, float *prior, uint32_t k, float weight) {
    float gain = c->alpha[k] * (weight - c->phi[k]);
    c->phi[k] = weight;
    c->groups[k / LANES] += gain;
    c->supers[k / (LANES * LANES)] += gain;
    *prior += gain;
}

/// Phi of the topics in vector `v` of a list; of entry 0, which counts nothing, that of some topic.
INLINE floats weights_at(const kernel_core *c, const uint32_t *list, uint32_t v, int gathers) {
    const uint32_t shift = c->documents.count_bits;
    return gathers ? gather(c->phi, ((const uints *)list)[v] >> shift) : loads(c->phi, list + v * LANES, shift);
}

/// Takes a token out and prepares its draw.
INLINE void take_from_list(kernel_core *c, struct stage *s, float *prior, size_t token, int gathers) {
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
    list[place]--;
    finish(s, running);
    s->list = list;
    s->vectors = vectors;
    s->place = place;
}

/// The lane of `weights` at `mass`, of which is left what falls into that lane.
INLINE uint32_t descend(floats weights, float *mass) {
    floats sums = prefix_sums(weights);
    uint32_t lane = lane_at(sums, *mass);
    floats before = shifted(sums);
    *mass -= ((const float *)&before)[lane];
    return lane;
}

/// The topic at `mass` of the prior part.
static uint32_t prior_topic(const kernel_core *c, float mass) {
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

/// One token more of a topic that may not be in the list. An empty entry is used again only where `reuse` says that there may be one.
INLINE void add_to_list(const kernel_core *c, uint32_t *list, uint32_t k, int reuse) {
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

/// Closes the gaps that empty entries leave.
static void compact(const kernel_core *c, uint32_t *list) {
    uint32_t count = list[0], next = 1;
    for (uint32_t i = 1; i <= count; i++) {
        uint32_t entry = list[i];
        list[next] = entry;
        next += (entry & count_mask(c)) != 0;
    }
    for (uint32_t i = next; i <= count; i++) list[i] = 0;
    list[0] = next - 1;
}

/// An entry left without tokens gives its place to the last. No branch: whether one is left is hard to foresee.
INLINE void drop_if_empty(const kernel_core *c, uint32_t *list, uint32_t place) {
    uint32_t count = list[0], last = list[count], entry = list[place];
    int empty = (entry & count_mask(c)) == 0;
    list[place] = empty ? last : entry;
    last = list[count];
    list[count] = empty ? 0 : last;
    list[0] = count - (uint32_t)empty;
}

/// Resamples the tokens `first` ..< `end` of the word at hand, whose prior part sums to `prior`. Returns what it sums to then.
/// `gathers` is a constant of the callers: asked for every vector it costs 4 % at 1,000 topics.
INLINE float sample_lists(kernel_core *core, float prior, size_t first, size_t end, int gathers) {
    kernel_core local = *core, *c = &local;
    struct stage stages[2] = {stage_at(c, 0), stage_at(c, 1)};
    take_from_list(c, &stages[first & 1], &prior, first, gathers);
    float extra = 0;
    uint32_t previous = 0;
    int gaps = 0;
    uint64_t moves = 0;
    for (size_t token = first; token < end; token++) {
        struct stage *s = &stages[token & 1], *next = &stages[~token & 1];
        const char *coming = (const char *)(
            c->documents.lists + (size_t)c->documents.list_starts[c->token_documents[ahead(c, token)]] * LANES);
        __builtin_prefetch(coming, 1, 3);
        __builtin_prefetch(coming + 64, 1, 3);
        __builtin_prefetch(coming + 128, 1, 3);

        // The next token is taken out before this one is drawn; its topic's loss in the prior part is kept apart.
        int is_last = token + 1 == end;
        float prior_before = prior;
        if (!is_last) take_from_list(c, next, &prior, token + 1, gathers);

        uint32_t old = c->assignments[token], place = 0, k;
        float mass = s->mass, document = mass + extra;
        float draw = next_uniform(c->random) * (document + prior_before);
        if (draw < document) {
            uint32_t lane = lane_at(*s->inclusive, draw);
            place = vector_at(s, s->vectors, lane, draw) * LANES + lane;
            uint32_t entry = ((const uint32_t *)s->entries)[place];
            int is_gain = draw >= mass;
            place = is_gain || (entry & count_mask(c)) == 0 ? 0 : place;
            k = place ? entry >> c->documents.count_bits : is_gain ? previous : old;
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
        if (place) list[place]++;
        else add_to_list(c, list, k, gaps);
        // While the next token's sums refer to this list, its entries stay where they are.
        if (is_same) gaps |= (list[s->place] & count_mask(c)) == 0;
        else if (gaps) {
            compact(c, list);
            gaps = 0;
        } else drop_if_empty(c, list, s->place);

        if (!is_last) {
            float then = (float)count_of(c, next, k);
            extra = (then + (float)is_same) * after - then * before;
            previous = k;
        }
    }
    __builtin_memcpy(core->random, c->random, sizeof core->random);
    core->changed += moves;
    return prior;
}

static float sample_lists_gathered(kernel_core *core, float prior, size_t first, size_t end) {
    return sample_lists(core, prior, first, end, 1);
}

static float sample_lists_loaded(kernel_core *core, float prior, size_t first, size_t end) {
    return sample_lists(core, prior, first, end, 0);
}

/// The sum of the prior part over vector `group`, and over super group `super`.
INLINE float group_sum(const kernel_core *c, uint32_t group) {
    return total(((const floats *)c->phi)[group] * ((const floats *)c->alpha)[group]);
}

INLINE float super_sum(const kernel_core *c, uint32_t super) {
    return total(((const floats *)c->groups)[super]);
}

#endif
