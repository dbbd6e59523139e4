/// Converts the bytes of a file, piece by piece, to text in UTF-8 with LF at the end of lines.
///
/// A byte-order mark gives the encoding, otherwise the options do. If the first piece, which is 64 KiB unless it
/// contains LF, contains CR but no LF, the lines of the file end with CR (or CR LF, or LF), and each becomes LF.
struct TextConversion {
    let encoding: TextEncoding
    private var decoder: TextDecoder?
    /// The state of converting line ends; nil if they are not converted.
    private var returns: CarriageReturns?

    /// Whether `convert` changes nothing.
    var isIdentity: Bool { decoder == nil && returns == nil }

    /// Begins with `start`, the first bytes of the file `path`, and appends its text to `text`. `isWhole` says whether
    /// `start` is the whole file. Throws an error if the file is of a kind from which no documents are read. If some
    /// bytes are not in the encoding, `fault` is set, and the text before them is appended.
    init(
        start: Span<UInt8>, isWhole: Bool, of path: String, _ options: TextOptions, to text: inout [UInt8],
        fault: inout ReadFault.Reason?
    ) throws(ReadFault.Reason) {
        let mark = TextEncoding.mark(start, expected: options.encoding)
        if mark == nil, let found = ForeignFormat.binary(start.extracting(..<min(512, start.count))) {
            throw .foreign(found.refined(by: FileName(path).foreign), .bytes)
        }
        encoding = mark?.encoding ?? options.encoding ?? .utf8
        if encoding.needsMark && start.count > 0 { throw .noMark(encoding) }
        if encoding == .utf8, !options.allowsNUL, let found = TextEncoding.unmarked(start) { throw .unmarked(found) }
        let length = mark?.length ?? 0
        if encoding != .utf8 && !encoding.needsMark { decoder = TextDecoder(encoding, offset: length) }
        do { try decode(start.extracting(length...), to: &text) } catch { fault = error }
        if options.checksFormat {
            let found = ForeignFormat.markup(text.span.extracting(..<min(4096, text.count)))
            if let found { throw .foreign(found, .text) }
            if let named = FileName(path).foreign { throw .foreign(named, .name) }
        }
        if CarriageReturns.endLines(of: text.span, isWhole: isWhole) {
            returns = CarriageReturns()
            returns?.replace(in: &text)
        }
    }

    /// Appends the text of the next bytes to `text`, which is empty. If it throws, the text before the fault has been
    /// appended.
    mutating func convert(_ bytes: Span<UInt8>, to text: inout [UInt8]) throws(ReadFault.Reason) {
        defer { returns?.replace(in: &text) }
        try decode(bytes, to: &text)
    }

    /// Checks that the last character was complete.
    func finish() throws(ReadFault.Reason) {
        do { try decoder?.finish() } catch { throw .notInEncoding(encoding, byte: error.byte) }
    }

    private mutating func decode(_ bytes: Span<UInt8>, to text: inout [UInt8]) throws(ReadFault.Reason) {
        guard decoder != nil else { return text.append(bytes) }
        do { try decoder?.decode(bytes, to: &text) } catch { throw .notInEncoding(encoding, byte: error.byte) }
    }
}
