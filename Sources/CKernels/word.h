// Resamples one word: converts its rows of counts to dense weights, draws, and converts the counts back to a row.
// Included by each variant.

#include "token_step.h"
#include "list_loop.h"

#define ROW(name) name##_narrow
#define ROW_TYPE uint8_t
#define ROW_NUMBERS bytes
#include "row_loop.h"
#undef ROW
#undef ROW_TYPE
#undef ROW_NUMBERS
#define ROW(name) name##_wide
#define ROW_TYPE uint16_t
#define ROW_NUMBERS shorts
#include "row_loop.h"

/// The number of tokens of a word after which its running sums are recomputed, so that rounding errors cannot
/// accumulate.
enum { RENEWAL = 1024 };

static void begin(kernel_context *context) {
    const uint32_t topics = context->topics;
    const float beta = context->beta, beta_sum = context->beta_sum;
    const int64_t *totals = context->totals;
    float *restrict inverse = context->inverse, *restrict inverse_up = context->inverse_up;
    float *restrict phi = context->phi;
    for (uint32_t k = 0; k < topics; k++) {
        float total = (float)totals[k];
        inverse[k] = 1 / (total + beta_sum);
        inverse_up[k] = 1 / (total + 1 + beta_sum);
        phi[k] = beta * inverse[k];
    }
    if (!context->documents.lists) return;
    for (uint32_t part = 0; part < (topics + 31) / 32; part++) context->stale[part] = 0;
    for (uint32_t g = 0; g < context->vectors; g++) context->groups[g] = group_sum(context, g);
    for (uint32_t s = 0; s * LANES < context->vectors; s++) context->supers[s] = super_sum(context, s);
}

INLINE void load(kernel_context *c, kernel_row row) {
    for (size_t i = 0; i < row.count; i++) {
        uint32_t k = row.topics[i];
        CHECK(k < c->topics);
        c->counts[k] += (int32_t)row.amounts[i];
        c->touched[k / 32] |= UINT32_C(1) << k % 32;
    }
}

/// Returns phi of a vector of topics, from their counts.
INLINE floats weights_from_counts(const kernel_context *c, uint32_t v) {
    floats counts = __builtin_convertvector(((const ints *)c->counts)[v], floats);
    return (counts + all_floats(c->beta)) * ((const floats *)c->inverse)[v];
}

/// Returns the number of vectors of marks. Each lane of such a vector marks two vectors of topics.
INLINE uint32_t mark_vectors(const kernel_context *c) { return (c->topics + 32 * LANES - 1) / (32 * LANES); }

/// Returns the lanes that have marks.
INLINE uint32_t marked_lanes(uints marks) { return bits((ints)(marks != all_uints(0))); }

INLINE void renew_group(kernel_context *c, uint32_t group) {
    floats weights = weights_from_counts(c, group);
    ((floats *)c->phi)[group] = weights;
    c->groups[group] = total(weights * ((const floats *)c->alpha)[group]);
}

/// Lists: recomputes phi and the sums over it where this word has or had counts, or where the previous word had. Other
/// values in the same vectors are recomputed with the same result, because testing for them would cost more.
static void renew_touched(kernel_context *c) {
    uints *stale = (uints *)c->stale;
    const uint32_t last = c->vectors - 1;
    for (uint32_t v = 0; v < mark_vectors(c); v++) {
        uint32_t lanes = marked_lanes(((const uints *)c->touched)[v] | stale[v]);
        stale[v] = all_uints(0);
        for (; lanes; lanes &= lanes - 1) {
            uint32_t group = 2 * (v * LANES + (uint32_t)__builtin_ctz(lanes));
            renew_group(c, group);
            renew_group(c, group < last ? group + 1 : last);
        }
    }
    for (uint32_t s = 0; s * LANES < c->vectors; s++) c->supers[s] = super_sum(c, s);
}

static float prior_mass(const kernel_context *c) {
    floats sum = all_floats(0);
    for (uint32_t v = 0; v * LANES * LANES < c->vectors; v++) sum += ((const floats *)c->supers)[v];
    return total(sum);
}

static void note_drift(kernel_context *c, float running, float recount) {
    float difference = running > recount ? running - recount : recount - running;
    if (difference > c->drift * recount) c->drift = difference / recount;
}

/// Lists: compares every running sum with its recount.
static void watch_drift(kernel_context *c, float prior) {
    for (uint32_t g = 0; g < c->vectors; g++) note_drift(c, c->groups[g], group_sum(c, g));
    for (uint32_t s = 0; s * LANES < c->vectors; s++) note_drift(c, c->supers[s], super_sum(c, s));
    note_drift(c, prior, prior_mass(c));
}

/// Rows: recomputes all of phi.
INLINE void renew_all(kernel_context *c) {
    for (uint32_t v = 0; v < c->vectors; v++) ((floats *)c->phi)[v] = weights_from_counts(c, v);
}

/// Writes the counts minus `others` as a row, and clears them. The touched topics are marked as stale.
INLINE size_t unload(kernel_context *c, kernel_row others) {
    for (size_t i = 0; i < others.count; i++) c->counts[others.topics[i]] -= (int32_t)others.amounts[i];
    size_t count = 0;
    for (uint32_t v = 0; v < mark_vectors(c); v++) {
        uints marks = ((const uints *)c->touched)[v];
        for (uint32_t lanes = marked_lanes(marks); lanes; lanes &= lanes - 1) {
            uint32_t part = v * LANES + (uint32_t)__builtin_ctz(lanes);
            for (uint32_t rest = c->touched[part]; rest; rest &= rest - 1) {
                uint32_t k = part * 32 + (uint32_t)__builtin_ctz(rest);
                c->row_topics[count] = (uint16_t)k;
                c->row_amounts[count] = (uint32_t)c->counts[k];
                CHECK(k < c->topics && c->counts[k] >= 0);
                count += c->counts[k] > 0;
                c->counts[k] = 0;
            }
        }
        ((uints *)c->stale)[v] = marks;
        ((uints *)c->touched)[v] = all_uints(0);
    }
    return count;
}

static size_t sample(kernel_context *c, kernel_row own, kernel_row others, size_t first, size_t end) {
    load(c, own);
    load(c, others);
    if (c->documents.lists) {
        float (*draw)(kernel_context *, float, size_t, size_t) =
            c->gathers ? sample_lists_gathered : sample_lists_loaded;
        for (size_t token = first; token < end; token += RENEWAL) {
            renew_touched(c);
            size_t last = token + RENEWAL < end ? token + RENEWAL : end;
            float prior = draw(c, prior_mass(c), token, last);
            if (c->keeps_drift) watch_drift(c, prior);
        }
    } else {
        renew_all(c);
        size_t narrow = first;
        while (narrow < end && c->token_documents[narrow] < c->documents.wide) narrow++;
        if (first < narrow) sample_wide(c, c->documents.wide_rows, 0, first, narrow);
        // The documents with wide rows come first, and have no narrow rows.
        if (narrow < end) sample_narrow(c, c->documents.rows, c->documents.wide, narrow, end);
    }
    return unload(c, others);
}
