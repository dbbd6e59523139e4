// The hiredis client library. Its variadic functions cannot be imported into Swift, so the Argv forms are used.
#ifndef CHIREDIS_SHIM_H
#define CHIREDIS_SHIM_H
#include <hiredis/hiredis.h>
#endif
