// One word: from its rows of counts to dense weights, through the draws, and back. Included by each variant.

#include "core.h"
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

/// Tokens of one word after which its running sums are made anew, so that rounding cannot add up.
enum { RENEWAL = 1024 };

static void begin(kernel_core *c) {
    for (uint32_t k = 0; k < c->topics; k++) {
        c->inverse[k] = 1 / ((float)c->totals[k] + c->beta_sum);
        c->inverse_up[k] = 1 / ((float)(c->totals[k] + 1) + c->beta_sum);
        c->phi[k] = c->beta * c->inverse[k];
    }
    if (!c->documents.lists) return;
    for (uint32_t g = 0; g < c->vectors; g++) c->groups[g] = group_sum(c, g);
    for (uint32_t s = 0; s * LANES < c->vectors; s++) c->supers[s] = super_sum(c, s);
}

INLINE void load(kernel_core *c, kernel_row row) {
    for (size_t i = 0; i < row.count; i++) {
        uint32_t k = row.topics[i];
        c->counts[k] += (int32_t)row.amounts[i];
        c->touched[k / 64] |= UINT64_C(1) << k % 64;
    }
}

/// Lists: phi of the topics touched and the sums over them, made from the counts.
static void renew_touched(kernel_core *c) {
    uint32_t parts = (c->topics + 63) / 64;
    uint32_t super = UINT32_MAX;
    for (uint32_t part = 0; part < parts; part++) {
        uint64_t touched = c->touched[part];
        if (!touched) continue;
        for (uint64_t rest = touched; rest; rest &= rest - 1) {
            uint32_t k = part * 64 + (uint32_t)__builtin_ctzll(rest);
            c->phi[k] = ((float)c->counts[k] + c->beta) * c->inverse[k];
        }
        for (uint32_t i = 0; i < 64 / LANES; i++) {
            if (touched >> (i * LANES) & 0xffff) c->groups[part * 4 + i] = group_sum(c, part * 4 + i);
        }
        if (super != UINT32_MAX && super != part / 4) c->supers[super] = super_sum(c, super);
        super = part / 4;
    }
    if (super != UINT32_MAX) c->supers[super] = super_sum(c, super);
}

static float prior_mass(const kernel_core *c) {
    floats sum = all_floats(0);
    for (uint32_t v = 0; v * LANES * LANES < c->vectors; v++) sum += ((const floats *)c->supers)[v];
    return prefix_sums(sum)[LANES - 1];
}

static void note_drift(kernel_core *c, float running, float recount) {
    float difference = running > recount ? running - recount : recount - running;
    if (difference > c->drift * recount) c->drift = difference / recount;
}

/// Lists: compares every running sum with its recount.
static void watch_drift(kernel_core *c, float prior) {
    for (uint32_t g = 0; g < c->vectors; g++) note_drift(c, c->groups[g], group_sum(c, g));
    for (uint32_t s = 0; s * LANES < c->vectors; s++) note_drift(c, c->supers[s], super_sum(c, s));
    note_drift(c, prior, prior_mass(c));
}

/// Rows: all of phi from the counts. The same for topics touched or not.
INLINE void renew_all(kernel_core *c) {
    for (uint32_t v = 0; v < c->vectors; v++) {
        floats counts = __builtin_convertvector(((const ints *)c->counts)[v], floats);
        ((floats *)c->phi)[v] = (counts + all_floats(c->beta)) * ((const floats *)c->inverse)[v];
    }
}

/// Writes the counts less `others` as a row, and clears them.
INLINE size_t unload(kernel_core *c, kernel_row others) {
    for (size_t i = 0; i < others.count; i++) c->counts[others.topics[i]] -= (int32_t)others.amounts[i];
    size_t count = 0;
    uint32_t parts = (c->topics + 63) / 64;
    for (uint32_t part = 0; part < parts; part++) {
        for (uint64_t rest = c->touched[part]; rest; rest &= rest - 1) {
            uint32_t k = part * 64 + (uint32_t)__builtin_ctzll(rest);
            c->row_topics[count] = (uint16_t)k;
            c->row_amounts[count] = (uint32_t)c->counts[k];
            count += c->counts[k] > 0;
            c->counts[k] = 0;
        }
    }
    return count;
}

static size_t sample(kernel_core *c, kernel_row own, kernel_row others, size_t first, size_t end) {
    load(c, own);
    load(c, others);
    if (c->documents.lists) {
        for (size_t token = first; token < end; token += RENEWAL) {
            renew_touched(c);
            size_t last = token + RENEWAL < end ? token + RENEWAL : end;
            float prior = sample_lists(c, prior_mass(c), token, last);
            if (c->keeps_drift) watch_drift(c, prior);
        }
    } else {
        renew_all(c);
        size_t narrow = first;
        while (narrow < end && c->token_documents[narrow] < c->documents.wide) narrow++;
        if (first < narrow) sample_wide(c, c->documents.wide_rows, first, narrow);
        // Row d of `rows` would be document d, were there rows for the wide ones.
        uint8_t *rows = c->documents.rows - c->documents.wide * c->documents.row_stride;
        if (narrow < end) sample_narrow(c, rows, narrow, end);
    }
    size_t count = unload(c, others);
    if (c->documents.lists) renew_touched(c);
    for (uint32_t part = 0; part < (c->topics + 63) / 64; part++) c->touched[part] = 0;
    return count;
}
