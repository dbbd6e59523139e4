import Compression
import Files

/// A file from which a model can be read. The kind is detected from the first bytes.
package enum ModelSource {
    case dump(DumpModel)
    case state(StateModel)

    /// Reads a dump, or the files of a state as if they were joined. Throws `ModelFileError`.
    package static func read(_ files: [String]) throws -> ModelSource {
        guard let first = files.first else { throw ModelFileError.unknown(file: "nothing") }
        switch try kind(of: first) {
        case .dump:
            guard files.count == 1 else {
                throw ModelFileError.contradiction(
                    file: first, fault: "a dump is a complete model, but \(files.count) files are named: name only one")
            }
            return .dump(try DumpModel(first))
        case .state: return .state(try StateModel(files))
        }
    }

    private enum Kind { case dump, state }

    private static func kind(of file: String) throws(ModelFileError) -> Kind {
        var source = try ModelFileError.reading(file) { () throws(InputError) in try ByteReader(file) }
        func next() throws(ModelFileError) -> UInt8? {
            try ModelFileError.reading(file) { () throws(InputError) in try source.take() }
        }
        while let byte = try next() {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: continue
            case UInt8(ascii: "{"): return .dump
            case UInt8(ascii: "#"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .state
            default: throw .unknown(file: file)
            }
        }
        throw .unknown(file: file)
    }
}
