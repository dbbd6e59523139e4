/// The slot of a key, one of the 16,384 slots of a Redis Cluster. It is the CRC16 (XMODEM: polynomial 0x1021, initially
/// 0) of the text in the key's first braces, or of the whole key if there is none, modulo the number of slots. Source:
/// "Redis cluster specification", redis.io.
struct HashSlot: Equatable {
    static let count = 16384

    let number: Int

    init(of key: String) {
        let bytes = Array(key.utf8)
        var hashed = bytes[...]
        if let open = bytes.firstIndex(of: UInt8(ascii: "{")),
            let close = bytes[open...].firstIndex(of: UInt8(ascii: "}")), close > open + 1
        {
            hashed = bytes[open + 1..<close]
        }
        number = Int(Self.crc16(hashed)) % Self.count
    }

    static func crc16(_ bytes: some Sequence<UInt8>) -> UInt16 {
        var crc: UInt16 = 0
        for byte in bytes { crc = crc << 8 ^ table[Int(crc >> 8 ^ UInt16(byte))] }
        return crc
    }

    private static let table: [UInt16] = (0..<256).map { byte in
        (0..<8).reduce(UInt16(byte) << 8) { crc, _ in crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x1021 }
    }
}
