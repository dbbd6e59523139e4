// The loop for x86-64 processors with AVX-512 (servers since 2017).
#if defined(__x86_64__)
#include <immintrin.h>
#define KERNEL_AVX512 1
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,bmi,bmi2,popcnt,lzcnt"))), apply_to = function)
#include "word.h"
#pragma clang attribute pop

static int is_supported(void) {
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("bmi2");
}

const kernel_variant kernel_avx512 = {"avx512", is_supported, begin, sample};
#endif
