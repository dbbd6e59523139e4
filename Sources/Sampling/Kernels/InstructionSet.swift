import CKernels

/// The instruction set for which a kernel is compiled. All give bit-identical results and differ only in speed.
package enum InstructionSet: String, Sendable {
    /// x86-64 with AVX-512 F, BW, DQ and VL.
    case avx512
    /// x86-64 with AVX2 and BMI2.
    case avx2
    /// Every arm64 processor.
    case neon
    /// Every x86-64 processor, and all architectures that are not listed here.
    case plain

    /// The instruction sets for which this program has a kernel and that this processor supports, the fastest first.
    package static var supported: [InstructionSet] {
        variants.filter { $0.is_supported() != 0 }.compactMap(set(of:))
    }

    package static var best: InstructionSet { supported[0] }

    /// The kernel of this instruction set, which must be one of `supported`.
    var kernel: kernel_variant {
        Self.variants.first { Self.set(of: $0) == self && $0.is_supported() != 0 }!
    }

    private static func set(of variant: kernel_variant) -> InstructionSet? {
        InstructionSet(rawValue: String(cString: variant.name))
    }

    private static var variants: [kernel_variant] {
        (0..<kernel_variant_count()).map { kernel_variant_at($0).pointee }
    }
}
