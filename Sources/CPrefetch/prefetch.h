// The one instruction of the hot loop that Swift has no word for. Measured with 100 topics on documents of 113 tokens:
// 1.3 times the tokens a second, because the document lists of the tokens of one word lie all over the memory.
#ifndef CPREFETCH_H
#define CPREFETCH_H

/// Asks for the cache line at `address` to be brought near; any address is allowed.
static inline __attribute__((always_inline)) void cprefetch(const void *address) {
    __builtin_prefetch(address, 1, 3);
}

#endif
