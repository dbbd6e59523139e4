// Resamples the tokens of one word in documents that are rows of n_dk, with all K weights at once. This file is
// included once for each width of numbers, with ROW_NUMBERS (a vector of 16), ROW_TYPE and ROW(name) defined.
//
// Topic 16 v + l is lane l of vector v. Running sums are computed over the vectors for each lane, then across the
// lanes. A draw finds the lane first, then the vector.

INLINE void ROW(change)(ROW_TYPE *row, uint32_t k, int by) {
    ROW_NUMBERS *chunk = (ROW_NUMBERS *)row + k / LANES;
    ROW_NUMBERS here = (ROW_NUMBERS)((ROW_NUMBERS)LANE_NUMBERS == (ROW_NUMBERS)EACH_LANE((ROW_TYPE)(k % LANES)));
    *chunk = by > 0 ? *chunk - here : *chunk + here;
}

/// Removes a token from the counts and prepares its draw. The first of `rows` is that of document `base`.
INLINE ROW_TYPE *ROW(take)(kernel_context *c, struct stage *s, ROW_TYPE *rows, size_t base, size_t token) {
    uint32_t old = c->assignments[token];
    ROW_TYPE *row = rows + (c->token_documents[token] - base) * c->documents.row_stride;
    put_weight(c, old, take_count(c, old));
    CHECK(row[old] > 0);
    ROW(change)(row, old, -1);
    floats running = all_floats(0);
    for (uint32_t v = 0; v < c->vectors; v++) {
        floats counts = __builtin_convertvector(((const ROW_NUMBERS *)row)[v], floats);
        running += (counts + ((const floats *)c->alpha)[v]) * ((const floats *)c->phi)[v];
        s->running[v] = running;
    }
    finish(s, running);
    return row;
}

/// Resamples the tokens `first` ..< `end` of the current word. The first of `rows` is that of document `base`.
static void ROW(sample)(kernel_context *context, ROW_TYPE *rows, size_t base, size_t first, size_t end) {
    kernel_context local = *context, *c = &local;
    struct stage stages[2] = {stage_at(c, 0), stage_at(c, 1)};
    ROW_TYPE *row = ROW(take)(c, &stages[first & 1], rows, base, first);
    const size_t row_bytes = c->documents.row_stride * sizeof(ROW_TYPE);
    // The weight that a token gains because the token before it was added back, which is drawn as one more interval
    // (see token_step.h), and the topic of that weight.
    float gain = 0;
    uint32_t gain_topic = 0;
    uint64_t moves = 0;
    for (size_t token = first; token < end; token++) {
        struct stage *s = &stages[token & 1];
        // An address, not a pointer: a token of the next word may be in a document that has no row here.
        const uintptr_t coming = (uintptr_t)rows + (c->token_documents[ahead(c, token)] - base) * row_bytes;
        for (size_t at = 0; at < row_bytes; at += 64) __builtin_prefetch((const void *)(coming + at), 1, 3);
        // The next token is removed, and its sums are computed, before this one is drawn; see token_step.h.
        ROW_TYPE *next = token + 1 < end ? ROW(take)(c, &stages[~token & 1], rows, base, token + 1) : NULL;

        float mass = s->mass;
        float draw = next_uniform(c->random) * (mass + gain);
        uint32_t lane = lane_at(*s->inclusive, draw);
        uint32_t k = vector_at(s, c->vectors, lane, draw) * LANES + lane;
        k = draw < mass || gain <= 0 ? k : gain_topic;
        k = k < c->topics ? k : c->topics - 1;
        moves += k != c->assignments[token];
        c->assignments[token] = (uint16_t)k;

        float before = c->phi[k], after = add_count(c, k);
        put_weight(c, k, after);
        ROW(change)(row, k, 1);
        if (next) {
            float now = (float)next[k], then = now - (next == row);
            gain = (now + c->alpha[k]) * after - (then + c->alpha[k]) * before;
            gain_topic = k;
        }
        row = next;
    }
    __builtin_memcpy(context->random, c->random, sizeof context->random);
    context->changed += moves;
}
