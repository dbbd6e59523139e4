/// The C library of the system. A file that imports this module can call it too, and writes `Platform.open` where a
/// member has the same name. So only this file names the variants of the library. (The attribute has an underscore, but
/// Swift has no other way to re-export a module.)
#if canImport(Glibc)
    @_exported public import Glibc
#elseif canImport(Musl)
    @_exported public import Musl
#else
    @_exported public import Darwin
#endif
