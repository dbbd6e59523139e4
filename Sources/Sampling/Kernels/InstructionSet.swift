import CKernels

/// The instructions a kernel is compiled for. All give the same bits; they differ in speed.
package enum InstructionSet: String, Sendable {
    /// x86-64 with AVX-512 F, BW, DQ and VL.
    case avx512
    /// x86-64 with AVX2 and BMI2.
    case avx2
    /// Every arm64 processor.
    case neon
    /// Every x86-64 processor, and those not named here.
    case plain

    /// Those that this program has a kernel for and this processor can run, the fastest first.
    package static var supported: [InstructionSet] {
        variants.filter { $0.is_supported() != 0 }.compactMap(set(of:))
    }

    package static var best: InstructionSet { supported[0] }

    /// Its kernel. Only for those that are `supported`.
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
