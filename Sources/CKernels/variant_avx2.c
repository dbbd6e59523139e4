// The loop for x86-64 processors with AVX2 (2013 and later).
#if defined(__x86_64__)
#include <immintrin.h>
#define KERNEL_AVX2 1
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt"))), apply_to = function)
#include "word.h"
#pragma clang attribute pop

static int is_supported(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"); }

const kernel_variant kernel_avx2 = {"avx2", is_supported, begin, sample};
#endif
