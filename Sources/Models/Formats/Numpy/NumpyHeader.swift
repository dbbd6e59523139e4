/// The header of a `.npy` file, version 1.0: `\x93NUMPY`, the version, the length of the rest, and a Python dictionary,
/// padded with spaces and a line feed so that the data begins at a multiple of 64 bytes. The data is in C order.
enum NumpyHeader {
    /// - Parameter type: The name of the type in numpy, such as `<i4`.
    static func bytes(type: String, shape: [Int]) -> [UInt8] {
        let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var dictionary = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }".utf8)
        let prefix = 10
        let padding = 63 - (prefix + dictionary.count) % 64
        dictionary += Array(repeating: UInt8(ascii: " "), count: padding) + [UInt8(ascii: "\n")]
        let length = UInt16(dictionary.count)
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + dictionary
    }
}
