// The loop for any processor: what the compiler makes of 16 lanes with the instructions every one of its kind has.
#include "word.h"

static int is_supported(void) { return 1; }

#if defined(__aarch64__)
#define NAME "neon"
#else
#define NAME "plain"
#endif
const kernel_variant kernel_plain = {NAME, is_supported, begin, sample};
