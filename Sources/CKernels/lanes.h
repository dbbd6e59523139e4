// Vectors of 16 lanes on every processor; the compiler splits them to fit its registers. Two primitives have a separate
// form for each instruction set, because they cannot be expressed in C: the mask of the lanes that are set, and a
// gather.
#ifndef LANES_H
#define LANES_H

#include "include/kernels.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Fused multiply-adds are disabled, because they round once where separate operations round twice.
#pragma STDC FP_CONTRACT OFF
// The ABI of vectors does not matter: every function that takes a vector is inlined.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline, unused))
#define LANES KERNEL_LANES

typedef float floats __attribute__((vector_size(64)));
typedef int32_t ints __attribute__((vector_size(64)));
typedef uint32_t uints __attribute__((vector_size(64)));
typedef uint16_t shorts __attribute__((vector_size(32)));
typedef uint8_t bytes __attribute__((vector_size(16)));

#define EACH_LANE(x) {x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}
#define LANE_NUMBERS {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}

INLINE floats all_floats(float x) { return (floats)EACH_LANE(x); }
INLINE uints all_uints(uint32_t x) { return (uints)EACH_LANE(x); }

/// Returns `v` with lane `lane` replaced. The whole vector is written, so that the next load of the whole vector can be
/// served from the store buffer.
INLINE floats with_lane(floats v, uint32_t lane, float x) {
    ints here = (uints)LANE_NUMBERS == all_uints(lane);
    return (floats)(((ints)v & ~here) | ((ints)all_floats(x) & here));
}

/// Returns the prefix sums: lane l is the sum of lanes 0 ... l. They are computed within each four lanes, then across
/// them.
INLINE floats prefix_sums(floats x) {
    const floats z = all_floats(0);
    x += __builtin_shufflevector(z, x, 0, 16, 17, 18, 4, 20, 21, 22, 8, 24, 25, 26, 12, 28, 29, 30);
    x += __builtin_shufflevector(z, x, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
    x += __builtin_shufflevector(z, x, 0, 1, 2, 3, 19, 19, 19, 19, 8, 9, 10, 11, 27, 27, 27, 27);
    x += __builtin_shufflevector(z, x, 0, 1, 2, 3, 4, 5, 6, 7, 23, 23, 23, 23, 23, 23, 23, 23);
    return x;
}

/// Returns the sum of all lanes.
INLINE float total(floats x) {
    typedef float eight __attribute__((vector_size(32)));
    typedef float four __attribute__((vector_size(16)));
    eight y = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7)
        + __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
    four z = __builtin_shufflevector(y, y, 0, 1, 2, 3) + __builtin_shufflevector(y, y, 4, 5, 6, 7);
    return (z[0] + z[2]) + (z[1] + z[3]);
}

/// Shifts by one lane: lane l of the result is lane l - 1 of `x`, and lane 0 is 0.
INLINE floats shifted(floats x) {
    return __builtin_shufflevector(x, all_floats(0), 16, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
}

/// Returns the mask of a comparison's result: bit l is set if lane l is true.
INLINE uint32_t bits(ints holds) {
#if KERNEL_AVX512
    return _mm512_movepi32_mask((__m512i)holds);
#elif KERNEL_AVX2
    __m256 low, high;
    __builtin_memcpy(&low, &holds, 32);
    __builtin_memcpy(&high, (const char *)&holds + 32, 32);
    return (uint32_t)_mm256_movemask_ps(low) | (uint32_t)_mm256_movemask_ps(high) << 8;
#elif defined(__x86_64__)
    uint32_t found = 0;
    for (int part = 0; part < 4; part++) {
        __m128 four;
        __builtin_memcpy(&four, (const char *)&holds + 16 * part, 16);
        found |= (uint32_t)_mm_movemask_ps(four) << (4 * part);
    }
    return found;
#else
    const uints powers = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768};
    uints set = (uints)holds & powers;
    uint32_t found = 0;
    for (int lane = 0; lane < LANES; lane++) found |= set[lane];
    return found;
#endif
}

/// Gathers numbers: lane l of the result is base[index[l]].
INLINE floats gather(const float *base, uints index) {
#if KERNEL_AVX512
    return (floats)_mm512_i32gather_ps((__m512i)index, base, 4);
#elif KERNEL_AVX2
    __m256i low, high;
    __builtin_memcpy(&low, &index, 32);
    __builtin_memcpy(&high, (const char *)&index + 32, 32);
    __m256 parts[2] = {_mm256_i32gather_ps(base, low, 4), _mm256_i32gather_ps(base, high, 4)};
    floats found;
    __builtin_memcpy(&found, parts, 64);
    return found;
#else
    floats found;
    for (int lane = 0; lane < LANES; lane++) found[lane] = base[index[lane]];
    return found;
#endif
}

/// Loads numbers one by one: lane l of the result is base[numbers[l] >> shift]. `numbers` is volatile, because clang
/// would otherwise shift whole vectors and then extract their lanes.
INLINE floats loads(const float *base, const volatile uint32_t *numbers, uint32_t shift) {
#define AT(lane) base[numbers[lane] >> shift]
    return (floats){AT(0), AT(1), AT(2), AT(3), AT(4), AT(5), AT(6), AT(7),
                    AT(8), AT(9), AT(10), AT(11), AT(12), AT(13), AT(14), AT(15)};
#undef AT
}

/// Returns the first lane whose running sum in `sums` is above `mass`; the last lane if there is none because of
/// rounding.
INLINE uint32_t lane_at(floats sums, float mass) {
    uint32_t passed = bits(sums <= all_floats(mass));
    uint32_t lane = (uint32_t)__builtin_ctz(~passed);
    return lane < LANES ? lane : LANES - 1;
}

INLINE uint64_t rotated(uint64_t x, int by) { return x << by | x >> (64 - by); }

/// Draws from xoshiro256++ 1.0 (Blackman, Vigna 2019), as `Xoshiro256` does: uniform in [0, 1), a multiple of 2^-24.
INLINE float next_uniform(uint64_t state[4]) {
    uint64_t result = rotated(state[0] + state[3], 23) + state[0];
    uint64_t shifted = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotated(state[3], 45);
    return (float)(result >> 40) * 0x1p-24f;
}

#endif
