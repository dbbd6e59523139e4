#include "include/kernels.h"

extern const kernel_variant kernel_plain;
#if defined(__x86_64__)
extern const kernel_variant kernel_avx2, kernel_avx512;
static const kernel_variant *const variants[] = {&kernel_avx512, &kernel_avx2, &kernel_plain};
#else
static const kernel_variant *const variants[] = {&kernel_plain};
#endif

int32_t kernel_gathers_pay(void) {
#if defined(__x86_64__)
    return !__builtin_cpu_is("amd");
#else
    return 0;
#endif
}

int32_t kernel_variant_count(void) { return sizeof variants / sizeof *variants; }

const kernel_variant *kernel_variant_at(int32_t index) { return variants[index]; }
